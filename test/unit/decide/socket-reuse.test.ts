/** Which sockets ask again, how a rate is told, and what the echo of a question is. */
import { describe, expect, test } from 'vitest';
import {
  countQuestion,
  isEcho,
  mayAskAgain,
  noQuestions,
  questionsPerSecond,
} from '../../../sidecar/decide/search/socket-reuse.ts';

const limits = { reuseFrom: 500, maxQuestions: 4, maxAgeMs: 2000 };
const answered = { openedAt: 1000, questions: 1, sent: 1, isAnswered: true, isSpoilt: false };

test('under load, a socket whose one question had one reply asks again', () => {
  expect(mayAskAgain(answered, limits, 500, 1000)).toBe(true);
});

test.each([
  ['below the rate', answered, 499, 1000],
  ['not answered', { ...answered, isAnswered: false }, 500, 1000],
  ['asked twice: another reply may come', { ...answered, sent: 2 }, 500, 1000],
  ['never asked', { ...answered, sent: 0 }, 500, 1000],
  ['something else came', { ...answered, isSpoilt: true }, 500, 1000],
  ['as many questions as it may', { ...answered, questions: 4 }, 500, 1000],
  ['old', answered, 500, 3000],
] as const)('it is closed: %s', (_why, use, rate, now) => {
  expect(mayAskAgain(use, limits, rate, now)).toBe(false);
});

test.each([
  ['its last question but one', { ...answered, questions: 3 }, 1000],
  ['its last millisecond', answered, 2999],
] as const)('at the edge it still asks: %s', (_why, use, now) => {
  expect(mayAskAgain(use, limits, 500, now)).toBe(true);
});

describe('the rate', () => {
  const rateAfter = (times: readonly number[]): number =>
    questionsPerSecond(times.reduce((rate, at) => countQuestion(rate, at), noQuestions));

  test.each([
    [[], 0],
    [[5], 1],
    [[5, 6, 1004], 3],
    // A second is over: the count of the last one holds until the next has more.
    [[5, 6, 7, 1005], 3],
    [[5, 6, 1005, 1006, 1007], 3],
    [[5, 6, 7, 2004], 3],
    // A second without a question lay between.
    [[5, 6, 7, 2005], 1],
  ] as const)('questions at %j: %i', (times, rate) => {
    expect(rateAfter(times)).toBe(rate);
  });
});

describe('the echo of a question', () => {
  const query = Buffer.from('1234010000010000000000000161047465737400000100010000', 'hex').subarray(0, 24);
  const reply = Buffer.concat([query, Buffer.from('c00c00010001000000050004c0000201', 'hex')]);
  const changed = (offset: number, value: number): Buffer => {
    const copy = Buffer.from(reply);
    copy[offset] = value;
    return copy;
  };

  test('has its ID and its question', () => {
    expect(isEcho(query, reply)).toBe(true);
    expect(isEcho(query, query)).toBe(true);
  });

  test.each([
    ['another ID', changed(1, 0x35)],
    ['no question', changed(5, 0)],
    ['two questions', changed(5, 2)],
    ['a letter in upper case', changed(13, 0x41)],
    ['another type', changed(21, 28)],
    ['another class', changed(23, 3)],
    ['cut off', reply.subarray(0, 23)],
    ['nothing', Buffer.alloc(0)],
  ])('is none: %s', (_what, bytes) => {
    expect(isEcho(query, bytes)).toBe(false);
  });
});
