/** What is kept of the services that a client reaches, and for how long. */
import { describe, expect, test } from 'vitest';
import { worthKeeping, type NameMatch } from '../../../../sidecar/discovery/names/name-index.ts';
import { createReachedServices, maxKeptRecords, type Reached } from '../../../../sidecar/discovery/names/reached.ts';
import type { LocalReply } from '../../../../sidecar/decide/reply/reply-plan.ts';
import { service } from '../../../support/discovery/named-services.ts';

const view = new Set<string>();

/** Of so many services. */
function matchOf(count: number): NameMatch {
  const name = { form: 'alias', text: 'x.docker', labels: ['docker', 'x'] } as const;
  const ids = Array.from({ length: count }, (_, index) => `s${index}`);
  return { found: new Map(ids.map((id) => [id, name])), depth: 2, exists: true };
}

function reachedServices() {
  return createReachedServices((id) => (id === 's3' ? undefined : { service: service(id), names: [] }));
}

function records(count: number): LocalReply['records'] {
  return Array.from({ length: count }, () => ({ type: 1, ttl: 0, rdata: new Uint8Array(4) }));
}

test('one that is gone meanwhile is left out', () => {
  const { entries } = reachedServices().of(matchOf(5), view);
  expect(entries.map(({ service: { id } }) => id)).toEqual(['s0', 's1', 's2', 's4']);
});

test('many are found once for each view, few each time', () => {
  const reached = reachedServices();
  const [many, few] = [matchOf(worthKeeping), matchOf(worthKeeping - 1)];
  const first = reached.of(many, view);
  expect(reached.of(many, view)).toBe(first);
  expect(reached.of(many, new Set(['10.0.0.0/8']))).not.toBe(first);
  expect(reached.of(many, view)).toBe(first);
  expect(reached.of(few, view)).not.toBe(reached.of(few, view));
  reached.forget();
  expect(reached.of(many, view)).not.toBe(first);
});

test('records are made once for each kind, up to sixteen of them', () => {
  const one = reachedServices().of(matchOf(1), view);
  const made: string[] = [];
  const ask = (kind: string): number => one.records(kind, () => (made.push(kind), records(1))).length;
  const kinds = Array.from({ length: 16 }, (_, index) => `k${index}`);
  for (const kind of [...kinds, ...kinds]) expect(ask(kind)).toBe(1);
  expect(made).toEqual(kinds);
  for (const kind of ['more', 'k0', 'k0']) ask(kind);
  expect(made.slice(16)).toEqual(['more', 'k0']);
});

describe('what is kept has a bound', () => {
  // One of the services is gone.
  const entries = worthKeeping - 1;
  const full = maxKeptRecords - entries;
  test.each<[what: string, given: number, inFew: number, isKept: boolean]>([
    ['as much as it is', full, 0, true],
    ['one more', full + 1, 0, false],
    ['records of few services do not count', full, 3, true],
  ])('%s', (_what, given, inFew, isKept) => {
    const reached = reachedServices();
    const match = matchOf(worthKeeping);
    const first: Reached = reached.of(match, view);
    first.records('A', () => records(given));
    if (inFew > 0) reached.of(matchOf(worthKeeping - 1), view).records('A', () => records(inFew));
    expect(reached.of(match, view) === first).toBe(isKept);
  });

  test('and begins anew when all is forgotten', () => {
    const reached = reachedServices();
    reached.of(matchOf(worthKeeping), view).records('A', () => records(full + 1));
    const match = matchOf(worthKeeping);
    const first = reached.of(match, view);
    first.records('A', () => records(full));
    expect(reached.of(match, view)).toBe(first);
  });
});
