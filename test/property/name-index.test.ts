/** The index of names against a scan over all names, in any order of changes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNameIndex } from '../../sidecar/discovery/names/name-index.ts';
import type { ServiceName } from '../../sidecar/discovery/names/service-names.ts';

const label = fc.constantFrom('a', 'b', 'c');
const name = fc.record({
  form: fc.constantFrom('image' as const, 'alias' as const),
  labels: fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => ['zone', ...labels]),
});
const change = fc.record({ id: fc.constantFrom('1', '2', '3', '4'), names: fc.array(name, { maxLength: 3 }) });
const question = fc
  .array(fc.constantFrom('a', 'b', 'c', '*'), { maxLength: 5 })
  .chain((labels) => fc.constantFrom(['zone', ...labels], labels, ['*', ...labels]));

type All = ReadonlyMap<string, readonly ServiceName[]>;

const isEqual = (asked: string | undefined, own: string | undefined): boolean => asked === '*' || asked === own;

/** By the rule alone: all that have the question, or go on from it; else those with the longest name above it. */
function scan(all: All, asked: readonly string[]): string[] {
  const ids = (matches: (own: ServiceName) => boolean): string[] =>
    [...all].flatMap(([id, names]) => (names.some(matches) ? [id] : [])).toSorted();
  const begins = ({ labels }: ServiceName, count: number): boolean =>
    count <= labels.length && asked.slice(0, count).every((text, index) => isEqual(text, labels[index]));
  const whole = ids((own) => {
    if (asked.length === 0 || !begins(own, asked.length)) return false;
    return own.labels.length === asked.length || own.form === 'image';
  });
  if (whole.length > 0) return whole;
  for (let count = asked.length - 1; count > 0; count--) {
    const above = ids((own) => own.labels.length === count && begins(own, count));
    if (above.length > 0) return above;
  }
  return [];
}

test('it finds what a scan finds', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 12 }),
      fc.array(question, { minLength: 1, maxLength: 6 }),
      (changes, asked) => {
        const index = createNameIndex(1);
        const all = new Map<string, readonly ServiceName[]>();
        for (const { id, names } of changes) {
          const given = names.map((own) => ({ ...own, text: own.labels.toReversed().join('.') }));
          index.set(id, given);
          all.set(id, given);
        }
        for (const labels of asked) expect([...index.find(labels).found.keys()].toSorted()).toEqual(scan(all, labels));
      },
    ),
    { numRuns: 2000 },
  );
});
