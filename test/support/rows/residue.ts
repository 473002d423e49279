/** Residual divergences that no row of the list shows, by their number in docs/residual-divergences.md. */
import {
  addresses,
  AGAIN,
  conf,
  data,
  EVERY,
  G2,
  G3,
  G4,
  GLIBC,
  MUSL,
  NODATA,
  NONAME,
  ok,
  type Row,
  servers,
  TWO_SERVERS,
} from './row.ts';

const A = '10.0.0.1';
const ALL80 = ok('a.b', ...addresses(80));

/** 243 characters, so that a search entry fits behind it and the marker does not. */
const LONG_NAME = Array.from('abcd', (letter) => letter.repeat(60)).join('.');

const FIFTEEN_DOTS = Array.from('abcdefghijklmnop').join('.');

export const residueRows: Row[] = [
  {
    id: 'V10',
    what: 'a search that takes longer than musl waits',
    resolvConf: conf({ search: 'search s1.test s2.test s3.test', options: 'timeout:5' }),
    script: servers({
      'foo.s1.test': { is: 'NX', delayMs: 4000 },
      'foo.s2.test': { is: 'NX', delayMs: 4000 },
      'foo.s3.test': { is: 'NX', delayMs: 4000 },
      foo: data(A),
    }),
    call: 'getaddrinfo u foo canon',
    outcome: ok('foo', A),
    takesMs: 12_000,
    residue: [{ row: 'V10', libcs: MUSL, outcome: AGAIN }],
  },
  {
    id: 'V14',
    what: 'a pod with a dotted host name: its domain is tried once more',
    resolvConf: conf(),
    hostName: 'pod.h.test',
    script: servers({ 'foo.h.test': data(A) }),
    call: 'getaddrinfo u foo canon',
    outcome: NONAME,
    residue: [{ row: 'V14', mode: 'plain', libcs: GLIBC, outcome: ok('foo.h.test', A) }],
  },
  {
    id: 'V16',
    what: '80 addresses of one family over TCP: 63 records',
    resolvConf: conf(),
    script: servers({ 'a.b': data(...addresses(80)) }),
    call: 'getaddrinfo 4 a.b canon',
    outcome: ALL80,
    residue: [
      { row: 'V16', libcs: GLIBC, outcome: { ...ALL80, count: [62, 63] } },
      { row: 'V5', libcs: G2, outcome: { ...ALL80, count: [28, 30] } },
      { row: 'V6', libcs: G3, outcome: { ...ALL80, count: [44, 48] } },
      { row: 'V6', libcs: G4, outcome: { ...ALL80, count: [48, 48] } },
    ],
  },
  {
    id: 'V18',
    what: 'a name that with the marker is too long is not searched',
    resolvConf: conf(),
    script: servers({ [`${LONG_NAME}.s1.test`]: data(A) }),
    call: `getaddrinfo u ${LONG_NAME} canon`,
    outcome: ok(`${LONG_NAME}.s1.test`, A),
    residue: [
      { row: 'V18', mode: 'marker', libcs: EVERY, notWithKeptSearches: MUSL, outcome: NONAME },
      // An alias of this length leaves no room for the address.
      { row: 'V5', mode: 'plain', libcs: G2, outcome: ok(LONG_NAME, A) },
    ],
  },
  {
    id: 'V22',
    what: 'a name with 15 dots is not searched for musl',
    resolvConf: conf(),
    script: servers({ [`${FIFTEEN_DOTS}.s1.test`]: data(A) }),
    call: `getaddrinfo u ${FIFTEEN_DOTS} canon`,
    outcome: ok(`${FIFTEEN_DOTS}.s1.test`, A),
    residue: [
      { row: 'V22', mode: 'marker', libcs: MUSL, outcome: NONAME },
      // It asks for the name as it is itself, and then for the search, which asks for it once more.
      { row: 'V22', mode: 'marker', libcs: GLIBC, outcome: ok(`${FIFTEEN_DOTS}.s1.test`, A) },
    ],
  },
  {
    id: 'V29',
    what: 'res_search for an address of what is no host name',
    resolvConf: conf(),
    script: servers({ 'a*b.s1.test': data(A) }),
    call: 'res_search 1 a*b',
    outcome: { outcome: 'OK' },
    residue: [{ row: 'V29', libcs: EVERY, outcome: NONAME }],
  },
  {
    id: 'V32',
    what: 'res_query for AAAA with no-aaaa and attempts:0',
    resolvConf: conf({ options: 'no-aaaa attempts:0' }),
    script: servers({ foo: data(A) }),
    call: 'res_query 28 foo',
    outcome: NODATA,
    residue: [{ row: 'V32', libcs: EVERY, outcome: AGAIN }],
  },
  {
    id: 'V33',
    what: 'a server that was silent for the first candidate takes longer than 300 ms for the second',
    resolvConf: TWO_SERVERS,
    script: servers(
      { 'foo.s1.test': 'LOST', 'foo.s2.test': { ...data(A), delayMs: 1500 } },
      { 'foo.s2.test': data('10.0.0.2') },
    ),
    call: 'getaddrinfo u foo canon',
    outcome: ok('foo.s2.test', A),
    takesMs: 3500,
    residue: [{ row: 'V33', libcs: EVERY, outcome: ok('foo.s2.test', '10.0.0.2') }],
  },
];
