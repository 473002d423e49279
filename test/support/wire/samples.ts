/** Good messages, from which random ones are made, and byte strings that mean something inside of messages. */
import { a, aaaa, bytes, cname, message, opt, pointer, query, uint16, wire } from './messages.ts';

const q = pointer(12);

export const queries: readonly Uint8Array[] = [
  query({}),
  query({ type: 28, name: 'Foo.Test' }),
  query({ name: 'web.default.glibc.internal' }),
  query({ name: 'web.glibc.internal', type: 28 }),
  query({ name: 'srv.glibc.internal', type: 33, additionals: [opt()] }),
  query({ name: 'a.b.c.example.test', type: 16, additionals: [opt(4096, 0x8000, bytes('000a0008 0102030405060708'))] }),
  query({ name: '1.2.0.192.in-addr.arpa', type: 12 }),
  query({ name: 'local.glibc.internal' }),
  query({ type: 255, flags: 0x0130 }),
  query({ name: '', type: 2, additionals: [opt(512, 0x0001_0000)] }),
  query({ type: 6, class: 3 }),
  query({ type: 252 }),
  query({ flags: 0x2100 }),
  query({ name: bytes('3f', Buffer.alloc(63, 0x61), '3f', Buffer.alloc(63, 0x62), '00'), type: 1 }),
  query({ name: 'foo_bar.test', type: 1, flags: 0x0120 }),
  query({ additionals: [opt(), opt()] }),
];

/** To a question for foo.test of some type; names point at it. */
export const replies: readonly Uint8Array[] = [
  message({ answers: [a(q, '1.1.1.1'), a(q, '1.1.1.2')] }),
  message({
    answers: [cname(q, bytes('0178', pointer(16))), a(pointer(38), '1.1.1.1'), a(pointer(38), '1.1.1.2')],
    additionals: [opt()],
  }),
  message({ type: 28, answers: [aaaa(q, 1), aaaa(q, 2)] }),
  message({ type: 28, answers: [aaaa('other.test', 1), cname(q, 'Other.test'), aaaa('other.test', 2)] }),
  message({
    type: 33,
    answers: [{ owner: q, type: 33, rdata: bytes('000100020003', pointer(16)) }],
    additionals: [opt(), a(pointer(16), '1.1.1.1')],
  }),
  message({
    type: 6,
    flags: 0x8183,
    authorities: [{ owner: pointer(16), type: 6, rdata: bytes('0161', q, '0162', q, Buffer.alloc(20)) }],
  }),
  message({ type: 35, answers: [{ owner: q, type: 35, rdata: bytes('00010002 0153 0141 00', q) }] }),
  message({
    type: 15,
    answers: [
      { owner: q, type: 15, rdata: bytes('000a', q) },
      { owner: q, type: 46, rdata: Buffer.alloc(40) },
    ],
  }),
  message({ type: 12, answers: ['one.test', 'two.test'].map((name) => ({ owner: q, type: 12, rdata: wire(name) })) }),
  message({ type: 16, answers: [{ owner: q, type: 16, rdata: bytes(200, Buffer.alloc(200, 0x74)) }] }),
  // More than fits into a datagram, with aliases and owners past 510.
  message({
    answers: [
      cname(q, 'long-alias-of-the-first-kind.test'),
      ...Array.from({ length: 40 }, (_, index) => a('long-alias-of-the-first-kind.test', `192.0.2.${index}`)),
    ],
  }),
  message({ flags: 0x8380 }),
  message({ flags: 0x8182 }),
  message({ flags: 0x8183 }),
  message({ flags: 0x8185 }),
  message({ flags: 0x8100 }),
  message({ flags: 0x8182, bare: true }),
  message({ flags: 0x8181, additionals: [opt(1232, 0x0100_0000)] }),
];

const types = [1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 39, 41, 46, 47, 65, 250, 251, 252, 255];

export const tokens: readonly Uint8Array[] = [
  ...types.map((type) => bytes(uint16(type), uint16(1))),
  ...types.map((type) => bytes(q, uint16(type), '0001 0000003c 0004 01020304')),
  bytes(q, '0005 0001 0000003c 0002', q),
  bytes(q, '001c 0001 0000003c 0010', Buffer.alloc(16, 1)),
  bytes('00 0029 04d0 0000 8000 0000'),
  bytes('0000 0001 0000 0000'),
  bytes('0001 0000 0000'),
  bytes('0001 ffff 0000'),
  q,
  wire('foo.test'),
  wire('glibc.internal'),
  wire('a'),
  bytes('3f', Buffer.alloc(63, 0x6c)),
  bytes('0000'),
  bytes('ffff'),
];
