/**
 * How long a reply may be used again (cache semantics §3). A reply: question, answers, authorities, additionals, divided by bars;
 * each record `owner TYPE TTL`, an alias with where it leads behind it, an SOA with its MINIMUM.
 */
import { describe, expect, test } from 'vitest';
import { lifetimeOf } from '../../../../sidecar/decide/cache/lifetime.ts';
import type { ReplyClass } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { bytes, message, pointer, uint16, uint32, wire } from '../../../support/wire/messages.ts';
import type { RecordSpec } from '../../../support/wire/messages.ts';

const types: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  TXT: 16,
  AAAA: 28,
  DNAME: 39,
  OPT: 41,
  RRSIG: 46,
  ANY: 255,
};

const settings = { maxCacheSeconds: 3600, maxNegativeCacheSeconds: 30, maxCacheSecondsWithoutSoa: 5 };

function messageOf(text: string): Uint8Array {
  const [question = '', ...sections] = text.split('|').map((part) => part.trim());
  const [name = '', type = ''] = question.split(' ');
  const [answers, authorities, additionals] = sections.map((section) =>
    section === '' ? [] : section.split(',').map((one) => recordOf(one.trim())),
  );
  return message({
    name,
    type: types[type] ?? 0,
    answers: answers ?? [],
    authorities: authorities ?? [],
    additionals: additionals ?? [],
  });
}

function recordOf(text: string): RecordSpec {
  const [owner = '', type = '', ttl = '', data = ''] = text.split(' ');
  return { owner, type: types[type] ?? 0, ttl: Number(ttl), rdata: dataOf(type, data) };
}

function dataOf(type: string, data: string): Uint8Array {
  if (type === 'CNAME') return wire(data);
  if (type === 'SOA') return soaData(Number(data));
  return type === 'OPT' ? bytes() : bytes('0a 00 00 01');
}

function soaData(minimum: number): Uint8Array {
  return bytes(wire('ns.test'), wire('mail.test'), ...[1, 2, 3, 4, minimum].map(uint32));
}

/** `60`, or `0, 5 beside data`. */
function textOf(reply: Uint8Array, replyClass: ReplyClass, changed: Partial<typeof settings> = {}): string {
  const { alone, besideData } = lifetimeOf(reply, replyClass, { ...settings, ...changed });
  return alone === besideData ? String(alone) : `${alone}, ${besideData} beside data`;
}

describe('data lives', () => {
  test.each([
    ['as long as its record', 'foo A | foo A 60', '60'],
    ['as the least of its records', 'foo A | foo A 60, foo A 20, foo A 40', '20'],
    ['also where that is an alias', 'foo A | foo CNAME 20 bar, bar A 60', '20'],
    ['or in the authority section', 'foo A | foo A 60 | test NS 20', '20'],
    ['or in the additional section', 'foo A | foo A 60 | test NS 50 | ns.test A 20', '20'],
    ['whose OPT record has flags in place of a TTL', 'foo A | foo A 60 | | . OPT 0', '60'],
    ['but not behind that record', 'foo A | foo A 60 | | . OPT 0, ns.test A 20', '20'],
    ['an hour at most', 'foo A | foo A 7200', '3600'],
    ['not at all with a TTL of 0', 'foo A | foo A 60, foo A 0', '0'],
    ['whatever an SOA says of denials', 'foo A | foo A 60 | test SOA 60 10', '60'],
    ['also where aliases were asked for', 'foo CNAME | foo CNAME 60 bar', '60'],
    ['of any type', 'foo TXT | foo TXT 60', '60'],
  ])('%s', (_, reply, lifetime) => {
    expect(textOf(messageOf(reply), 'DATA')).toBe(lifetime);
  });

  test.each([
    ['the greatest TTL', 0x7fff_ffff, '2147483647'],
    ['the top bit makes a TTL 0', 0x8000_0000, '0'],
  ])('%s', (_, ttl, lifetime) => {
    expect(textOf(messageOf(`foo A | foo A ${ttl}`), 'DATA', { maxCacheSeconds: 2 ** 40 })).toBe(lifetime);
  });
});

describe('an answer whose records are not read, and that holds none of the asked type, is a denial', () => {
  test.each([
    ['of aliases alone', 'foo.test TXT | foo.test CNAME 300 bar.test | test SOA 20 20', '20'],
    ['with their signature', 'foo.test TXT | foo.test CNAME 300 bar.test, foo.test RRSIG 300 | test SOA 20 20', '20'],
    ['of a DNAME', 'a.foo.test TXT | foo.test DNAME 300, a.foo.test CNAME 300 a.bar.test | test SOA 20 20', '20'],
    ['without an SOA', 'foo.test TXT | foo.test CNAME 300 bar.test, foo.test RRSIG 300 |', '0'],
  ])('%s', (_, reply, lifetime) => expect(textOf(messageOf(reply), 'DATA')).toBe(lifetime));

  test.each([
    ['with records', 'foo.test TXT | foo.test CNAME 300 bar.test, bar.test TXT 200 |', '200'],
    ['where all types were asked for', 'foo.test ANY | foo.test NS 200 |', '200'],
    ['where aliases were', 'foo.test CNAME | foo.test CNAME 200 bar.test |', '200'],
  ])('not %s', (_, reply, lifetime) => expect(textOf(messageOf(reply), 'DATA')).toBe(lifetime));
});

describe('a denial lives', () => {
  test.each([
    ['as long as its SOA', 'foo.test A | | test SOA 20 25', '20'],
    ['or as the MINIMUM of it', 'foo.test A | | test SOA 25 20', '20'],
    ['30 seconds at most', 'foo.test A | | test SOA 60 60', '30'],
    ['by an SOA of the name itself', 'foo.test A | | foo.test SOA 20 20', '20'],
    ['of the root', 'foo.test A | | . SOA 20 20', '20'],
    ['where aliases were asked for', 'foo.test CNAME | | test SOA 25 20', '20'],
    ['in any letter case', 'foo.test A | | TEST SOA 20 20', '20'],
    ['by the least of several', 'foo.test A | | test SOA 20 20, foo.test SOA 15 25, . SOA 25 10', '10'],
    ['whatever other records there are', 'foo.test A | | test NS 5, test SOA 20 20 | ns.test A 5', '20'],
    ['as long as an alias that leads to it', 'foo.test A | foo.test CNAME 10 bar.test | test SOA 20 20', '10'],
    ['as the least of them', 'foo.test A | foo.test CNAME 10 b.test, b.test CNAME 5 c.test | test SOA 20 20', '5'],
    ['by the SOA of where the aliases lead', 'foo.test A | foo.test CNAME 60 bar.org | org SOA 20 20', '20'],
    ['not at all with a TTL of 0', 'foo.test A | | test SOA 0 20', '0'],
    ['or a MINIMUM of 0', 'foo.test A | | test SOA 20 0', '0'],
    ['or the top bit in one', `foo.test A | | test SOA ${2 ** 31} 20`, '0'],
    ['or in the other', `foo.test A | | test SOA 20 ${2 ** 31}`, '0'],
  ])('%s', (_, reply, lifetime) => {
    for (const replyClass of ['NX', 'EMPTY', 'ALIAS'] as const)
      expect(textOf(messageOf(reply), replyClass)).toBe(lifetime);
  });

  test.each([
    ['without an SOA', 'foo.test A | |'],
    ['by an SOA of a name beside it', 'foo.test A | | bar.test SOA 20 20'],
    ['below it', 'foo.test A | | x.foo.test SOA 20 20'],
    ['of where an alias came from', 'foo.test A | foo.test CNAME 60 bar.org | test SOA 20 20'],
    ['in the answer', 'foo.test A | test SOA 20 20'],
    ['or among the additional records', 'foo.test A | | | test SOA 20 20'],
    ['by another record', 'foo.test A | | test NS 20'],
  ])('not at all %s', (_, reply) => {
    for (const replyClass of ['NX', 'ALIAS'] as const) expect(textOf(messageOf(reply), replyClass)).toBe('0');
    expect(textOf(messageOf(reply), 'EMPTY')).toBe('0, 5 beside data');
  });

  test('without an SOA beside data as the setting says', () => {
    expect(textOf(messageOf('foo A | |'), 'EMPTY', { maxCacheSecondsWithoutSoa: 0 })).toBe('0');
  });

  test('as one where nothing but aliases stands for data', () => {
    expect(textOf(messageOf('foo.test TXT | foo.test CNAME 60 bar.test | test SOA 20 25'), 'DATA')).toBe('20');
    expect(textOf(messageOf('foo.test TXT | foo.test CNAME 60 bar.test'), 'DATA')).toBe('0');
  });

  const withSoa = (spec: Partial<RecordSpec>): Uint8Array =>
    message({
      name: 'foo.test',
      authorities: [{ owner: 'test', type: types['SOA'] ?? 0, ttl: 20, rdata: soaData(20), ...spec }],
    });

  test.each<[rule: string, rdata: Uint8Array, lifetime: string, changed?: Partial<RecordSpec>]>([
    ['and by nothing that looks like one', soaData(20), '0', { type: types['TXT'] ?? 0 }],
    ['of the shortest names', bytes(0, 0, ...[1, 2, 3, 4, 10].map(uint32)), '10'],
    ['too short to be one', bytes(0, ...[1, 2, 3, 4, 10].map(uint32)), '0'],
  ])('by an SOA %s', (_, rdata, lifetime, changed = {}) => {
    expect(textOf(withSoa({ rdata, ...changed }), 'NX')).toBe(lifetime);
  });

  test('by its SOA where an alias leads to what is no name', () => {
    const rdata = bytes(pointer(0x3fff));
    const answers = [{ owner: 'foo.test', type: types['CNAME'] ?? 0, ttl: 60, rdata }];
    const authorities = [{ owner: 'test', type: types['SOA'] ?? 0, ttl: 20, rdata: soaData(20) }];
    expect(textOf(message({ name: 'foo.test', answers, authorities }), 'ALIAS')).toBe('20');
  });
});

describe('not at all', () => {
  test.each(['SF', 'NI', 'RF', 'LAME', 'ODD', 'BAD', 'TC'] as const)('%s', (replyClass) => {
    expect(textOf(messageOf('foo.test A | foo.test A 60 | test SOA 20 20'), replyClass)).toBe('0');
  });

  const cut = messageOf('foo.test A | | test SOA 20 20').subarray(0, -1);
  const bare = message({ bare: true });
  /** Its question is a pointer to a zero byte of the header. */
  const packed = bytes(
    uint16(1),
    uint16(0x8180),
    ...[1, 0, 1, 0].map(uint16),
    pointer(4),
    uint16(1),
    uint16(1),
    bytes(0, uint16(6), uint16(1), uint32(20), uint16(soaData(20).length), soaData(20)),
  );

  test.each([
    ['a record is cut off', cut],
    ['there is no question', bare],
    ['the question is a pointer', packed],
  ])('where %s', (_, reply) => {
    for (const replyClass of ['EMPTY', 'NX', 'DATA'] as const) expect(textOf(reply, replyClass)).toBe('0');
  });
});
