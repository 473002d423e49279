/** Replies out of the hosts file. */
import { describe, expect, test } from 'vitest';
import type { HostsAnswer } from '../../../../sidecar/decide/hosts/hosts.ts';
import { parseHosts } from '../../../../sidecar/decide/hosts/hosts-table.ts';
import {
  answeringFor,
  hostsPlan,
  hostsReply,
  sameHostsAnswer,
  type HostsRules,
} from '../../../../sidecar/decide/hosts/hosts-plan.ts';
import { emptyPlan } from '../../../../sidecar/decide/reply/reply-plan.ts';
import { formatName } from '../../../../sidecar/wire/name.ts';
import { nameOf } from '../reply/ends.ts';

const v4 = (last: number): Uint8Array => Uint8Array.of(192, 0, 2, last);
const v6 = (last: number): Uint8Array => Uint8Array.of(...Array.from({ length: 15 }, () => 0), last);
const answer = (canonical: string | undefined, ipv4: number[], ipv6: number[] = []): HostsAnswer => ({
  canonicalName: canonical === undefined ? undefined : nameOf(canonical),
  ipv4: ipv4.map(v4),
  ipv6: ipv6.map(v6),
});

const names = (question: string, name = question) => ({ questionName: nameOf(question), name: nameOf(name) });

const answerPlan = { form: 'records', isLocal: true, authentic: false, canonical: undefined, chain: [] };

describe('addresses', () => {
  test('A: an alias to the first name of the line, then the addresses, for 10 s', () => {
    expect(hostsPlan(answer('db.test', [1, 2], [3]), 0, names('db.glibc.internal', 'db'), 10)).toEqual({
      ...answerPlan,
      chain: [{ target: nameOf('db.test'), ttl: 10 }],
      records: [1, 2].map((last) => ({ type: 1, ttl: 10, rdata: v4(last) })),
    });
  });

  test('AAAA', () => {
    expect(hostsPlan(answer('db', [1], [3]), 1, names('db'), 10)).toEqual({
      ...answerPlan,
      records: [{ type: 28, ttl: 10, rdata: v6(3) }],
    });
  });

  test('a family without addresses has no records', () => {
    expect(hostsPlan(answer('db', [1]), 1, names('db'), 10)).toEqual(emptyPlan(0));
    expect(hostsPlan(answer('db.test', [1]), 1, names('db.glibc.internal', 'db'), 10)).toEqual(emptyPlan(0));
  });

  test('a line whose first name is none: an alias to the name that was asked', () => {
    expect(hostsPlan(answer(undefined, [1]), 0, names('db.glibc.internal', 'db'), 10)).toMatchObject({
      chain: [{ target: nameOf('db'), ttl: 10 }],
    });
  });
});

describe('a query that is no half of a pair', () => {
  const table = () =>
    parseHosts(
      '192.0.2.1 db.test db\n192.0.2.2 db\n2001:db8::3 db\n192.0.2.9 *.dev.test\n192.0.2.7 a..b\n192.0.2.8 four\n',
      { wildcards: true },
    );
  const glibc: HostsRules = { authoritative: false, rotates: false, ttlSeconds: 10, forAll: false };
  const types = { A: 1, PTR: 12, TXT: 16, AAAA: 28, ANY: 255 } as const;

  /** Records as `TYPE last-byte`, the target of the alias in front; `undefined`: the next service is asked. */
  function reply(type: keyof typeof types, name: string, rules: Partial<HostsRules> = {}, turn = 0) {
    const query = { questionName: nameOf(name), name: nameOf(name), type: types[type] };
    const plan = hostsReply(query, table(), { ...glibc, ...rules }, () => turn);
    if (plan?.form !== 'records') return plan?.form;
    const alias = plan.chain.map(({ target, ttl }) => `${formatName(target)} ${ttl}`);
    const records = plan.records.map(({ type: own, ttl, rdata }) =>
      own === types.PTR ? `PTR ${formatName(rdata)} ${ttl}` : `${own} ${rdata.at(-1)} ${ttl}`,
    );
    const remarks = [...(plan.authentic ? ['ad'] : []), ...(plan.isLocal ? [] : ['not local'])];
    return [...alias, ...records, ...remarks].join(', ');
  }

  test.each<[keyof typeof types, string, string | undefined]>([
    ['PTR', '1.2.0.192.in-addr.arpa', 'PTR db.test 10'],
    ['PTR', '7.2.0.192.in-addr.arpa', undefined],
    ['PTR', '6.2.0.192.in-addr.arpa', undefined],
    ['PTR', 'db', undefined],
    ['TXT', 'db', undefined],
    ['ANY', 'db', undefined],
    ['A', 'db', undefined],
    ['A', '1.2.0.192.in-addr.arpa', undefined],
  ])('as glibc has it: %s %s: %s', (type, name, found) => {
    expect(reply(type, name)).toBe(found);
  });

  test.each<[keyof typeof types, string, string | undefined]>([
    ['ANY', 'db', 'db.test 10, 1 1 10, 1 2 10, 28 3 10'],
    ['ANY', 'four', '1 8 10'],
    ['ANY', 'x.y.dev.test', '1 9 10'],
    ['ANY', 'other', undefined],
    ['A', 'db', 'db.test 10, 1 1 10, 1 2 10'],
    ['AAAA', 'db', '28 3 10'],
    ['AAAA', 'four', undefined],
    ['TXT', 'db', undefined],
    ['PTR', '1.2.0.192.in-addr.arpa', 'PTR db.test 10'],
  ])('for whatever query: %s %s: %s', (type, name, found) => {
    expect(reply(type, name, { forAll: true })).toBe(found);
  });

  test.each<[keyof typeof types, string, string | undefined]>([
    ['TXT', 'db', 'empty'],
    ['TXT', 'x.dev.test', 'empty'],
    ['TXT', 'dev.test', undefined],
    ['PTR', 'db', 'empty'],
    ['AAAA', 'four', 'empty'],
    ['ANY', 'four', '1 8 10'],
    ['TXT', 'other', undefined],
  ])('with the last word: %s %s: %s', (type, name, found) => {
    expect(reply(type, name, { authoritative: true })).toBe(found);
  });

  test('beginning with the next address, for as long as is set', () => {
    const rules = { authoritative: true, rotates: true, ttlSeconds: 60 };
    expect(reply('A', 'db', rules, 1)).toBe('db.test 60, 1 2 60, 1 1 60');
    expect(reply('A', 'db', { ...rules, rotates: false }, 1)).toBe('db.test 60, 1 1 60, 1 2 60');
    expect(reply('PTR', '1.2.0.192.in-addr.arpa', rules)).toBe('PTR db.test 60');
  });

  test('turns are counted where they are taken, and nowhere else', () => {
    const turnOf = (): number => 3;
    expect(answeringFor([], { ...glibc, rotates: true }, turnOf)).toEqual({ authoritative: false, turn: 3 });
    expect(answeringFor([], { ...glibc, authoritative: true }, turnOf)).toEqual({ authoritative: true, turn: 0 });
  });
});

describe('whether a program that asks for one family gets the same as one that asks for both', () => {
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
