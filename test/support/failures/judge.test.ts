/** The judge of played and real lookups finds each difference that counts, and no other. */
import { expect, test } from 'vitest';
import type { LookupResult } from '../../../cli/models/lookup.ts';
import type { Observation } from '../observation/observation.ts';
import { differencesFrom } from './judge.ts';

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
