/** Residual divergences that no row of the list shows, by their number in docs/residual-divergences.md. */
import {
  addresses,
  again,
  conf,
  data,
  every,
  muslG2,
  muslG3,
  muslG4,
  glibc,
  muslNames,
  nodata,
  noname,
  ok,
  type Row,
  servers,
  twoServers,
} from './row.ts';

const address4 = '10.0.0.1';
const all80 = ok('a.b', ...addresses(80));

/** 243 characters, so that a search entry fits behind it and the marker does not. */
const longName = Array.from('abcd', (letter) => letter.repeat(60)).join('.');

const fifteenDots = Array.from('abcdefghijklmnop').join('.');

export const residueRows: Row[] = [
  {
    id: 'V10',
    what: 'a search that takes longer than musl waits',
    resolvConf: conf({ search: 'search s1.test s2.test s3.test', options: 'timeout:5' }),
    script: servers({
      'foo.s1.test': { is: 'NX', delayMs: 4000 },
      'foo.s2.test': { is: 'NX', delayMs: 4000 },
      'foo.s3.test': { is: 'NX', delayMs: 4000 },
      foo: data(address4),
    }),
    call: 'getaddrinfo u foo canon',
    outcome: ok('foo', address4),
    takesMs: 12_000,
    residue: [{ row: 'V10', libcs: muslNames, outcome: again }],
  },
  {
    id: 'V14',
    what: 'a pod with a dotted host name: its domain is tried once more',
    resolvConf: conf(),
    hostName: 'pod.h.test',
    script: servers({ 'foo.h.test': data(address4) }),
    call: 'getaddrinfo u foo canon',
    outcome: noname,
    residue: [{ row: 'V14', mode: 'plain', libcs: glibc, outcome: ok('foo.h.test', address4) }],
  },
  {
    id: 'V16',
    what: '80 addresses of one family over TCP: 63 records',
    resolvConf: conf(),
    script: servers({ 'a.b': data(...addresses(80)) }),
    call: 'getaddrinfo 4 a.b canon',
    outcome: all80,
    residue: [
      { row: 'V16', libcs: glibc, outcome: { ...all80, count: [62, 63] } },
      { row: 'V5', libcs: muslG2, outcome: { ...all80, count: [28, 30] } },
      { row: 'V6', libcs: muslG3, outcome: { ...all80, count: [44, 48] } },
      { row: 'V6', libcs: muslG4, outcome: { ...all80, count: [48, 48] } },
    ],
  },
  {
    id: 'V18',
    what: 'a name that with the marker is too long is not searched',
    resolvConf: conf(),
    script: servers({ [`${longName}.s1.test`]: data(address4) }),
    call: `getaddrinfo u ${longName} canon`,
    outcome: ok(`${longName}.s1.test`, address4),
    residue: [
      { row: 'V18', mode: 'marker', libcs: every, notWithKeptSearches: muslNames, outcome: noname },
      // An alias of this length leaves no room for the address.
      { row: 'V5', mode: 'plain', libcs: muslG2, outcome: ok(longName, address4) },
    ],
  },
  {
    id: 'V22',
    what: 'a name with 15 dots is not searched for musl',
    resolvConf: conf(),
    script: servers({ [`${fifteenDots}.s1.test`]: data(address4) }),
    call: `getaddrinfo u ${fifteenDots} canon`,
    outcome: ok(`${fifteenDots}.s1.test`, address4),
    residue: [
      { row: 'V22', mode: 'marker', libcs: muslNames, outcome: noname },
      // It asks for the name as it is itself, and then for the search, which asks for it once more.
      { row: 'V22', mode: 'marker', libcs: glibc, outcome: ok(`${fifteenDots}.s1.test`, address4) },
    ],
  },
  {
    id: 'V29',
    what: 'res_search for an address of what is no host name',
    resolvConf: conf(),
    script: servers({ 'a*b.s1.test': data(address4) }),
    call: 'res_search 1 a*b',
    outcome: { outcome: 'OK' },
    residue: [{ row: 'V29', libcs: every, outcome: noname }],
  },
  {
    id: 'V32',
    what: 'res_query for AAAA with no-aaaa and attempts:0',
    resolvConf: conf({ options: 'no-aaaa attempts:0' }),
    script: servers({ foo: data(address4) }),
    call: 'res_query 28 foo',
    outcome: nodata,
    residue: [{ row: 'V32', libcs: every, outcome: again }],
  },
  {
    id: 'V33',
    what: 'a server that was silent for the first candidate takes longer than 300 ms for the second',
    resolvConf: twoServers,
    script: servers(
      { 'foo.s1.test': 'LOST', 'foo.s2.test': { ...data(address4), delayMs: 1500 } },
      { 'foo.s2.test': data('10.0.0.2') },
    ),
    call: 'getaddrinfo u foo canon',
    outcome: ok('foo.s2.test', address4),
    takesMs: 3500,
    residue: [{ row: 'V33', libcs: every, outcome: ok('foo.s2.test', '10.0.0.2') }],
  },
];
