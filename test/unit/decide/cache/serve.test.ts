/** Whether a query is served from the answer cache (cache semantics §2). */
import { describe, expect, test } from 'vitest';
import { isServed } from '../../../../sidecar/decide/cache/serve.ts';
import type { ServedQuery } from '../../../../sidecar/decide/cache/serve.ts';

/** An address whose half is the same alone, within its lifetime, that fits exactly. */
const usual: ServedQuery = {
  isAddress: true,
  alone: true,
  lives: true,
  wasGiven: false,
  bytes: 512,
  limitBytes: 512,
  records: 63,
  maxRecords: 63,
};
const mayDiffer = { alone: false };
const isOver = { lives: false };

describe('a query', () => {
  test.each<[rule: string, changed: Partial<ServedQuery>, serving: boolean]>([
    ['is served what it would get with and without a sibling', {}, true],
    ['goes its way where the sibling would change it', mayDiffer, false],
    ['for no address has no sibling', { ...mayDiffer, isAddress: false }, true],
    ['goes its way once the lifetime is over', isOver, false],
    ['for no address, too', { ...isOver, isAddress: false }, false],
    ['goes its way where the reply does not fit', { bytes: 513 }, false],
    ['or has too many records', { records: 64 }, false],
    ['takes any number where there is no limit', { records: 64, maxRecords: 0 }, true],
  ])('%s', (_, changed, serving) => {
    expect(isServed({ ...usual, ...changed })).toBe(serving);
  });
});

describe('the sibling of a query that was served, and the same query again', () => {
  test.each<[rule: string, changed: Partial<ServedQuery>, serving: boolean]>([
    ['gets its half', {}, true],
    ['whatever it would get alone', mayDiffer, true],
    ['of the same answer, however old that is', isOver, true],
    ['but not where it does not fit', { bytes: 513 }, false],
    ['or has too many records', { records: 64 }, false],
  ])('%s', (_, changed, serving) => {
    expect(isServed({ ...usual, ...changed, wasGiven: true })).toBe(serving);
  });
});
