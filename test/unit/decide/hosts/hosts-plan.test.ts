/** Replies out of the hosts file. */
import { describe, expect, test } from 'vitest';
import type { HostsAnswer } from '../../../../sidecar/decide/hosts/hosts.ts';
import { hostsPlan, hostsPointerPlan, sameHostsAnswer } from '../../../../sidecar/decide/hosts/hosts-plan.ts';
import { emptyPlan } from '../../../../sidecar/decide/reply/reply-plan.ts';
import { nameOf } from '../reply/ends.ts';

const v4 = (last: number): Uint8Array => Uint8Array.of(192, 0, 2, last);
const v6 = (last: number): Uint8Array => Uint8Array.of(...Array.from({ length: 15 }, () => 0), last);
const answer = (canonical: string | undefined, ipv4: number[], ipv6: number[] = []): HostsAnswer => ({
  canonicalName: canonical === undefined ? undefined : nameOf(canonical),
  ipv4: ipv4.map(v4),
  ipv6: ipv6.map(v6),
});

const answerPlan = { form: 'records', authentic: false, canonical: undefined, chain: [] };

describe('addresses', () => {
  test('A: an alias to the first name of the line, then the addresses, for 10 s', () => {
    expect(hostsPlan(answer('db.test', [1, 2], [3]), 0, nameOf('db.glibc.internal'), nameOf('db'))).toEqual({
      ...answerPlan,
      chain: [{ target: nameOf('db.test'), ttl: 10 }],
      records: [1, 2].map((last) => ({ type: 1, ttl: 10, rdata: v4(last) })),
    });
  });

  test('AAAA', () => {
    expect(hostsPlan(answer('db', [1], [3]), 1, nameOf('db'), nameOf('db'))).toEqual({
      ...answerPlan,
      records: [{ type: 28, ttl: 10, rdata: v6(3) }],
    });
  });

  test('a family without addresses has no records', () => {
    expect(hostsPlan(answer('db', [1]), 1, nameOf('db'), nameOf('db'))).toEqual(emptyPlan(0));
    expect(hostsPlan(answer('db.test', [1]), 1, nameOf('db.glibc.internal'), nameOf('db'))).toEqual(emptyPlan(0));
  });

  test('a line whose first name is none: an alias to the name that was asked', () => {
    expect(hostsPlan(answer(undefined, [1]), 0, nameOf('db.glibc.internal'), nameOf('db'))).toMatchObject({
      chain: [{ target: nameOf('db'), ttl: 10 }],
    });
  });
});

describe('names', () => {
  test('the first name of the line', () => {
    expect(hostsPointerPlan({ canonicalName: nameOf('db.test') })).toEqual({
      ...answerPlan,
      records: [{ type: 12, ttl: 10, rdata: nameOf('db.test') }],
    });
  });

  test('a line without one says nothing', () => {
    expect(hostsPointerPlan({ canonicalName: undefined })).toBeUndefined();
  });
});

describe('whether a program that asks for one family is told the same as one that asks for both', () => {
  test.each<[what: string, pair: HostsAnswer, solo: HostsAnswer | undefined, half: 0 | 1, isSame: boolean]>([
    ['the same', answer('a', [1, 2]), answer('a', [1, 2]), 0, true],
    ['nothing for one family', answer('a', [1]), undefined, 0, false],
    ['another number of addresses', answer('a', [1, 2]), answer('a', [1]), 0, false],
    ['fewer than for one family', answer('a', [1]), answer('a', [1, 2]), 0, false],
    ['another address', answer('a', [1, 2]), answer('a', [1, 3]), 0, false],
    ['another order', answer('a', [1, 2]), answer('a', [2, 1]), 0, false],
    ['a difference in the other family', answer('a', [1], [1]), answer('a', [1], [2]), 0, true],
    ['a difference in this one', answer('a', [1], [1]), answer('a', [1], [2]), 1, false],
    ['another name', answer('a', [1]), answer('b', [1]), 0, false],
    ['the name in another letter case', answer('A', [1]), answer('a', [1]), 0, true],
    ['no name, both', answer(undefined, [1]), answer(undefined, [1]), 0, true],
    ['a name for both families alone', answer('a', [1]), answer(undefined, [1]), 0, false],
    ['a name for one family alone', answer(undefined, [1]), answer('a', [1]), 0, false],
  ])('%s', (_, pair, solo, half, isSame) => {
    expect(sameHostsAnswer(pair, solo, half)).toBe(isSame);
  });
});
