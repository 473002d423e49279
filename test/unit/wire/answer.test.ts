/** Answers, read as glibc reads them. */
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../sidecar/wire/answer.ts';
import { formatName } from '../../../sidecar/wire/name.ts';
import type { MessageSpec } from '../../support/wire/messages.ts';
import { a, aaaa, bytes, cname, message, opt, pointer, record, uint16, wire } from '../../support/wire/messages.ts';

const q = pointer(12);

function read(spec: MessageSpec): object {
  const answer = readAnswer(message(spec), wire('foo.test'), spec.type ?? 1);
  const show = (records: readonly { rdata: Uint8Array }[]): string[] => records.map(({ rdata }) => rdata.join('.'));
  return {
    kind: answer.kind,
    chain: answer.chain.map((alias) => formatName(alias.target)),
    ...(answer.laterAliases.length > 0 ? { later: answer.laterAliases.map((alias) => formatName(alias.target)) } : {}),
    records: show(answer.records),
    ...(answer.kind === 'BAD' ? { before: show(answer.recordsBeforeFault) } : {}),
  };
}

describe('addresses', () => {
  it.each<[string, MessageSpec, object]>([
    [
      'records',
      { answers: [a(q, '1.1.1.1'), a(q, '2.2.2.2')] },
      { kind: 'DATA', chain: [], records: ['1.1.1.1', '2.2.2.2'] },
    ],
    [
      'AAAA',
      { type: 28, answers: [aaaa(q, 9)] },
      { kind: 'DATA', chain: [], records: ['32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9'] },
    ],
    [
      'owner in another letter case',
      { answers: [a('FOO.TEST', '1.1.1.1')] },
      { kind: 'DATA', chain: [], records: ['1.1.1.1'] },
    ],
    [
      'chain',
      { answers: [cname(q, 'x.test'), cname('x.test', 'Y.test'), a('y.test', '1.1.1.1')] },
      { kind: 'DATA', chain: ['x.test', 'Y.test'], records: ['1.1.1.1'] },
    ],
    [
      'alias whose owner is anybody',
      { answers: [cname('other', 'x.test'), a('x.test', '1.1.1.1')] },
      { kind: 'DATA', chain: ['x.test'], records: ['1.1.1.1'] },
    ],
    [
      'record before its alias is lost',
      { answers: [a('x.test', '1.1.1.1'), cname(q, 'x.test')] },
      { kind: 'ALIAS', chain: ['x.test'], records: [] },
    ],
    [
      'record of the question before the alias counts, and the alias is one of the later ones',
      { answers: [a(q, '1.1.1.1'), cname(q, 'x.test'), a('x.test', '2.2.2.2')] },
      { kind: 'DATA', chain: [], later: ['x.test'], records: ['1.1.1.1', '2.2.2.2'] },
    ],
    [
      'chain out of order',
      { answers: [cname('x.test', 'y.test'), cname(q, 'x.test'), a('y.test', '1.1.1.1')] },
      { kind: 'ALIAS', chain: ['y.test', 'x.test'], records: [] },
    ],
    [
      'owner that the chain has left',
      { answers: [cname(q, 'x.test'), a(q, '1.1.1.1')] },
      { kind: 'ALIAS', chain: ['x.test'], records: [] },
    ],
    ['alias only', { answers: [cname(q, 'x.test')] }, { kind: 'ALIAS', chain: ['x.test'], records: [] }],
    ['foreign owner', { answers: [a('other', '1.1.1.1')] }, { kind: 'ALIAS', chain: [], records: [] }],
    [
      'other types among them',
      { answers: [aaaa(q, 1), { owner: q, type: 16, rdata: bytes('0141') }, a(q, '1.1.1.1')] },
      { kind: 'DATA', chain: [], records: ['1.1.1.1'] },
    ],
    ['another class', { answers: [{ ...a(q, '1.1.1.1'), class: 3 }] }, { kind: 'ALIAS', chain: [], records: [] }],
    [
      'alias of another class',
      { answers: [{ ...cname(q, 'x.test'), class: 3 }, a(q, '1.1.1.1')] },
      { kind: 'DATA', chain: [], records: ['1.1.1.1'] },
    ],
    [
      'address of five bytes',
      { answers: [{ owner: q, type: 1, rdata: bytes('0101010101') }] },
      { kind: 'ALIAS', chain: [], records: [] },
    ],
    [
      'address of four bytes asked as AAAA',
      { type: 28, answers: [{ owner: q, type: 28, rdata: bytes('01010101') }] },
      { kind: 'ALIAS', chain: [], records: [] },
    ],
    [
      'target with a star',
      { answers: [cname(q, 'a*b.test'), a('a*b.test', '1.1.1.1')] },
      { kind: 'DATA', chain: ['a*b.test'], records: ['1.1.1.1'] },
    ],
    [
      'alias name longer than its data, as glibc reads it',
      { answers: [{ ...cname(q, 'x.test'), rdlength: 3 }], counts: [1, 1, 0, 0] },
      { kind: 'ALIAS', chain: ['x.test'], records: [] },
    ],
    [
      'authority and additional are not looked at',
      { answers: [a(q, '1.1.1.1')], authorities: [a(q, '2.2.2.2')], additionals: [a(q, '3.3.3.3'), opt()] },
      { kind: 'DATA', chain: [], records: ['1.1.1.1'] },
    ],
  ])('%s', (_, spec, result) => {
    expect(read(spec)).toEqual(result);
  });
});

describe('faults', () => {
  const first = a(q, '1.1.1.1');
  it.each<[string, MessageSpec]>([
    ['count too high', { answers: [first], counts: [1, 2, 0, 0] }],
    ['data over the end', { answers: [first, { ...a(q, '2.2.2.2'), rdlength: 5 }] }],
    ['owner in a ring', { answers: [first, { ...a(pointer(42), '2.2.2.2') }] }],
    ['owner points past the end', { answers: [first, { ...a(pointer(999), '2.2.2.2') }] }],
    ['alias that does not parse', { answers: [first, cname(q, bytes('40'))] }],
    ['label type 01', { answers: [first, { ...a(bytes('41 00'), '2.2.2.2') }] }],
  ])('%s', (_, spec) => {
    expect(read(spec)).toEqual({ kind: 'BAD', chain: [], records: [], before: ['1.1.1.1'] });
  });

  it('keeps the chain in front of the fault', () => {
    const spec = { answers: [cname(q, 'x.test'), a('x.test', '1.1.1.1')], counts: [1, 9, 0, 0] } as const;
    expect(read(spec)).toEqual({ kind: 'BAD', chain: ['x.test'], records: [], before: ['1.1.1.1'] });
  });

  it.each<[string, Uint8Array]>([
    [
      'compressed question',
      bytes(
        message({ bare: true, counts: [1, 1, 0, 0] }),
        '03666f6f 0474657374',
        pointer(4),
        '00010001',
        record(a('foo.test', '1.1.1.1')),
      ),
    ],
    ['no question', message({ bare: true, answers: [a('foo.test', '1.1.1.1')] })],
    ['two questions', bytes(message({ counts: [2, 0, 0, 0] }), wire('foo.test'), uint16(1), uint16(1))],
    ['header only', message({}).subarray(0, 12)],
    ['less than a header', message({}).subarray(0, 5)],
    ['nothing', Buffer.of()],
  ])('%s', (_, bytesOfMessage) => {
    const { kind, chain, laterAliases, records, recordsBeforeFault } = readAnswer(bytesOfMessage, wire('foo.test'), 1);
    expect(kind).toBe('BAD');
    expect([chain, laterAliases, records, recordsBeforeFault]).toEqual([[], [], [], []]);
  });
});

describe('other types', () => {
  const mx = { owner: 'x.test', type: 15, rdata: bytes('000a 046d61696c', pointer(12)) };
  it('spells names in the data out', () => {
    const spec = { type: 15, answers: [cname(q, 'x.test'), mx] };
    const { records } = readAnswer(message(spec), wire('foo.test'), 15);
    expect(records).toEqual([{ type: 15, ttl: 60, rdata: bytes('000a', wire('mail.foo.test')) }]);
  });

  it('spells both names of SOA out and keeps what follows', () => {
    const numbers = bytes('00000001 00000002 00000003 00000004 00000005');
    const soa = { owner: q, type: 6, rdata: bytes(pointer(12), '026e73', pointer(12), numbers) };
    const { records } = readAnswer(message({ type: 6, answers: [soa] }), wire('foo.test'), 6);
    expect(records[0]?.rdata).toEqual(new Uint8Array(bytes(wire('foo.test'), wire('ns.foo.test'), numbers)));
  });

  it('finds the name behind the three strings of NAPTR', () => {
    const head = bytes('0001 0002 0153 03534950 00');
    const naptr = { owner: q, type: 35, rdata: bytes(head, pointer(12)) };
    const { records } = readAnswer(message({ type: 35, answers: [naptr] }), wire('foo.test'), 35);
    expect(records[0]?.rdata).toEqual(bytes(head, wire('foo.test')));
  });

  it.each([
    ['TXT', 16, bytes('03 c00c41')],
    ['HTTPS', 65, bytes('0001 00 0001 0003 02 6833')],
    ['an unknown type', 65280, bytes('c00c c00c')],
    ['MX too short for a name', 15, bytes('00')],
    ['NAPTR too short for its strings', 35, bytes('0001 0002 ff')],
  ])('takes the data of %s as bytes', (_, type, rdata) => {
    const { records } = readAnswer(message({ type, answers: [{ owner: q, type, rdata }] }), wire('foo.test'), type);
    expect(records).toEqual([{ type, ttl: 60, rdata: new Uint8Array(rdata) }]);
  });

  it('is bad where a name in the data runs over its end', () => {
    const srv = { owner: q, type: 33, rdata: bytes('0001 0002 0035 0161'), rdlength: 8 };
    expect(readAnswer(message({ type: 33, answers: [srv, mx] }), wire('foo.test'), 33).kind).toBe('BAD');
  });

  it('finds a CNAME that was asked for in the chain', () => {
    const answer = readAnswer(message({ type: 5, answers: [cname(q, 'x.test')] }), wire('foo.test'), 5);
    expect(answer).toMatchObject({ kind: 'DATA', records: [], chain: [{ target: wire('x.test') }] });
  });

  it('takes every type for ANY, except signatures, proofs, and what is no data', () => {
    const answers = [
      a(q, '1.1.1.1'),
      { owner: q, type: 41, rdata: bytes() },
      { owner: q, type: 250, rdata: bytes('00') },
      { owner: q, type: 46, rdata: Buffer.alloc(30) },
      { owner: q, type: 16, rdata: bytes('0141') },
    ];
    const { records } = readAnswer(message({ type: 255, answers }), wire('foo.test'), 255);
    expect(records.map(({ type }) => type)).toEqual([1, 16]);
  });
});

it('gives every TTL as it is', () => {
  const answers = [cname(q, 'x.test', 5), a('x.test', '1.1.1.1', 0xffffffff)];
  const answer = readAnswer(message({ answers }), wire('foo.test'), 1);
  expect(answer).toMatchObject({ chain: [{ ttl: 5 }], records: [{ ttl: 0xffffffff }] });
});
