/** What the nameserver of the load tests answers from its zone. */
import { decode, encode } from 'dns-packet';
import { expect, test } from 'vitest';
import { mixedZone, type ZoneEntry } from './zone.ts';
import { answerFrom, zoneTable } from './zone-answer.ts';

const entries: ZoneEntry[] = [
  { name: 'data.test', kind: 'data', records: 2, ttl: 60 },
  { name: 'v4.test', kind: 'v4', records: 1, ttl: 60 },
  { name: 'chain.test', kind: 'chain', records: 1, ttl: 60 },
  { name: 'large.test', kind: 'large', records: 1, ttl: 60 },
  { name: 'empty.test', kind: 'empty', ttl: 7 },
  { name: 'silent.test', kind: 'silent', ttl: 0 },
  { name: 'fails.test', kind: 'fails', ttl: 0 },
  { name: '*.below.test', kind: 'data', records: 1, ttl: 60 },
];

function ask(name: string, type: 'A' | 'AAAA', over: 'udp' | 'tcp' = 'udp') {
  const query = encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ name, type }] });
  const reply = answerFrom(zoneTable(entries), query, over);
  if (reply === undefined) return 'nothing';
  const { id, rcode, flag_tc, answers, authorities } = decode(Buffer.from(reply)) as ReturnType<typeof decode> & {
    rcode: string;
  };
  expect(id).toBe(7);
  const texts = [...(answers ?? []), ...(authorities ?? [])].map((record) => {
    const {
      name: owner,
      type: kind,
      ttl = 0,
      data,
    } = record as { name: string; type: string; ttl?: number; data: unknown };
    return `${owner} ${ttl} ${kind}${kind === 'SOA' ? '' : ` ${String(data)}`}`;
  });
  return [rcode, ...(flag_tc ? ['TC'] : []), ...texts].join(', ');
}

test.each([
  ['data.test', 'A', 'NOERROR, data.test 60 A 192.0.2.1, data.test 60 A 192.0.2.2'],
  ['DATA.test', 'AAAA', 'NOERROR, DATA.test 60 AAAA 2001:db8::1, DATA.test 60 AAAA 2001:db8::2'],
  ['v4.test', 'A', 'NOERROR, v4.test 60 A 192.0.2.1'],
  ['v4.test', 'AAAA', 'NOERROR, test 60 SOA'],
  [
    'chain.test',
    'A',
    'NOERROR, chain.test 60 CNAME a.chain.test, a.chain.test 60 CNAME a.a.chain.test, a.a.chain.test 60 A 192.0.2.1',
  ],
  ['large.test', 'A', 'NOERROR, TC'],
  ['empty.test', 'A', 'NOERROR, test 7 SOA'],
  ['fails.test', 'A', 'SERVFAIL'],
  ['silent.test', 'A', 'nothing'],
  ['any.name.below.test', 'A', 'NOERROR, any.name.below.test 60 A 192.0.2.1'],
  ['below.test', 'A', 'NXDOMAIN, test 30 SOA'],
  ['none.test', 'AAAA', 'NXDOMAIN, test 30 SOA'],
] as const)('%s %s: %s', (name, type, expected) => expect(ask(name, type)).toBe(expected));

test('what is cut over UDP is whole over TCP', () => {
  expect(ask('large.test', 'A', 'tcp')).toBe('NOERROR, large.test 60 A 192.0.2.1');
});

test('the mixed zone: two of ten denied, one a chain', () => {
  const kinds = mixedZone(1000, 60).filter(({ name }) => !name.startsWith('*.'));
  const count = (kind: string): number => kinds.filter((entry) => entry.kind === kind).length;
  expect([count('denied'), count('chain'), count('data')]).toEqual([200, 100, 700]);
});
