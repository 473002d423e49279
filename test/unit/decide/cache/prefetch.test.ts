/** When an answer that is used is asked for anew (cache semantics §5). */
import { describe, expect, test } from 'vitest';
import { isDue, replacesAnswer } from '../../../../sidecar/decide/cache/prefetch.ts';
import type { ServedAnswer } from '../../../../sidecar/decide/cache/prefetch.ts';
import { endOf } from '../reply/ends.ts';

/** Found at 1000 for 100 seconds, and given for the second time. */
const used: ServedAnswer = { isPositive: true, keptAt: 1000, goodUntil: 101_000, served: 2, isRefreshed: false };

describe('an answer is due', () => {
  test.each<[rule: string, changed: Partial<ServedAnswer>, now: number, due: boolean]>([
    ['in the last fifth of its lifetime', {}, 81_000, true],
    ['to its end', {}, 100_999, true],
    ['not sooner', {}, 80_999, false],
    ['nor when it is over', {}, 101_000, false],
    ['the more it is used', { served: 3 }, 81_000, true],
    ['not where it was given once', { served: 1 }, 81_000, false],
    ['not where nothing was found', { isPositive: false }, 81_000, false],
    ['once', { isRefreshed: true }, 81_000, false],
    ['of a lifetime of a second', { goodUntil: 2000 }, 1800, true],
    ['and not in the first part of that', { goodUntil: 2000 }, 1799, false],
  ])('%s', (_, changed, now, due) => {
    expect(isDue({ ...used, ...changed }, now)).toBe(due);
  });
});

describe('the end of the new search', () => {
  test.each([
    ['POS foo.a; A DATA #1; AAAA EMPTY', true],
    ['POS foo.a; A TC; AAAA DATA #2', true],
    ['POS foo.a; A DATA #1', false],
    ['POS foo.a; AAAA DATA #2', false],
    ['POS foo.a; A DATA #1; AAAA SERVFAIL', false],
    ['NODATA', true],
    ['NONAME', true],
    ['AGAIN', false],
    ['NORECOVERY', false],
  ])('%s takes the place of the answer: %s', (end, replaces) => {
    expect(replacesAnswer(endOf(end), true)).toBe(replaces);
  });

  test('of one question has no other half', () => {
    expect(replacesAnswer(endOf('POS foo.a; A DATA #1'), false)).toBe(true);
  });

  test('the search limit does not', () => {
    expect(replacesAnswer({ code: 'LIMIT' }, true)).toBe(false);
  });
});
