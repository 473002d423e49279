/**
 * The replies of the sidecar to the queries of each row of the divergence list, as the list states them. What a row's
 * outcome cannot tell is here: that the halves of a pair agree, and what the calls get that have no model.
 */
import type { Mode } from '../support/worlds/rewritten-file.ts';

/** Replies to A and AAAA for the row's name under the search marker, `undefined` where that type is not asked. */
export type PairReplies = readonly [a: string | undefined, aaaa: string | undefined];

/** One query, for calls that are not `getaddrinfo`. */
export interface SingleReply {
  readonly mode: Mode;
  readonly type: string;
  readonly name: string;
  readonly ad?: boolean;
  readonly reply: string;
  /** Names that the servers are asked for. */
  readonly asked: readonly string[];
}

const NX = ['NXDOMAIN', 'NXDOMAIN'] as const;
const SF = ['SERVFAIL', 'SERVFAIL'] as const;
const EMPTY = ['NOERROR', 'NOERROR'] as const;

/** An alias to the canonical name and its address; the text is that of `summary`. */
const data = (canonical: string, address: string): string =>
  `NOERROR | CNAME ${canonical} | ${address.includes(':') ? 'AAAA' : 'A'} ${address}`;
const aOf = (canonical: string, address: string): PairReplies => [data(canonical, address), 'NOERROR'];
const aaaaOf = (canonical: string, address: string): PairReplies => ['NOERROR', data(canonical, address)];
const bothOf = (canonical: string, a: string, aaaa: string): PairReplies => [data(canonical, a), data(canonical, aaaa)];

const FOO1 = aOf('foo.s1.test', '10.0.0.1');
const FOO2 = aOf('foo.s2.test', '10.0.0.2');
const FOO_AS_IS = aOf('foo', '10.7.7.7');
const AB = aOf('a.b', '10.0.0.1');
const AB1 = aOf('a.b.s1.test', '10.0.0.1');
const FROM_N2 = aOf('a.b', '10.0.0.2');
const N2_BOTH = bothOf('a.b', '10.0.0.2', '2001:db8:1::2');
const AAAA = '2001:db8:1::1';
const DOTS14 = 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a';

export const pairReplies: Readonly<Record<string, PairReplies>> = {
  1: FOO2,
  2: AB1,
  3: FOO2,
  4: FOO2,
  5: NX,
  6: FOO_AS_IS,
  7: NX,
  8: SF,
  9: EMPTY,
  10: EMPTY,
  11: EMPTY,
  12: EMPTY,
  13: NX,
  14: NX,
  15: AB1,
  16: SF,
  17: AB1,
  18: NX,
  19: NX,
  20: FOO2,
  21: NX,
  22: FOO2,
  23: SF,
  24: NX,
  25: aOf('bar.s1.test', '10.0.0.1'),
  26: FOO_AS_IS,
  27: NX,
  28: FOO1,
  29: NX,
  31: FOO1,
  32: aOf('foo.s8.test', '10.0.0.8'),
  33: aOf('foo.h.test', '10.0.0.1'),
  34: NX,
  35: aOf('foo.c.test', '10.0.0.1'),
  36: NX,
  37: AB1,
  38: aOf(`${DOTS14}.s1.test`, '10.0.0.1'),
  39: AB1,
  41: AB,
  42: AB,
  43: AB,
  '43-NI': AB,
  44: AB,
  45: SF,
  46: aaaaOf('a.b', AAAA),
  47: EMPTY,
  48: NX,
  49: FOO2,
  50: aaaaOf('foo.s1.test', AAAA),
  51: [FOO2[0], undefined],
  52: [undefined, data('foo.s1.test', AAAA)],
  53: [undefined, data('foo.s2.test', AAAA)],
  54: ['NOERROR | CNAME x.test', 'NOERROR | CNAME x.test'],
  55: ['NOERROR | CNAME x.test', undefined],
  56: ['NOERROR | CNAME x.test', data('x.test', AAAA)],
  57: FOO2,
  58: aaaaOf('a.b', AAAA),
  59: N2_BOTH,
  60: AB,
  61: FOO2,
  62: FOO2,
  63: N2_BOTH,
  64: N2_BOTH,
  65: AB,
  66: bothOf('a.b', '10.0.0.1', AAAA),
  67: NX,
  68: AB,
  69: FROM_N2,
  '69-RF': FROM_N2,
  '69-NI': FROM_N2,
  '69d': FROM_N2,
  70: FROM_N2,
  71: NX,
  72: NX,
  73: FROM_N2,
  '73a': FROM_N2,
  74: SF,
  75: EMPTY,
  76: EMPTY,
  77: NX,
  78: FROM_N2,
  79: SF,
  80: SF,
  81: NX,
  // V17: no reply makes a client say NO_RECOVERY.
  '81-host': ['NXDOMAIN', undefined],
  82: SF,
  83: SF,
  84: FROM_N2,
  85: SF,
  86: SF,
  87: AB,
  93: SF,
  94: SF,
  95: FROM_N2,
  '95a': SF,
  '95b': NX,
  '95c': ['SERVFAIL', undefined],
  96: SF,
  97: FROM_N2,
  '97a': [AB[0], undefined],
  '97b': FROM_N2,
  98: SF,
  102: NX,
  103: aOf('foo_bar.test', '10.0.0.1'),
  104: NX,
  110: AB,
  '110-6': [undefined, 'NOERROR'],
  111: [data('ext.example.com', '10.0.0.1'), 'NOERROR | CNAME ext.example.com'],
  112: bothOf('a.b', '10.0.0.1', AAAA),
  113: bothOf('a.b', '10.0.0.1', AAAA),
  114: ['NOERROR | CNAME a.b | CNAME x*y.test | A 10.0.0.1', 'NOERROR | CNAME a.b | CNAME x*y.test'],
  115: aOf('FOO.S1.Test', '10.0.0.1'),
  117: aOf('foo.h.test', '10.0.0.1'),
  118: FOO_AS_IS,
};

/**
 * When the replies come, in milliseconds, where that is earlier than direct glibc's time: the walk could not end before
 * musl gives up, and a server whose time ran out in it is then waited for 300 ms per try.
 */
export const shortenedMs: Readonly<Record<string, number>> = {
  61: 2000 + 300 + 300,
  62: 2000 + 300 + 300,
  64: 2000 + 300,
  // In the second serial round the rest of the walk fits again: it waits in full.
  65: 2000 + 300 + 2000,
  82: 3000 + 2000 + 4000 + 3 * 300,
};

const SRV = { type: 'SRV', name: '_x._tcp.foo' };
const POINTER = { type: 'PTR', name: '9.0.0.10.in-addr.arpa' };

export const singleReplies: Readonly<Record<string, readonly SingleReply[]>> = {
  // A final dot: the client does not append the marker. In plain mode nothing is left of the dot (V1).
  30: [
    { mode: 'marker', type: 'A', name: 'foo', reply: 'NOERROR | A 10.7.7.7', asked: ['foo'] },
    { mode: 'plain', type: 'A', name: 'foo', reply: 'NXDOMAIN', asked: ['foo.s1.test'] },
  ],
  40: [
    { mode: 'marker', type: 'A', name: 'foo', reply: 'NOERROR | A 10.7.7.7', asked: ['foo'] },
    { mode: 'plain', type: 'A', name: 'foo', reply: FOO1[0] ?? '', asked: ['foo.s1.test'] },
  ],
  106: [
    {
      ...SRV,
      mode: 'marker',
      name: `${SRV.name}.glibc.internal`,
      reply: 'NOERROR | CNAME _x._tcp.foo.s1.test | SRV 0 0 80 host.test',
      asked: ['_x._tcp.foo', '_x._tcp.foo.s1.test'],
    },
    { ...SRV, mode: 'plain', reply: 'NXDOMAIN', asked: ['_x._tcp.foo'] },
  ],
  107: [
    { mode: 'marker', type: 'A', name: 'foo', reply: 'NXDOMAIN', asked: ['foo'] },
    { mode: 'plain', type: 'A', name: 'foo', ad: true, reply: 'NXDOMAIN', asked: ['foo'] },
    // V2: without AD nothing tells a program's own question from a look-up.
    { mode: 'plain', type: 'A', name: 'foo', reply: FOO1[0] ?? '', asked: ['foo.s1.test'] },
  ],
  108: [
    {
      ...POINTER,
      mode: 'marker',
      reply: 'NOERROR | PTR one.test | PTR two.test',
      asked: [POINTER.name],
    },
  ],
  109: [{ ...POINTER, mode: 'marker', reply: 'SERVFAIL', asked: [POINTER.name, POINTER.name] }],
  // With LOCALDOMAIN glibc appends that in the place of the marker: the name is complete. musl does not look at it.
  116: [
    { mode: 'marker', type: 'A', name: 'foo.s2.test', reply: 'NOERROR | A 10.0.0.1', asked: ['foo.s2.test'] },
    {
      mode: 'marker',
      type: 'A',
      name: 'foo.glibc.internal',
      reply: data('foo.s1.test', '10.6.6.6'),
      asked: ['foo.s1.test'],
    },
    { mode: 'plain', type: 'A', name: 'foo', reply: data('foo.s1.test', '10.6.6.6'), asked: ['foo.s1.test'] },
  ],
  // V11: the ndots of the pod's file count, whatever RES_OPTIONS says.
  '116-options': [
    { mode: 'marker', type: 'A', name: 'a.b.glibc.internal', reply: AB[0] ?? '', asked: ['a.b'] },
    { mode: 'plain', type: 'A', name: 'a.b', reply: 'NOERROR | A 10.0.0.1', asked: ['a.b'] },
  ],
};

/** Rows whose replies are too long for a table: what a test of its own says of them. */
export const sizedReplies = ['88', '89', '90', '91', '92', '99', '100', '101'] as const;

/** Rows without a reply that could be stated, and why. */
export const rowsWithoutReply: Readonly<Record<string, string>> = {
  105: 'glibc and musl send no query for an empty label, and no query can carry one',
};
