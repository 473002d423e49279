/** Whether a query is served from the answer cache (cache semantics §2). */
import { describe, expect, test } from 'vitest';
import { decideServing } from '../../../../sidecar/decide/cache/serve.ts';
import type { ServedQuery } from '../../../../sidecar/decide/cache/serve.ts';

/** An address whose half is the same alone, within its lifetime, that fits exactly. */
const usual: ServedQuery = {
  isAddress: true,
  alone: true,
  lives: true,
  given: 'nothing',
  bytes: 512,
  limitBytes: 512,
  records: 63,
  maxRecords: 63,
};
const mayDiffer = { alone: false };
const isOver = { lives: false };

describe('a query', () => {
  test.each<[rule: string, changed: Partial<ServedQuery>, serving: string]>([
    ['is served what it would get with and without a sibling', {}, 'serve'],
    ['goes its way where the sibling would change it', mayDiffer, 'search'],
    ['for no address has no sibling', { ...mayDiffer, isAddress: false }, 'serve'],
    ['goes its way once the lifetime is over', isOver, 'search'],
    ['for no address, too', { ...isOver, isAddress: false }, 'search'],
    ['goes its way where the reply does not fit', { bytes: 513 }, 'search'],
    ['or has too many records', { records: 64 }, 'search'],
    ['takes any number where there is no limit', { records: 64, maxRecords: 0 }, 'serve'],
  ])('%s', (_, changed, serving) => {
    expect(decideServing({ ...usual, ...changed })).toBe(serving);
  });
});

describe('the sibling of a query that was served', () => {
  test.each<[rule: string, changed: Partial<ServedQuery>, serving: string]>([
    ['gets the other half', {}, 'serve-sibling'],
    ['whatever it would get alone', mayDiffer, 'serve-sibling'],
    ['of the same answer, however old that is', isOver, 'serve-sibling'],
    ['but not where it does not fit', { bytes: 513 }, 'search'],
    ['or has too many records', { records: 64 }, 'search'],
  ])('%s', (_, changed, serving) => {
    expect(decideServing({ ...usual, ...changed, given: 'the other half' })).toBe(serving);
  });
});

describe('the same query again', () => {
  test.each<[rule: string, changed: Partial<ServedQuery>]>([
    ['gets the same half', {}],
    ['also one that the sibling would have changed', mayDiffer],
    ['of the same answer, however old that is', isOver],
  ])('%s', (_, changed) => {
    expect(decideServing({ ...usual, ...changed, given: 'this half' })).toBe('serve');
  });
});
