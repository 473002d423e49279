/** The judge of played and real lookups finds each difference that counts, and no other; the pods are those of their seed. */
import { describe, expect, test } from 'vitest';
import type { LookupResult } from '../../../cli/models/lookup.ts';
import type { Observation } from '../observation/observation.ts';
import { differencesFrom } from './judge.ts';
import { randomPod } from './random-pod.ts';
import { lengthOf, stagedPod } from './staged-pod.ts';

const addresses = ['192.0.2.80', '2001:db8::80'];
const played: LookupResult = { outcome: 'OK', addresses, canonicalName: 'db.test', queries: 2, elapsedMs: 5000 };
const found: Observation = { outcome: 'OK', addresses, canonical: 'db.test', records: [], elapsedMs: 5001 };

test.each([
  ['nothing', {}, []],
  ['a time within the tolerance', { elapsedMs: 5499 }, []],
  ['a later end', { elapsedMs: 5501 }, ['5000 ms expected, not 5501 ms']],
  ['an earlier end', { elapsedMs: 4000.4 }, ['5000 ms expected, not 4000 ms']],
  ['a missing address', { addresses: ['192.0.2.80'] }, ['addresses 192.0.2.80 2001:db8::80 expected, not 192.0.2.80']],
  ['another outcome', { outcome: 'AGAIN', addresses: [], canonical: undefined }, ['outcome OK expected, not AGAIN']],
  [
    'another kind of failure',
    { outcome: 'NODATA', addresses: [], canonical: undefined },
    ['outcome OK expected, not NODATA'],
  ],
  ['another name', { canonical: 'db' }, ['canonical db.test expected, not db']],
])('%s', (_, otherwise, expected) => {
  expect(differencesFrom(played, { ...found, ...otherwise })).toStrictEqual(expected);
});

describe('pods of a seed', () => {
  test('are the same again, and others of another seed', () => {
    const podsOf = (seed: number) => [0, 1, 2, 3, 4].map((index) => randomPod(seed, index));
    expect(podsOf(7)).toStrictEqual(podsOf(7));
    expect(podsOf(8)).not.toStrictEqual(podsOf(7));
  });

  test('take turns with the releases of musl, and most of what is played is short enough for real libraries', async () => {
    const staged = await Promise.all([0, 1, 2, 3, 4].map((index) => stagedPod(randomPod(7, index))));
    expect(staged.map(({ musl }) => musl)).toStrictEqual([
      'musl-1.2.2',
      'musl-1.2.3',
      'musl-1.2.4',
      'musl-1.2.5',
      'musl-1.2.6',
    ]);
    const rows = staged.flatMap((pod) => pod.rows);
    expect(rows.filter((row) => lengthOf(row) <= 15_000).length).toBeGreaterThan(rows.length / 2);
    const outcomes = new Set(
      rows.flatMap(({ glibc, musl, sidecar }) => [glibc, musl, sidecar].map((each) => each.outcome)),
    );
    expect([...outcomes].toSorted()).toStrictEqual(expect.arrayContaining(['AGAIN', 'NONAME', 'OK']));
  });
});
