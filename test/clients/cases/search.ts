/** Names that are found by searching, or not. */
import { addresses, data, MUSL, NODATA, NONAME, ok, servers } from '../../support/rows/row.ts';
import { A1, A2, A3, AAAA1, AAAA2, type Case, ONE_SERVER, OWN_SEARCH } from './case.ts';

const SECOND = { 'foo.s2.test': data(A2, AAAA2) };
const FOUND = ok('foo.s2.test', A2, AAAA2);

type Short = Omit<Case, 'asks' | 'resolvConf'>;
const item = (short: Short): Case => ({ asks: 'addresses', resolvConf: ONE_SERVER, ...short });

export const searchCases: readonly Case[] = [
  item({
    id: 'short',
    what: 'a short name, found at the second search domain',
    name: 'foo',
    script: servers(SECOND),
    sees: FOUND,
    asIs: NONAME,
  }),
  item({
    id: 'dotted',
    what: 'a name with a dot that only a search domain has',
    name: 'a.b',
    script: servers({ 'a.b.s1.test': data(A1, AAAA1) }),
    sees: ok('a.b.s1.test', A1, AAAA1),
    asIs: NONAME,
    own: { 'dig +search': NONAME, nslookup: NONAME },
    residue: [{ row: 'V24', of: ['dig +search'], sees: ok('a.b.s1.test', A1) }],
  }),
  item({
    id: 'dot',
    what: 'a trailing dot: the name as it is, though a search domain has it',
    name: 'foo.',
    script: servers({ foo: data(A3), 'foo.s1.test': data(A1) }),
    sees: ok('foo', A3),
  }),
  item({
    id: 'dot-none',
    what: 'a trailing dot: not found, though a search domain has it',
    name: 'foo.',
    script: servers({ 'foo.s1.test': data(A1) }),
    sees: NONAME,
  }),
  item({ id: 'nxdomain', what: 'a name that nobody has', name: 'a.b', script: servers({}), sees: NONAME }),
  item({
    id: 'nodata',
    what: 'a name without addresses',
    name: 'a.b',
    script: servers({ 'a.b': 'EMPTY' }),
    sees: NODATA,
  }),
  item({
    id: 'servfail-first',
    what: 'SERVFAIL of the first search domain, the second has the name',
    name: 'foo',
    together: true,
    script: servers({ 'foo.s1.test': 'SF', ...SECOND }),
    sees: FOUND,
    asIs: NONAME,
    own: { 'dig +search': { outcome: 'AGAIN', code: 'SERVFAIL' } },
    residue: [{ row: 'V24', of: ['dig +search'], sees: ok('foo.s2.test', A2) }],
  }),
  item({
    id: 'refused-first',
    what: 'REFUSED of the first search domain, the second has the name: glibc does not ask for it',
    name: 'foo',
    together: true,
    script: servers({ 'foo.s1.test': 'RF', ...SECOND }),
    sees: NONAME,
    own: {
      go: FOUND,
      res_search: FOUND,
      'dig +search': { outcome: 'AGAIN', code: 'REFUSED' },
      nslookup: FOUND,
    },
    residue: [{ row: 'V24', of: ['go', 'res_search', ...OWN_SEARCH], sees: NONAME }],
  }),
  item({
    id: 'aliases',
    what: 'aliases behind a search domain: the canonical name is the last',
    name: 'foo',
    script: servers({ 'foo.s2.test': { ...data(A2, AAAA2), chain: ['one.example.com', 'two.example.com'] } }),
    sees: ok('two.example.com', A2, AAAA2),
    asIs: NONAME,
    own: {
      // Go asks for the alias, too, and takes the reply that comes first.
      LookupCNAME: { outcome: 'OK', canonical: ['one.example.com', 'two.example.com'] },
    },
  }),
  item({
    id: 'aliases-as-is',
    what: 'aliases of the name as it is',
    name: 'a.b',
    script: servers({ 'a.b': { ...data(A2, AAAA2), chain: ['one.example.com', 'two.example.com'] } }),
    sees: ok('two.example.com', A2, AAAA2),
    own: { LookupCNAME: { outcome: 'OK', canonical: ['one.example.com', 'two.example.com'] } },
  }),
  item({
    id: 'ipv6',
    what: 'a name with IPv6 alone',
    name: 'a.b',
    script: servers({ 'a.b': data(AAAA2) }),
    sees: ok('a.b', AAAA2),
  }),
  item({
    id: 'families',
    what: 'the first search domain has IPv4, the second IPv6',
    name: 'foo',
    // Whether A and AAAA belong together is decided by time, and clients are interrupted between the two.
    sidecar: { RESOLVER_PAIR_WINDOW_MILLISECONDS: '50' },
    script: servers({ 'foo.s1.test': { ...data(A1), delayMs: 45 }, 'foo.s2.test': data(AAAA2) }),
    sees: ok('foo.s1.test', A1),
    ipv6: ok('foo.s2.test', AAAA2),
    asIs: NONAME,
    // curl asks for both families and then leaves out one.
    own: { nslookup: { outcome: 'OK', addresses: [A1, AAAA2] }, 'curl -6': NONAME },
    residue: [
      { row: 'V20', of: ['nslookup'], sees: ok('foo.s1.test', A1) },
      { row: 'V27', of: ['LookupIP ip6'], libcs: MUSL, sees: { outcome: 'FAILED' } },
    ],
  }),
  item({
    id: 'mixed-case',
    what: 'a short name in mixed case',
    name: 'FoO',
    script: servers(SECOND),
    sees: ok('FoO.s2.test', A2, AAAA2),
    asIs: NONAME,
  }),
  item({
    id: 'forty',
    what: 'forty addresses, truncated over UDP',
    name: 'a.b',
    script: servers({ 'a.b': { ...data(...addresses(40)), truncated: true } }),
    sees: ok('a.b', ...addresses(40)),
    // It shows what a datagram carries.
    own: { nslookup: { ...ok('a.b', ...addresses(40)), count: [30, 30] } },
    residue: [
      {
        row: 'V5',
        of: ['LookupHost', 'LookupIP ip4'],
        libcs: ['musl-1.2.2', 'musl-1.2.3'],
        sees: { outcome: 'OK', addresses: addresses(40), count: [28, 28] },
      },
    ],
  }),
  item({
    id: 'hosts',
    what: 'a name in the hosts file',
    name: 'box',
    hosts: '10.0.0.9 box.home box\n',
    script: servers({}),
    sees: ok('box.home', '10.0.0.9'),
    ipv6: NONAME,
    asIs: NONAME,
    own: { 'dig +search': NONAME, nslookup: NONAME, res_search: NONAME },
    residue: [
      { row: 'V26', of: ['dig +search', 'nslookup'], sees: ok('box.home', '10.0.0.9') },
      { row: 'V26', of: ['res_search'], sees: { outcome: 'OK', canonical: 'box.home' } },
    ],
  }),
  item({
    id: 'hosts-ipv4',
    what: 'the hosts file has a name in IPv4, a search domain in IPv6',
    name: 'box',
    hosts: '10.0.0.9 box.home box\n',
    script: servers({ 'box.s1.test': data(AAAA1) }),
    sees: ok('box.home', '10.0.0.9'),
    ipv6: ok('box.s1.test', AAAA1),
    asIs: NONAME,
    own: {
      // Go and curl ask for both families and then leave out one.
      'LookupIP ip6': NONAME,
      'curl -6': NONAME,
      res_search: { outcome: 'OK', canonical: 'box.s1.test' },
      'dig +search': NODATA,
      nslookup: ok('box.s1.test', AAAA1),
    },
    residue: [
      { row: 'V21', of: ['lookup 6'], libcs: MUSL, sees: NONAME },
      { row: 'V26', of: ['res_search'], sees: { outcome: 'OK', canonical: 'box.home' } },
      { row: 'V26', of: ['dig +search', 'nslookup'], sees: ok('box.home', '10.0.0.9') },
    ],
  }),
  item({
    id: 'short-plain',
    what: 'plain mode: a short name, found at the second search domain',
    name: 'foo',
    mode: 'plain',
    script: servers(SECOND),
    sees: FOUND,
    asIs: NONAME,
    residue: [
      { row: 'V3', of: ['c-ares', 'dig', 'dig +search'], sees: FOUND },
      { row: 'V20', of: ['nslookup'], sees: NONAME },
    ],
  }),
];
