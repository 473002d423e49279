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

const nx = ['NXDOMAIN', 'NXDOMAIN'] as const;
const sf = ['SERVFAIL', 'SERVFAIL'] as const;
const empty = ['NOERROR', 'NOERROR'] as const;

/** An alias to the canonical name and its address; the text is that of `summary`. */
const data = (canonical: string, address: string): string =>
  `NOERROR | CNAME ${canonical} | ${address.includes(':') ? 'AAAA' : 'A'} ${address}`;
const aOf = (canonical: string, address: string): PairReplies => [data(canonical, address), 'NOERROR'];
const aaaaOf = (canonical: string, address: string): PairReplies => ['NOERROR', data(canonical, address)];
const bothOf = (canonical: string, a: string, aaaa: string): PairReplies => [data(canonical, a), data(canonical, aaaa)];

const foo1 = aOf('foo.s1.test', '10.0.0.1');
const foo2 = aOf('foo.s2.test', '10.0.0.2');
const fooAsIs = aOf('foo', '10.7.7.7');
const ab = aOf('a.b', '10.0.0.1');
const ab1 = aOf('a.b.s1.test', '10.0.0.1');
const fromN2 = aOf('a.b', '10.0.0.2');
const n2Both = bothOf('a.b', '10.0.0.2', '2001:db8:1::2');
const address6 = '2001:db8:1::1';
const dots14 = 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a';

export const pairReplies: Readonly<Record<string, PairReplies>> = {
  1: foo2,
  2: ab1,
  3: foo2,
  4: foo2,
  5: nx,
  6: fooAsIs,
  7: nx,
  8: sf,
  9: empty,
  10: empty,
  11: empty,
  12: empty,
  13: nx,
  14: nx,
  15: ab1,
  16: sf,
  17: ab1,
  18: nx,
  19: nx,
  20: foo2,
  21: nx,
  22: foo2,
  23: sf,
  24: nx,
  25: aOf('bar.s1.test', '10.0.0.1'),
  26: fooAsIs,
  27: nx,
  28: foo1,
  29: nx,
  31: foo1,
  32: aOf('foo.s8.test', '10.0.0.8'),
  33: aOf('foo.h.test', '10.0.0.1'),
  34: nx,
  35: aOf('foo.c.test', '10.0.0.1'),
  36: nx,
  37: ab1,
  38: aOf(`${dots14}.s1.test`, '10.0.0.1'),
  39: ab1,
  41: ab,
  42: ab,
  43: ab,
  '43-NI': ab,
  44: ab,
  45: sf,
  46: aaaaOf('a.b', address6),
  47: empty,
  48: nx,
  49: foo2,
  50: aaaaOf('foo.s1.test', address6),
  51: [foo2[0], undefined],
  52: [undefined, data('foo.s1.test', address6)],
  53: [undefined, data('foo.s2.test', address6)],
  54: ['NOERROR | CNAME x.test', 'NOERROR | CNAME x.test'],
  55: ['NOERROR | CNAME x.test', undefined],
  56: ['NOERROR | CNAME x.test', data('x.test', address6)],
  57: foo2,
  58: aaaaOf('a.b', address6),
  59: n2Both,
  60: ab,
  61: foo2,
  62: foo2,
  63: n2Both,
  64: n2Both,
  65: ab,
  66: bothOf('a.b', '10.0.0.1', address6),
  67: nx,
  68: ab,
  69: fromN2,
  '69-RF': fromN2,
  '69-NI': fromN2,
  '69d': fromN2,
  70: fromN2,
  71: nx,
  72: nx,
  73: fromN2,
  '73a': fromN2,
  74: sf,
  75: empty,
  76: empty,
  77: nx,
  78: fromN2,
  79: sf,
  80: sf,
  81: nx,
  // V17: no reply makes a client say NO_RECOVERY.
  '81-host': ['NXDOMAIN', undefined],
  82: sf,
  83: sf,
  84: fromN2,
  85: sf,
  86: sf,
  87: ab,
  93: sf,
  94: sf,
  95: fromN2,
  '95a': sf,
  '95b': nx,
  '95c': ['SERVFAIL', undefined],
  96: sf,
  97: fromN2,
  '97a': [ab[0], undefined],
  '97b': fromN2,
  98: sf,
  102: nx,
  103: aOf('foo_bar.test', '10.0.0.1'),
  104: nx,
  110: ab,
  '110-6': [undefined, 'NOERROR'],
  111: [data('ext.example.com', '10.0.0.1'), 'NOERROR | CNAME ext.example.com'],
  112: bothOf('a.b', '10.0.0.1', address6),
  113: bothOf('a.b', '10.0.0.1', address6),
  114: ['NOERROR | CNAME a.b | CNAME x*y.test | A 10.0.0.1', 'NOERROR | CNAME a.b | CNAME x*y.test'],
  115: aOf('FOO.S1.Test', '10.0.0.1'),
  117: aOf('foo.h.test', '10.0.0.1'),
  118: fooAsIs,
};

/**
 * When the replies come, in milliseconds, where that is earlier than direct glibc's time: the search could not end before
 * musl gives up, and a server whose time ran out in it is then waited for 300 ms per try.
 */
export const shortenedMs: Readonly<Record<string, number>> = {
  61: 2000 + 300 + 300,
  62: 2000 + 300 + 300,
  64: 2000 + 300,
  // In the second serial attempt the rest of the search fits again: it waits in full.
  65: 2000 + 300 + 2000,
  82: 3000 + 2000 + 4000 + 3 * 300,
};

const srv = { type: 'SRV', name: '_x._tcp.foo' };
const pointerBits = { type: 'PTR', name: '9.0.0.10.in-addr.arpa' };

export const singleReplies: Readonly<Record<string, readonly SingleReply[]>> = {
  // A final dot: the client does not append the marker. In plain mode nothing is left of the dot (V1).
  30: [
    { mode: 'marker', type: 'A', name: 'foo', reply: 'NOERROR | A 10.7.7.7', asked: ['foo'] },
    { mode: 'plain', type: 'A', name: 'foo', reply: 'NXDOMAIN', asked: ['foo.s1.test'] },
  ],
  40: [
    { mode: 'marker', type: 'A', name: 'foo', reply: 'NOERROR | A 10.7.7.7', asked: ['foo'] },
    { mode: 'plain', type: 'A', name: 'foo', reply: foo1[0] ?? '', asked: ['foo.s1.test'] },
  ],
  106: [
    {
      ...srv,
      mode: 'marker',
      name: `${srv.name}.glibc.internal`,
      reply: 'NOERROR | CNAME _x._tcp.foo.s1.test | SRV 0 0 80 host.test',
      asked: ['_x._tcp.foo', '_x._tcp.foo.s1.test'],
    },
    { ...srv, mode: 'plain', reply: 'NXDOMAIN', asked: ['_x._tcp.foo'] },
  ],
  107: [
    { mode: 'marker', type: 'A', name: 'foo', reply: 'NXDOMAIN', asked: ['foo'] },
    { mode: 'plain', type: 'A', name: 'foo', ad: true, reply: 'NXDOMAIN', asked: ['foo'] },
    // V2: without AD nothing tells a program's own question from a lookup.
    { mode: 'plain', type: 'A', name: 'foo', reply: foo1[0] ?? '', asked: ['foo.s1.test'] },
  ],
  108: [
    {
      ...pointerBits,
      mode: 'marker',
      reply: 'NOERROR | PTR one.test | PTR two.test',
      asked: [pointerBits.name],
    },
  ],
  109: [{ ...pointerBits, mode: 'marker', reply: 'SERVFAIL', asked: [pointerBits.name, pointerBits.name] }],
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
    { mode: 'marker', type: 'A', name: 'a.b.glibc.internal', reply: ab[0] ?? '', asked: ['a.b'] },
    { mode: 'plain', type: 'A', name: 'a.b', reply: 'NOERROR | A 10.0.0.1', asked: ['a.b'] },
  ],
};

/** Rows whose replies are too long for a table: what a test of its own says of them. */
export const sizedReplies = ['88', '89', '90', '91', '92', '99', '100', '101'] as const;

/** Rows without a reply that could be stated, and why. */
export const rowsWithoutReply: Readonly<Record<string, string>> = {
  105: 'glibc and musl send no query for an empty label, and no query can carry one',
};
