/** When garbage is collected: one line per condition. */
import { expect, test } from 'vitest';
import { isCollectionDue, noCollection } from '../../../../sidecar/decide/configuration/collection.ts';

const mebibyte = 1024 * 1024;
const last = { at: 100_000, heapBytes: 12 * mebibyte };
const idle = { heapBytes: 18 * mebibyte, busyShare: 0.0199 };

test.each([
  ['a minute later, idle and grown', last, idle, 160_000, true],
  ['too soon', last, idle, 159_999, false],
  ['busy', last, { ...idle, busyShare: 0.02 }, 160_000, false],
  ['grown by less', last, { ...idle, heapBytes: 18 * mebibyte - 1 }, 160_000, false],
  ['for the first time', noCollection, { heapBytes: 6 * mebibyte, busyShare: 0 }, 0, true],
  ['for the first time, small', noCollection, { heapBytes: 6 * mebibyte - 1, busyShare: 0 }, 0, false],
])('%s', (_what, before, state, now, expected) => {
  expect(isCollectionDue(before, state, now)).toBe(expected);
});
