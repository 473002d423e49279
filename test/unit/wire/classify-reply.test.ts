/** Which replies are accepted, and what they are to glibc. */
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../sidecar/wire/classify-reply.ts';
import { a, aaaa, bytes, cname, message, opt, pointer, uint16, wire } from '../../support/wire/messages.ts';

const expected = { id: 0x1234, name: wire('foo.test'), type: 1, class: 1 };
const address = a(pointer(12), '192.0.2.1');

const qr = 0x8000;
const aa = 0x0400;
const tc = 0x0200;
const ra = 0x0080;

describe('class, by the header alone', () => {
  it.each([
    // flags, counts that matter, class over UDP, class over TCP
    ['NOERROR with RA, nothing else', qr | ra, {}, 'EMPTY', 'EMPTY'],
    ['NOERROR with AA', qr | aa, {}, 'EMPTY', 'EMPTY'],
    ['NOERROR with neither', qr, {}, 'LAME', 'LAME'],
    ['the same with an authority record', qr, { authorities: [address] }, 'LAME', 'LAME'],
    ['the same with OPT', qr, { additionals: [opt()] }, 'EMPTY', 'EMPTY'],
    ['the same, lying about ARCOUNT', qr, { counts: [1, 0, 0, 1] }, 'EMPTY', 'EMPTY'],
    ['FORMERR', qr | 1, {}, 'ODD', 'ODD'],
    ['SERVFAIL', qr | 2, {}, 'SF', 'SF'],
    ['NXDOMAIN', qr | 3, {}, 'NX', 'NX'],
    ['NXDOMAIN with answers', qr | 3, { answers: [address] }, 'NX', 'NX'],
    ['NOTIMP', qr | 4, {}, 'NI', 'NI'],
    ['REFUSED', qr | 5, {}, 'RF', 'RF'],
    ['REFUSED with answers', qr | 5, { answers: [address] }, 'RF', 'RF'],
    ['YXDOMAIN', qr | 6, {}, 'ODD', 'ODD'],
    ['NOTAUTH with answers', qr | 9, { answers: [address] }, 'ODD', 'ODD'],
    ['rcode 15', qr | 15, {}, 'ODD', 'ODD'],
    ['TC', qr | tc | ra, { answers: [address] }, 'TC', 'DATA'],
    ['TC without answers', qr | tc | ra, {}, 'TC', 'EMPTY'],
    ['TC and SERVFAIL', qr | tc | ra | 2, {}, 'SF', 'SF'],
    ['TC and REFUSED', qr | tc | ra | 5, {}, 'RF', 'RF'],
    ['TC and lame', qr | tc, {}, 'LAME', 'LAME'],
    ['TC and NXDOMAIN', qr | tc | 3, {}, 'TC', 'NX'],
    ['answer', qr | ra, { answers: [address] }, 'DATA', 'DATA'],
    ['answer with AA and RA clear', qr, { answers: [address] }, 'DATA', 'DATA'],
    ['answer with QR clear: glibc does not look', ra, { answers: [address] }, 'DATA', 'DATA'],
    ['alias without address', qr | ra, { answers: [cname(pointer(12), 'x.test')] }, 'ALIAS', 'ALIAS'],
    ['answer of the other family', qr | ra, { answers: [aaaa(pointer(12), 1)] }, 'ALIAS', 'ALIAS'],
    ['count beyond what is there', qr | ra, { answers: [address], counts: [1, 2, 0, 0] }, 'BAD', 'BAD'],
    ['count without any record', qr | ra, { counts: [1, 1, 0, 0] }, 'BAD', 'BAD'],
  ] as const)('%s', (_, flags, spec, overUdp, overTcp) => {
    const reply = message({ flags, ...spec });
    expect(classifyReply(reply, expected, 'udp')).toMatchObject({
      accept: true,
      class: overUdp,
      rcode: flags & 15,
    });
    expect(classifyReply(reply, expected, 'tcp')).toMatchObject({ accept: true, class: overTcp, rcode: flags & 15 });
  });

  it('reads the records of A and AAAA', () => {
    const reply = message({ answers: [cname(pointer(12), 'x.test'), a('x.test', '192.0.2.7')] });
    expect(classifyReply(reply, expected, 'udp')).toMatchObject({
      class: 'DATA',
      answer: { kind: 'DATA', chain: [{}], records: [{ type: 1, rdata: Uint8Array.of(192, 0, 2, 7) }] },
    });
  });

  it.each([
    [16, { answers: [a('other', '192.0.2.1')] }],
    [33, { counts: [1, 1, 0, 0] as const }],
    [5, { answers: [cname(pointer(12), 'x.test')] }],
    [255, { answers: [a(pointer(12), '192.0.2.1')] }],
  ])('does not read those of type %i', (type, spec) => {
    const result = classifyReply(message({ type, ...spec }), { ...expected, type }, 'udp');
    expect(result).toEqual({ accept: true, class: 'DATA', rcode: 0 });
  });
});

describe('acceptance', () => {
  it.each([
    ['another ID', message({ id: 0x1235 }), 'id'],
    ['another ID and name', message({ id: 0x1235, name: 'bar.test' }), 'id'],
    ['another name', message({ name: 'bar.test' }), 'question'],
    ['another type', message({ type: 28 }), 'question'],
    ['another class', message({ class: 3 }), 'question'],
    ['no question, NOERROR', message({ bare: true }), 'question'],
    ['no question, NXDOMAIN', message({ bare: true, flags: 0x8183 }), 'question'],
    ['no question, FORMERR', message({ bare: true, flags: 0x8181 }), 'question'],
    ['no question, SERVFAIL, but an OPT', message({ bare: true, flags: 0x8182, additionals: [opt()] }), 'question'],
    ['no question, SERVFAIL, one byte more', bytes(message({ bare: true, flags: 0x8182 }), 0), 'question'],
    ['bare SERVFAIL that counts a question', message({ bare: true, flags: 0x8182, counts: [1, 0, 0, 0] }), 'question'],
    ['two questions', bytes(message({ counts: [2, 0, 0, 0] }), wire('foo.test'), uint16(1), uint16(1)), 'question'],
    ['question cut off', message({}).subarray(0, 24), 'question'],
  ] as const)('ignores: %s', (_, reply, reason) => {
    expect(classifyReply(reply, expected, 'udp')).toEqual({ accept: false, reason });
    expect(classifyReply(reply, expected, 'tcp')).toEqual({ accept: false, reason });
  });

  it.each([
    [2, 'SF'],
    [4, 'NI'],
    [5, 'RF'],
  ])('takes a bare header with rcode %i', (rcode, replyClass) => {
    const reply = message({ bare: true, flags: qr | rcode });
    expect(reply).toHaveLength(12);
    expect(classifyReply(reply, expected, 'udp')).toEqual({ accept: true, class: replyClass, rcode });
    expect(classifyReply(reply, expected, 'tcp')).toEqual({ accept: true, class: replyClass, rcode });
  });

  it('takes a compressed question, as glibc does', () => {
    const reply = message({ flags: qr | ra | 3, name: bytes('03 666f6f 04 74657374', pointer(4)) });
    expect(classifyReply(reply, expected, 'udp')).toEqual({ accept: true, class: 'NX', rcode: 3 });
  });

  it('takes another letter case', () => {
    const reply = message({ name: 'fOO.teST', answers: [a('FOO.test', '192.0.2.1')] });
    expect(classifyReply(reply, expected, 'udp')).toMatchObject({ accept: true, class: 'DATA' });
  });

  it.each([
    [0, 'empty'],
    [1, 'undersized'],
    [11, 'undersized'],
  ])('%i bytes end the wait: %s', (length, accept) => {
    const reply = message({}).subarray(0, length);
    expect(classifyReply(reply, expected, 'udp')).toEqual({ accept });
    expect(classifyReply(reply, expected, 'tcp')).toEqual({ accept });
  });

  it('takes anything with the ID over TCP when told to', () => {
    const foreign = message({ name: 'bar.test', flags: qr | ra | 3 });
    expect(classifyReply(foreign, expected, 'tcp', true)).toMatchObject({ accept: true, class: 'NX' });
    expect(classifyReply(foreign, expected, 'udp', true)).toMatchObject({ accept: false });
    expect(classifyReply(message({ id: 1 }), expected, 'tcp', true)).toEqual({ accept: false, reason: 'id' });
  });
});
