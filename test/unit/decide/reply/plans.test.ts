/** The reply to each question after a search: rows R1 to R7 of the reply mapping. */
import { describe, expect, test } from 'vitest';
import {
  emptyPlan,
  heldBytes,
  readOnce,
  bareNameEnd,
  planEarly,
  planBareName,
  planReply,
  planWhole,
  rcodeOf,
  inTurn,
  recordsOf,
} from '../../../../sidecar/decide/reply/reply-plan.ts';
import type { ReplyPlan } from '../../../../sidecar/decide/reply/reply-plan.ts';
import { isSameForPair } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { endOf, nameOf, readReply, textOfPlan } from './ends.ts';

/** The replies to the questions for `name` in A and in AAAA. */
function toldPair(name: string, end: string): string[] {
  return ([0, 1] as const).map((half) => textOfPlan(planReply(endOf(end), half, nameOf(name))));
}

describe('both halves of a pair say one thing', () => {
  test.each<[rule: string, end: string, a: string, aaaa: string]>([
    ['R1: data of both', 'POS foo; A DATA #1 #2; AAAA DATA #3', 'NOERROR #1 #2', 'NOERROR #3'],
    ['R2: no records beside data', 'POS foo; A DATA #1; AAAA EMPTY', 'NOERROR #1', 'NOERROR'],
    ['R2: a denial beside data', 'POS foo; A NX; AAAA DATA #1', 'NOERROR', 'NOERROR #1'],
    ['R2: a failure beside data', 'POS foo; A DATA #1; AAAA SERVFAIL', 'NOERROR #1', 'NOERROR'],
    ['R2: a lost half beside data', 'POS foo; A DATA #1', 'NOERROR #1', 'NOERROR'],
    ['R2: FORMERR beside data', 'POS foo; A FORMERR; AAAA DATA #1', 'NOERROR', 'NOERROR #1'],
    ['R3', 'NONAME', 'NXDOMAIN', 'NXDOMAIN'],
    ['R4', 'NODATA', 'NOERROR', 'NOERROR'],
    ['R5', 'AGAIN', 'SERVFAIL, again', 'SERVFAIL, again'],
    ['a name of our own that is gone', 'LOCAL foo', 'SERVFAIL, again', 'SERVFAIL, again'],
    [
      'R6: aliases that lead nowhere',
      'POS foo; A ALIAS x.test; AAAA ALIAS x.test',
      'NOERROR x.test, canonical x.test',
      'NOERROR x.test, canonical x.test',
    ],
    [
      'R6: where the data is, too',
      'POS foo; A DATA x.test #1; AAAA ALIAS x.test',
      'NOERROR x.test #1, canonical x.test',
      'NOERROR x.test, canonical x.test',
    ],
    [
      'R6: elsewhere than the data: nothing to glibc',
      'POS foo; A DATA x.test #1; AAAA ALIAS y.test',
      'NOERROR x.test #1, canonical x.test',
      'NOERROR',
    ],
    [
      'R6: nowhere, while the data is elsewhere',
      'POS foo; A ALIAS; AAAA DATA x.test #1',
      'NOERROR',
      'NOERROR x.test #1, canonical x.test',
    ],
    ['R6: the data is under the name itself', 'POS foo; A ALIAS y.test; AAAA DATA #1', 'NOERROR', 'NOERROR #1'],
    [
      'R6: in another letter case',
      'POS foo; A DATA X.test #1; AAAA ALIAS x.test',
      'NOERROR X.test #1, canonical X.test',
      'NOERROR',
    ],
    [
      'R6: beside an alias that leads nowhere either',
      'POS foo; A ALIAS x.test; AAAA ALIAS y.test',
      'NOERROR x.test, canonical x.test',
      'NOERROR y.test, canonical y.test',
    ],
    [
      'R7: what is fatal is no such name to libc',
      'NORECOVERY - 5',
      'NXDOMAIN, with OPT REFUSED',
      'NXDOMAIN, with OPT REFUSED',
    ],
    ['an A reply that does not parse is the end for both', 'POS foo; A BAD #1; AAAA DATA #2', 'NXDOMAIN', 'NXDOMAIN'],
    ['an AAAA reply that does not parse, too', 'POS foo; A EMPTY; AAAA BAD #1', 'NXDOMAIN', 'NXDOMAIN'],
    [
      'but beside data of A: what was read before the fault',
      'POS foo; A DATA #1; AAAA BAD #2',
      'NOERROR #1',
      'NOERROR #2',
    ],
    ['beside an alias of A it is the end', 'POS foo; A ALIAS x.test; AAAA BAD #2', 'NXDOMAIN', 'NXDOMAIN'],
  ])('%s', (_, end, a, aaaa) => {
    expect(toldPair('foo', end)).toEqual([a, aaaa]);
  });
});

describe('aliases', () => {
  test.each<[rule: string, end: string, told: string]>([
    ['a searched name is an alias of what was found', 'POS foo.a; A DATA #1', 'NOERROR foo.a #1, canonical foo.a'],
    [
      'which lives as long as the least of what follows',
      'POS foo.a; A DATA #1@30 #2@20',
      'NOERROR foo.a@20 #1@30 #2@20, canonical foo.a',
    ],
    [
      "the upstream's aliases stand in its place",
      'POS foo.a; A DATA x.test@9 #1',
      'NOERROR x.test@9 #1, canonical x.test',
    ],
    [
      'the last one is the canonical name',
      'POS foo; A DATA x.test y.test #1',
      'NOERROR x.test y.test #1, canonical y.test',
    ],
    [
      'the last that is a host name',
      'POS foo; A DATA x.test y:z.test #1',
      'NOERROR x.test y:z.test #1, canonical x.test',
    ],
    [
      'none that is: the found name stands in front',
      'POS foo.a; A DATA y:z.test@7 #1',
      'NOERROR foo.a@7 y:z.test@7 #1, canonical foo.a',
    ],
    ['none that is, as it is', 'POS foo; A DATA y:z.test #1', 'NOERROR y:z.test #1'],
    ['an alias to nowhere of a searched name', 'POS foo.a; A ALIAS', 'NOERROR foo.a@0, canonical foo.a'],
    ['letter case of the found name is kept', 'POS Foo.A; A DATA #1', 'NOERROR Foo.A #1, canonical Foo.A'],
    ['the name itself in another letter case is no alias', 'POS FOO; A DATA #1', 'NOERROR #1'],
    ['an alias behind the records says nothing to a pair', 'POS foo; A DATA #1 later:z.test', 'NOERROR #1'],
  ])('%s', (_, end, told) => {
    expect(textOfPlan(planReply(endOf(end), 0, nameOf('foo')))).toBe(told);
  });

  test.each<[rule: string, end: string, a: string, aaaa: string]>([
    [
      'where both halves lead to one name each has its own',
      'POS foo; A DATA x.test y.test #1; AAAA DATA y.test #2',
      'NOERROR x.test y.test #1, canonical y.test',
      'NOERROR y.test #2, canonical y.test',
    ],
    [
      'else AAAA has the aliases of A',
      'POS foo; A DATA x.test #1; AAAA DATA y.test #2',
      'NOERROR x.test #1, canonical x.test',
      'NOERROR x.test #2, canonical x.test',
    ],
    ['also none', 'POS foo; A DATA #1; AAAA DATA y.test #2', 'NOERROR #1', 'NOERROR #2'],
    [
      'a searched name: the alias of A',
      'POS foo.a; A DATA #1; AAAA DATA y.test #2@5',
      'NOERROR foo.a #1, canonical foo.a',
      'NOERROR foo.a@5 #2@5, canonical foo.a',
    ],
    [
      'an A half without data says nothing',
      'POS foo; A ALIAS x.test; AAAA DATA y.test #2',
      'NOERROR',
      'NOERROR y.test #2, canonical y.test',
    ],
  ])('%s', (_, end, a, aaaa) => {
    expect(toldPair('foo', end)).toEqual([a, aaaa]);
  });

  test.each<[rule: string, end: string, told: string]>([
    [
      'asked for one family, glibc takes the name behind the records',
      'POS foo; A DATA x.test #1 later:z.test',
      'NOERROR x.test z.test #1, canonical z.test',
    ],
    ['if it is a host name', 'POS foo; A DATA x.test #1 later:z:z.test', 'NOERROR x.test #1, canonical x.test'],
    ['of a searched name, too', 'POS foo.a; A DATA #1 later:z.test', 'NOERROR z.test #1, canonical z.test'],
  ])('%s', (_, end, told) => {
    expect(textOfPlan(planReply(endOf(end), 0, nameOf('foo'), { alone: true }))).toBe(told);
  });
});

describe('what a server vouched for (AD)', () => {
  test.each<[rule: string, end: string, half: 0 | 1, told: string]>([
    ['is passed on as it is', 'POS foo; A DATA #1 ad', 0, 'NOERROR #1, ad'],
    ['not where an alias was made up', 'POS foo.a; A DATA #1 ad', 0, 'NOERROR foo.a #1, canonical foo.a'],
    [
      'nor with the aliases of another reply',
      'POS foo; A DATA x.test #1 ad; AAAA DATA y.test #2 ad',
      1,
      'NOERROR x.test #2, canonical x.test',
    ],
    [
      'but of its own where both halves are the name itself',
      'POS foo; A DATA #1; AAAA DATA #2 ad',
      1,
      'NOERROR #2, ad',
    ],
    ['nor without it', 'POS foo; A DATA #1', 0, 'NOERROR #1'],
    ['a denial of what was asked', 'NONAME; A NX ad; as it is', 0, 'NXDOMAIN, ad'],
    ['no records of what was asked', 'NODATA; AAAA EMPTY ad; as it is', 1, 'NOERROR, ad'],
    ['which it did not vouch for', 'NODATA; A EMPTY; as it is', 0, 'NOERROR'],
    ['nor where the reply says something else than ours', 'NONAME; A EMPTY ad; as it is', 0, 'NXDOMAIN'],
    ['nor the other way', 'NODATA; A NX ad; as it is', 0, 'NOERROR'],
    ['nor of another candidate', 'NONAME; A NX ad', 0, 'NXDOMAIN'],
    ['nor the word of the other half', 'NONAME; A NX ad; as it is', 1, 'NXDOMAIN'],
    ['no records beside data', 'POS foo; A DATA #1; AAAA EMPTY ad', 1, 'NOERROR, ad'],
    ['not of a searched name', 'POS foo.a; A DATA #1; AAAA EMPTY ad', 1, 'NOERROR'],
    ['nor a denial beside data', 'POS foo; A DATA #1; AAAA NX ad', 1, 'NOERROR'],
  ])('%s', (_, end, half, told) => {
    expect(textOfPlan(planReply(endOf(end), half, nameOf('foo')))).toBe(told);
  });
});

test('under the marker nothing is what was asked', () => {
  const plan = planReply(endOf('NONAME; A NX ad; as it is'), 0, nameOf('foo'), { marked: true });
  expect(textOfPlan(plan)).toBe('NXDOMAIN');
});

describe('before the sibling is known', () => {
  test.each<[rule: string, reply: string, found: string, half: 0 | 1, told: string]>([
    ['the data of A', 'DATA x.test #1', 'foo', 0, 'NOERROR x.test #1, canonical x.test'],
    ['the data of AAAA', 'DATA #1', 'foo.a', 1, 'NOERROR foo.a #1, canonical foo.a'],
    [
      'as to a pair: no aliases behind the records',
      'DATA x.test #1 later:z.test',
      'foo',
      0,
      'NOERROR x.test #1, canonical x.test',
    ],
  ])('%s', (_, reply, found, half, told) => {
    expect(textOfPlan(planEarly(readReply(reply), half, nameOf('foo'), nameOf(found)))).toBe(told);
  });

  test.each<[reply: string, isSame: boolean]>([
    ['DATA #1', true],
    ['DATA x.test #1', true],
    ['DATA #1 later:z.test', false],
    ['EMPTY', true],
  ])('%s is the same for a pair: %s', (reply, isSame) => {
    expect(isSameForPair(readReply(reply))).toBe(isSame);
  });
});

describe("the client's own query for the bare name after a search", () => {
  test.each<[rule: string, end: string, readsErrno: boolean, told: string]>([
    ['the outcome of the name as it is', 'NODATA; bare name NX', false, 'NXDOMAIN'],
    ['a failure of it', 'NODATA; bare name TEMP', false, 'SERVFAIL, again'],
    ['its data', 'NONAME; bare name POS DATA #1', false, 'NOERROR #1'],
    ['the end of the search where it was not asked', 'NODATA', false, 'NOERROR'],
    ['the end where a refused connection broke the search off', 'AGAIN - DEAD; bare name NX', true, 'SERVFAIL, again'],
    ['but to who does not read errno', 'AGAIN - DEAD; bare name NX', false, 'NXDOMAIN'],
    ['nor where silence broke it off', 'AGAIN; bare name NX', true, 'NXDOMAIN'],
  ])('%s', (_, end, readsErrno, told) => {
    expect(textOfPlan(planBareName(endOf(end), 0, nameOf('foo'), readsErrno))).toBe(told);
  });

  test('nothing is kept of a search that found something: no query follows', () => {
    expect(bareNameEnd(endOf('POS foo.a; A DATA #1'))).toBeUndefined();
  });

  test('a reply that does not parse ends it as no such name', () => {
    expect(bareNameEnd(endOf('POS foo.a; A BAD; bare name NX'))).toMatchObject({
      code: 'NONAME',
      asIs: undefined,
      outcome: { code: 'POS', halves: [undefined, undefined] },
    });
  });

  test('of what failed no reply is kept, of what the bare name has it is', () => {
    const failed = endOf('NODATA; A EMPTY; bare name NX EMPTY');
    expect(bareNameEnd(failed)).toEqual({
      ...failed,
      outcome: { ...failed.outcome, halves: [undefined, undefined] },
      asIs: { ...failed.asIs, halves: [undefined, undefined] },
    });
    const found = endOf('NONAME; bare name POS DATA #1');
    expect(bareNameEnd(found)?.asIs).toEqual(found.asIs);
    expect(bareNameEnd(endOf('NODATA; A EMPTY'))).toMatchObject({ code: 'NODATA', asIs: undefined });
  });
});

describe('a name as it is, of another type', () => {
  test.each<[rule: string, end: string, told: string]>([
    ["the server's reply whole", 'POS foo; A DATA #1', 'NOERROR, whole'],
    ['with its rcode', 'NONAME; A NX', 'NXDOMAIN, whole'],
    ['and what the server vouched for', 'POS foo; A DATA ad', 'NOERROR, whole, ad'],
    ['SERVFAIL where it failed, whatever was received', 'AGAIN; A SERVFAIL', 'SERVFAIL, again'],
    ['SERVFAIL where nothing was', 'NODATA', 'SERVFAIL, again'],
    ['no such name where nobody may be asked', 'NONAME', 'NXDOMAIN'],
  ])('%s', (_, end, told) => {
    expect(textOfPlan(planWhole(endOf(end)))).toBe(told);
  });
});

describe('bytes that a plan holds', () => {
  const held = (end: string, half: 0 | 1): number => heldBytes(planReply(endOf(end), half, nameOf('foo')));
  test('none without records', () => expect(heldBytes(emptyPlan(3))).toBe(0));
  test('the reply', () => expect(held('POS foo; A DATA #1', 0)).toBe(13));
  test('and the one whose aliases are given', () =>
    expect(held('POS foo; A DATA x.test #1; AAAA DATA y.test #2 #3', 1)).toBe(14 + 15));
  test('the whole reply', () => expect(heldBytes(planWhole(endOf('POS foo; A DATA #1 #2')))).toBe(14));
});

test('a reply of our own has the rcode and the records that it says', () => {
  const record = { type: 1, ttl: 5, rdata: Uint8Array.of(10, 0, 0, 1) };
  const plan: ReplyPlan = {
    ...{ form: 'local', rcode: 3, authentic: false, chain: [], canonical: undefined, records: [record] },
    soa: undefined,
  };
  expect([rcodeOf(plan, false), rcodeOf(plan, true)]).toEqual([3, 3]);
  expect(recordsOf(plan).records).toEqual([record]);
});

describe('of a reply from memory the records are given in turn', () => {
  test.each([
    [undefined, 'POS foo; A DATA #1 #2 #3', [1, 2, 3]],
    [0, 'POS foo; A DATA #1 #2 #3', [1, 2, 3]],
    [1, 'POS foo; A DATA #1 #2 #3', [2, 3, 1]],
    [2, 'POS foo; A DATA #1 #2 #3', [3, 1, 2]],
    [3, 'POS foo; A DATA #1 #2 #3', [1, 2, 3]],
    [65_534, 'POS foo; A DATA #1 #2 #3', [3, 1, 2]],
    [65_535, 'POS foo; A DATA #1 #2', [2, 1]],
    [5, 'POS foo; A DATA #1', [1]],
  ])('by %j: %s', (turn, text, expected) => {
    const end = endOf(text);
    const [own] = end.outcome.halves;
    if (own === undefined) throw new Error('no reply');
    const outcome = { ...end.outcome, halves: [{ ...own, turn }, undefined] as const };
    const plan = planReply({ ...end, outcome }, 0, nameOf('foo'));
    for (const one of [plan, readOnce(plan)]) {
      expect(inTurn(one, recordsOf(one).records).map(({ rdata: [number] }) => number)).toEqual(expected);
    }
  });

  test('and all others as they are: no list is copied', () => {
    for (const records of [[], [1], [1, 2]]) expect(inTurn(emptyPlan(0), records)).toBe(records);
  });
});

describe('a plan that is written more than once', () => {
  test.each(['POS foo.a; A DATA x.test@30 #1 #2 ad', 'POS foo; A DATA #1 ad', 'POS foo.a; A BAD #1'])(
    '%s: says the same, and is read no more',
    (end) => {
      const plan = planReply(endOf(end), 0, nameOf('foo'));
      const read = readOnce(plan);
      expect(textOfPlan(read)).toBe(textOfPlan(plan));
      expect(read.form).not.toBe('found');
      expect(heldBytes(read)).toBe(0);
    },
  );

  test('one without records is the same', () => {
    const plan = emptyPlan(3);
    expect(readOnce(plan)).toBe(plan);
  });
});
