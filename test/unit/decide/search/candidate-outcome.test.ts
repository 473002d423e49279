/**
 * The outcome of a candidate by its accepted halves (`__res_context_query`; semantics §2), and what a positive one is to a
 * program (§5.2). Halves: classes of replies, `-` for none; `buffer` before the rcode in glibc's primary buffer.
 */
import { describe, expect, test } from 'vitest';
import {
  isPositive,
  judgeCandidate,
  judgeFailure,
  judgePositive,
  noSuchName,
  unencodable,
} from '../../../../sidecar/decide/search/candidate-outcome.ts';
import type { UpstreamReply } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { replyOf } from '../replies.ts';

function halvesOf(text: string): [UpstreamReply | undefined, UpstreamReply | undefined] {
  const [one = '-', other = '-'] = text.split(' ');
  const half = (word: string): UpstreamReply | undefined => (word === '-' ? undefined : replyOf(word));
  return [half(one), half(other)];
}

describe('accepted halves', () => {
  test.each<[rule: string, halves: string, buffer: number, outcome: string]>([
    ['data of one half', 'DATA EMPTY', 0, 'POS 0'],
    ['of the other', 'NX DATA', 3, 'POS 0'],
    ['an alias is an answer', 'ALIAS NX', 0, 'POS 0'],
    ['and so is what cannot be read', 'BAD EMPTY', 0, 'POS 0'],
    ['no record of either', 'EMPTY EMPTY', 0, 'NODATA 0'],
    ['no such name', 'NX NX', 3, 'NX 3'],
    ['the first half decides', 'NX EMPTY', 0, 'NX 3'],
    ['but where it says nothing the second does', 'EMPTY NX', 3, 'NX 3'],
    ['a half alone', 'NX -', 3, 'NX 3'],
    ['the second alone', '- NX', 3, 'NX 3'],
    ['the second alone, without records', '- EMPTY', 0, 'NODATA 0'],
  ])('%s: %s', (_, halves, buffer, outcome) => {
    const judged = judgeCandidate(...halvesOf(halves), buffer);
    expect(`${judged.code} ${judged.rcode}`).toBe(outcome);
    expect(judged.halves).toEqual(halvesOf(halves));
  });

  const withRcode = (rcode: number): UpstreamReply => ({ ...replyOf('EMPTY'), rcode });

  test.each<[rule: string, first: number, second: number | undefined, buffer: number, outcome: string]>([
    ['SERVFAIL, which the primary buffer holds, lets the search go on', 2, undefined, 2, 'SF 2'],
    ['SERVFAIL that another reply has overwritten ends it for now', 2, undefined, 0, 'TEMP 2'],
    ['another rcode is fatal', 5, undefined, 5, 'FATAL 5'],
    ['of the second half where the first has none', 0, 5, 0, 'FATAL 5'],
    ['four bits of it count', 0x13, undefined, 3, 'NX 3'],
  ])('%s', (_, first, second, buffer, outcome) => {
    const sibling = second === undefined ? undefined : withRcode(second);
    const judged = judgeCandidate(withRcode(first), sibling, buffer);
    expect(`${judged.code} ${judged.rcode}`).toBe(outcome);
  });
});

test.each<[rule: string, dead: boolean, buffer: number, code: string]>([
  ['refused everywhere', true, 2, 'DEAD'],
  ['SERVFAIL was the last that was read', false, 2, 'SF'],
  ['something else, or nothing, was', false, 0, 'TEMP'],
])('no accepted reply: %s', (_, dead, buffer, code) => {
  expect(judgeFailure(dead, buffer)).toEqual({ code, halves: [undefined, undefined], rcode: 2 });
});

test('a name that nobody is asked for is denied as by a server', () => {
  const denial = judgeCandidate(replyOf('NX'), undefined, 3);
  expect(noSuchName).toEqual({ ...denial, halves: [undefined, undefined] });
});

test('a name that cannot be put on the wire is fatal', () => {
  expect(unencodable).toEqual({ code: 'FATAL', halves: [undefined, undefined], rcode: 3 });
});

test.each([
  ['DATA', true],
  ['ALIAS', true],
  ['BAD', true],
  ['EMPTY', false],
  ['NX', false],
])('%s is an answer: %o', (word, positive) => {
  expect(isPositive(replyOf(word))).toBe(positive);
  expect(isPositive(undefined)).toBe(false);
});

describe('to a program a positive outcome is', () => {
  test.each([
    ['DATA EMPTY', 'positive'],
    ['EMPTY DATA', 'positive'],
    ['ALIAS DATA', 'positive'],
    ['DATA ALIAS', 'positive'],
    ['ALIAS EMPTY', 'unusable'],
    ['ALIAS ALIAS', 'unusable'],
    ['- ALIAS', 'unusable'],
    ['BAD EMPTY', 'unreadable'],
    ['BAD DATA', 'unreadable'],
    ['EMPTY BAD', 'unreadable'],
    ['ALIAS BAD', 'unreadable'],
    ['- BAD', 'unreadable'],
    ['DATA BAD', 'positive'],
    ['DATA -', 'positive'],
  ] as const)('%s: %s', (halves, word) => {
    expect(judgePositive({ halves: halvesOf(halves) })).toBe(word);
  });
});
