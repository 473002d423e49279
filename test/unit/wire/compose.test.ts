/** Replies with records, byte for byte. */
import { describe, expect, it } from 'vitest';
import { composeReply } from '../../../sidecar/wire/compose.ts';
import type { ReplyInput } from '../../../sidecar/wire/compose.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import type { QueryView } from '../../../sidecar/wire/message-view.ts';
import { decodeStrictly, parseLikeOldMusl } from '../../support/wire/decoder.ts';
import type { MessageSpec } from '../../support/wire/messages.ts';
import { bytes, opt, query, wire } from '../../support/wire/messages.ts';

function view(spec: MessageSpec = {}): QueryView {
  const seen = viewQuery(query(spec));
  if (seen === undefined) throw new Error('no header');
  return seen;
}

function input(fields: Partial<ReplyInput> = {}): ReplyInput {
  return { query: view(), rcode: 0, type: 1, chain: [], records: [], edns: false, ad: false, ...fields };
}

function addresses(count: number, size = 4): ReplyInput['records'] {
  return Array.from({ length: count }, (_, index) => ({ ttl: 30, rdata: new Uint8Array(size).fill(index) }));
}

const alias = (target: string, ttl = 60): ReplyInput['chain'][number] => ({ target: wire(target), ttl });
const header = (flags: string, counts: string): string => `1234 ${flags} ${counts}`;
const question = bytes(wire('foo.test'), '0001 0001');

describe('bytes', () => {
  const one = [{ ttl: 0x01020304, rdata: bytes('c0000201') }];
  it.each<[string, Partial<ReplyInput>, Uint8Array]>([
    ['empty', {}, bytes(header('8180', '0001 0000 0000 0000'), question)],
    ['NXDOMAIN', { rcode: 3 }, bytes(header('8183', '0001 0000 0000 0000'), question)],
    [
      'answered for here, no record: AA, and the SOA of the zone, its name shared with the question',
      { authority: { soa: { owner: wire('test'), type: 6, ttl: 9, rdata: bytes('00', '00', '00000001'.repeat(5)) } } },
      bytes(
        header('8580', '0001 0000 0001 0000'),
        question,
        'c010 0006 0001 00000009 0016',
        '00 00',
        '00000001'.repeat(5),
      ),
    ],
    [
      'answered for here, with a record: AA and no SOA',
      { authority: { soa: undefined }, records: one },
      bytes(header('8580', '0001 0001 0000 0000'), question, 'c00c 0001 0001 01020304 0004 c0000201'),
    ],
    ['AD', { ad: true }, bytes(header('81a0', '0001 0000 0000 0000'), question)],
    [
      'RD clear, CD set, AA and Z of the query not taken over',
      { query: view({ flags: 0x0470 }) },
      bytes(header('8090', '0001 0000 0000 0000'), question),
    ],
    [
      'address',
      { records: one },
      bytes(header('8180', '0001 0001 0000 0000'), question, 'c00c 0001 0001 01020304 0004 c0000201'),
    ],
    [
      'search hit: the question becomes an alias of the candidate',
      { query: view({ name: 'foo.glibc.internal' }), chain: [alias('foo.s2.test', 30)], records: one },
      bytes(
        header('8180', '0001 0002 0000 0000'),
        wire('foo.glibc.internal'),
        '0001 0001',
        'c00c 0005 0001 0000001e 000d',
        wire('foo.s2.test'),
        'c030 0001 0001 01020304 0004 c0000201',
      ),
    ],
    [
      'chain that shares endings',
      { chain: [alias('x.test', 1), alias('y.x.test', 2)], records: one },
      bytes(
        header('8180', '0001 0003 0000 0000'),
        question, // foo at 12, test at 16, ends at 26
        'c00c 0005 0001 00000001 0004 0178 c010', // x.test at 38
        'c026 0005 0001 00000002 0004 0179 c026', // y.x.test at 54
        'c036 0001 0001 01020304 0004 c0000201',
      ),
    ],
    [
      'target in another letter case than the question keeps its own',
      { chain: [alias('bar.TEST')], records: one },
      bytes(
        header('8180', '0001 0002 0000 0000'),
        question,
        'c00c 0005 0001 0000003c 000a',
        wire('bar.TEST'),
        'c026 0001 0001 01020304 0004 c0000201',
      ),
    ],
    [
      'EDNS',
      { query: view({ additionals: [opt(4096)] }), edns: true, records: one },
      bytes(
        header('8180', '0001 0001 0000 0001'),
        question,
        'c00c 0001 0001 01020304 0004 c0000201',
        '00 0029 04d0 00000000 0000',
      ),
    ],
    [
      'EDNS with DO and an rcode of more than four bits',
      { query: view({ additionals: [opt(4096, 0x8000)] }), edns: true, rcode: 0x123 },
      bytes(header('8183', '0001 0000 0000 0001'), question, '00 0029 04d0 12 00 8000 0000'),
    ],
    [
      'EDNS fields as given',
      { edns: { payloadSize: 1400, dnssecOk: true } },
      bytes(header('8180', '0001 0000 0000 0001'), question, '00 0029 0578 00 00 8000 0000'),
    ],
    [
      'MX, its name compressed',
      { type: 15, records: [{ ttl: 1, rdata: bytes('000a', wire('mail.test')) }] },
      bytes(header('8180', '0001 0001 0000 0000'), question, 'c00c 000f 0001 00000001 0009 000a 046d61696c c010'),
    ],
    [
      'SRV, whose name may not be',
      { type: 33, records: [{ ttl: 1, rdata: bytes('0001 0002 0035', wire('foo.test')) }] },
      bytes(
        header('8180', '0001 0001 0000 0000'),
        question,
        'c00c 0021 0001 00000001 0010 000100020035',
        wire('foo.test'),
      ),
    ],
    [
      'records that name their type',
      {
        type: 255,
        records: [
          { type: 16, ttl: 1, rdata: bytes('0141') },
          { type: 1, ttl: 1, rdata: bytes('7f000001') },
        ],
      },
      bytes(
        header('8180', '0001 0002 0000 0000'),
        question,
        'c00c 0010 0001 00000001 0002 0141',
        'c00c 0001 0001 00000001 0004 7f000001',
      ),
    ],
    [
      'data that is not what its type promises',
      { type: 15, records: [{ ttl: 1, rdata: bytes('000a ff') }] },
      bytes(header('8180', '0001 0001 0000 0000'), question, 'c00c 000f 0001 00000001 0003 000aff'),
    ],
  ])('%s', (_, fields, expected) => {
    expect(composeReply(input(fields), 512, 'udp')).toEqual({ bytes: expected, truncated: false });
    expect(composeReply(input(fields), 65535, 'tcp')).toEqual({ bytes: expected, truncated: false });
  });

  it('hands out a copy', () => {
    const first = composeReply(input({ records: one }), 512, 'udp').bytes;
    const kept = Uint8Array.from(first);
    composeReply(input({ rcode: 3, query: view({ name: 'other' }) }), 512, 'udp');
    expect(first).toEqual(kept);
  });
});

describe('addresses that do not fit over UDP', () => {
  const marked = view({ name: 'foo.glibc.internal' });
  const chain = [alias('foo.s2.test')];
  const flagTc = 0x0200;

  it.each([
    ['A, no alias', { query: view(), type: 1, chain: [], records: addresses(40) }, 30],
    ['AAAA, no alias', { query: view(), type: 28, chain: [], records: addresses(40, 16) }, 17],
    ['A, alias', { query: marked, type: 1, chain, records: addresses(40) }, 28],
    ['AAAA, alias', { query: marked, type: 28, chain, records: addresses(40, 16) }, 16],
  ])('%s', (_, full, fit) => {
    const { bytes: reply, truncated } = composeReply(input(full), 512, 'udp');
    expect(truncated).toBe(true);
    expect(reply.length).toBeLessThanOrEqual(512);
    const decoded = decodeStrictly(reply);
    expect(decoded.flags & flagTc).toBe(flagTc);
    const found = parseLikeOldMusl(reply).filter((record) => record.type === full.type);
    expect(found.map(({ rdata }) => rdata[0])).toEqual(Array.from({ length: fit }, (__, index) => index));
  });

  it('makes one alias of a chain, with the least TTL', () => {
    const long = [alias('a.test', 9), alias('b.test', 5), alias('c.test', 7)];
    const { bytes: reply } = composeReply(input({ query: marked, chain: long, records: addresses(40) }), 512, 'udp');
    const { records } = decodeStrictly(reply);
    expect(records[0]).toMatchObject({ owner: ['foo', 'glibc', 'internal'], type: 5, ttl: 5, target: ['c', 'test'] });
    const rest = records.slice(1);
    expect(rest.length).toBeGreaterThan(25);
    expect(rest.every((record) => record.type === 1 && record.owner.join('.') === 'c.test')).toBe(true);
  });

  it('needs no alias where the chain ends at the question', () => {
    const ring = [alias('x.test'), alias('FOO.glibc.internal')];
    const { bytes: reply } = composeReply(input({ query: marked, chain: ring, records: addresses(40) }), 512, 'udp');
    expect(decodeStrictly(reply).records.map((record) => record.type)).toEqual(Array(29).fill(1));
  });

  it('leaves the alias out if no address fits beside it', () => {
    const label = 'x'.repeat(63);
    const longest = view({ name: [label, label, label, 'x'.repeat(61)].join('.') });
    const target = ['y', 'z', 'w', 'v'].map((letter) => letter.repeat(60)).join('.');
    const fields = { query: longest, chain: [alias(target)], records: addresses(40, 16), type: 28 };
    const { bytes: reply } = composeReply(input(fields), 512, 'udp');
    const { records, flags } = decodeStrictly(reply);
    expect(flags & flagTc).toBe(flagTc);
    expect(records.map((record) => record.type)).toEqual(Array(8).fill(28));
    expect(records.every((record) => record.owner.length === 4 && record.owner[0] === label)).toBe(true);
  });

  it('keeps the alias when exactly one address fits beside it', () => {
    // 12 + 4 + 255 for the question, 12 for the alias: 229 are left for target and one A of 16.
    const label = 'x'.repeat(63);
    const longest = view({ name: [label, label, label, 'x'.repeat(61)].join('.') });
    const targetOf = (bytesOfName: number): string =>
      ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(bytesOfName - 2 - 192)].join('.');
    const types = (size: number): number[] => {
      const fields = { query: longest, chain: [alias(targetOf(size))], records: addresses(2) };
      return decodeStrictly(composeReply(input(fields), 512, 'udp').bytes).records.map((record) => record.type);
    };
    expect(types(213)).toEqual([5, 1]);
    expect(types(214)).toEqual([1, 1]);
  });

  it('has TC where an alias without addresses does not fit', () => {
    const long = Array.from({ length: 20 }, (_, index) => alias(`${'n'.repeat(30)}${index}.test`));
    const { bytes: reply, truncated } = composeReply(input({ query: marked, chain: long }), 512, 'udp');
    expect(truncated).toBe(true);
    expect(decodeStrictly(reply).records).toMatchObject([{ type: 5, target: [`${'n'.repeat(30)}19`, 'test'] }]);
  });

  it('leaves room for OPT', () => {
    const fields = { query: view({ additionals: [opt(512)] }), edns: true, records: addresses(40) };
    const { bytes: reply } = composeReply(input(fields), 512, 'udp');
    expect(reply.length).toBeLessThanOrEqual(512);
    expect(decodeStrictly(reply).records.map((record) => record.type)).toEqual([...Array(29).fill(1), 41]);
  });

  it.each([
    [0, 512],
    [511, 512],
    [1232, 1232],
  ])('a limit of %i is %i', (limit, size) => {
    const { bytes: reply } = composeReply(input({ records: addresses(200) }), limit, 'udp');
    expect(reply.length).toBeGreaterThan(size - 16);
    expect(reply.length).toBeLessThanOrEqual(size);
  });

  it('is not truncated when it fits exactly', () => {
    // 26 + 30 * 16 = 506; names of six bytes more or less tip it.
    const exact = composeReply(input({ query: view({ name: 'foobarbaz.test' }), records: addresses(30) }), 512, 'udp');
    expect(exact).toMatchObject({ truncated: false, bytes: { length: 512 } });
    const over = composeReply(input({ query: view({ name: 'foobarbazz.test' }), records: addresses(30) }), 512, 'udp');
    expect(over).toMatchObject({ truncated: true, bytes: { length: 497 } });
  });
});

describe('other types that do not fit', () => {
  it('keeps the complete records that do', () => {
    const txt = (index: number): ReplyInput['records'][number] => ({
      ttl: 1,
      rdata: bytes(99, Buffer.alloc(99, index)),
    });
    const fields = { type: 16, chain: [alias('bar.test')], records: [1, 2, 3, 4, 5].map(txt) };
    const { bytes: reply, truncated } = composeReply(input(fields), 512, 'udp');
    expect(truncated).toBe(true);
    const { records, flags } = decodeStrictly(reply);
    expect(flags & 0x0200).toBe(0x0200);
    expect(records.map((record) => record.type)).toEqual([5, 16, 16, 16, 16]);
  });
});

describe('owners', () => {
  const label = 'l'.repeat(60);
  const chain = Array.from({ length: 10 }, (_, index) => alias(`${index}${label}.${index}${label}.${index}.test`));

  it('are spelled out where a pointer would lead past 510', () => {
    const { bytes: reply, truncated } = composeReply(input({ chain, records: addresses(40) }), 65535, 'tcp');
    expect(truncated).toBe(false);
    const { records, ownerPointers } = decodeStrictly(reply);
    expect(records).toHaveLength(50);
    expect(Math.max(...ownerPointers)).toBeLessThanOrEqual(510);
    expect(records.at(-1)?.owner).toEqual([`9${label}`, `9${label}`, '9', 'test']);
    expect(parseLikeOldMusl(reply)).toHaveLength(50);
  });

  it('point up to 510 inclusive', () => {
    const { bytes: reply } = composeReply(input({ chain, records: addresses(1) }), 65535, 'tcp');
    const targets = decodeStrictly(reply).ownerPointers;
    expect(targets).toContain(12);
    expect(targets.some((target) => target > 200)).toBe(true);
  });
});

describe('answer cap', () => {
  it.each([
    [0, 40, 63, 0, 40],
    [1, 62, 63, 1, 62],
    [0, 64, 63, 0, 63],
    [2, 64, 63, 2, 61],
    [0, 300, 0, 0, 300],
    [70, 5, 63, 70, 5],
  ])('%i aliases, %i records, cap %i', (aliases, records, maxRecords, keptAliases, keptRecords) => {
    const chain = Array.from({ length: aliases }, (_, index) => alias(`n${index}.test`));
    const capped = input({ chain, records: addresses(records), maxRecords });
    const { bytes: reply, truncated } = composeReply(capped, 65535, 'tcp');
    expect(truncated).toBe(false);
    const decoded = decodeStrictly(reply);
    expect(decoded.flags & 0x0200).toBe(0);
    const types = decoded.records.map((record) => record.type);
    if (aliases < 63) expect(types).toEqual([...Array(keptAliases).fill(5), ...Array(keptRecords).fill(1)]);
    else expect(types).toEqual([5, 1, 1, 1, 1, 1]);
    if (maxRecords > 0) expect(parseLikeOldMusl(reply).filter(({ type }) => type === 1)).toHaveLength(keptRecords);
  });

  it('puts no cap on other types', () => {
    const records = addresses(100, 2);
    const { bytes: reply } = composeReply(input({ type: 16, records, maxRecords: 63 }), 65535, 'tcp');
    expect(decodeStrictly(reply).records).toHaveLength(100);
  });

  it.each([1, 2, 3])('of %i still leaves an address', (maxRecords) => {
    const capped = input({ chain: [alias('x.test'), alias('y.test')], records: addresses(9), maxRecords });
    const { records } = decodeStrictly(composeReply(capped, 65535, 'tcp').bytes);
    expect(records).toHaveLength(maxRecords);
    expect(records.at(-1)?.type).toBe(1);
  });
});

describe('over TCP', () => {
  it('ends at 65535 bytes, flattened, with TC', () => {
    const chain = [alias('a.test'), alias('b.test')];
    const { bytes: reply, truncated } = composeReply(input({ chain, records: addresses(5000) }), 512, 'tcp');
    expect(truncated).toBe(true);
    expect(reply.length).toBeLessThanOrEqual(65535);
    expect(reply.length).toBeGreaterThan(65535 - 16);
    const { records, flags } = decodeStrictly(reply);
    expect(flags & 0x0200).toBe(0x0200);
    expect(records[0]).toMatchObject({ type: 5, target: ['b', 'test'] });
    expect(records.length).toBeGreaterThan(4000);
  });
});

it('echoes no question that it could not read', () => {
  const { bytes: reply } = composeReply(input({ query: view({ bare: true }), rcode: 1 }), 512, 'udp');
  expect(reply).toEqual(bytes(header('8181', '0000 0000 0000 0000')));
});
