/** Names that are found by searching, or not. */
import { addresses, data, muslNames, nodata, noname, ok, servers } from '../../support/rows/row.ts';
import { a1, a2, a3, aaaa1, aaaa2, type Case, oneServer, ownSearch } from './case.ts';

const second = { 'foo.s2.test': data(a2, aaaa2) };
const found = ok('foo.s2.test', a2, aaaa2);

type Short = Omit<Case, 'asks' | 'resolvConf'>;
const item = (short: Short): Case => ({ asks: 'addresses', resolvConf: oneServer, ...short });

export const searchCases: readonly Case[] = [
  item({
    id: 'short',
    what: 'a short name, found at the second search domain',
    name: 'foo',
    script: servers(second),
    sees: found,
    asIs: noname,
  }),
  item({
    id: 'dotted',
    what: 'a name with a dot that only a search domain has',
    name: 'a.b',
    script: servers({ 'a.b.s1.test': data(a1, aaaa1) }),
    sees: ok('a.b.s1.test', a1, aaaa1),
    asIs: noname,
    own: { 'dig +search': noname, nslookup: noname },
    residue: [{ row: 'V24', of: ['dig +search'], sees: ok('a.b.s1.test', a1) }],
  }),
  item({
    id: 'dot',
    what: 'a trailing dot: the name as it is, though a search domain has it',
    name: 'foo.',
    script: servers({ foo: data(a3), 'foo.s1.test': data(a1) }),
    sees: ok('foo', a3),
  }),
  item({
    id: 'dot-none',
    what: 'a trailing dot: not found, though a search domain has it',
    name: 'foo.',
    script: servers({ 'foo.s1.test': data(a1) }),
    sees: noname,
  }),
  item({ id: 'nxdomain', what: 'a name that nobody has', name: 'a.b', script: servers({}), sees: noname }),
  item({
    id: 'nodata',
    what: 'a name without addresses',
    name: 'a.b',
    script: servers({ 'a.b': 'EMPTY' }),
    sees: nodata,
  }),
  item({
    id: 'servfail-first',
    what: 'SERVFAIL of the first search domain, the second has the name',
    name: 'foo',
    together: true,
    script: servers({ 'foo.s1.test': 'SF', ...second }),
    sees: found,
    asIs: noname,
    own: { 'dig +search': { outcome: 'AGAIN', code: 'SERVFAIL' } },
    residue: [{ row: 'V24', of: ['dig +search'], sees: ok('foo.s2.test', a2) }],
  }),
  item({
    id: 'refused-first',
    what: 'REFUSED of the first search domain, the second has the name: glibc does not ask for it',
    name: 'foo',
    together: true,
    script: servers({ 'foo.s1.test': 'RF', ...second }),
    sees: noname,
    own: {
      go: found,
      res_search: found,
      'dig +search': { outcome: 'AGAIN', code: 'REFUSED' },
      nslookup: found,
    },
    residue: [{ row: 'V24', of: ['go', 'res_search', ...ownSearch], sees: noname }],
  }),
  item({
    id: 'aliases',
    what: 'aliases behind a search domain: the canonical name is the last',
    name: 'foo',
    script: servers({ 'foo.s2.test': { ...data(a2, aaaa2), chain: ['one.example.com', 'two.example.com'] } }),
    sees: ok('two.example.com', a2, aaaa2),
    asIs: noname,
    own: {
      // Go asks for the alias, too, and takes the reply that comes first.
      LookupCNAME: { outcome: 'OK', canonical: ['one.example.com', 'two.example.com'] },
    },
  }),
  item({
    id: 'aliases-as-is',
    what: 'aliases of the name as it is',
    name: 'a.b',
    script: servers({ 'a.b': { ...data(a2, aaaa2), chain: ['one.example.com', 'two.example.com'] } }),
    sees: ok('two.example.com', a2, aaaa2),
    own: { LookupCNAME: { outcome: 'OK', canonical: ['one.example.com', 'two.example.com'] } },
  }),
  item({
    id: 'ipv6',
    what: 'a name with IPv6 alone',
    name: 'a.b',
    script: servers({ 'a.b': data(aaaa2) }),
    sees: ok('a.b', aaaa2),
  }),
  item({
    id: 'families',
    what: 'the first search domain has IPv4, the second IPv6',
    name: 'foo',
    // Whether A and AAAA belong together is decided by time, and clients are interrupted between the two.
    sidecar: { RESOLVER_PAIR_WINDOW_MILLISECONDS: '50' },
    script: servers({ 'foo.s1.test': { ...data(a1), delayMs: 45 }, 'foo.s2.test': data(aaaa2) }),
    sees: ok('foo.s1.test', a1),
    ipv6: ok('foo.s2.test', aaaa2),
    asIs: noname,
    // curl asks for both families and then leaves out one.
    own: { nslookup: { outcome: 'OK', addresses: [a1, aaaa2] }, 'curl -6': noname },
    residue: [
      { row: 'V20', of: ['nslookup'], sees: ok('foo.s1.test', a1) },
      { row: 'V27', of: ['LookupIP ip6'], libcs: muslNames, sees: { outcome: 'FAILED' } },
    ],
  }),
  item({
    id: 'mixed-case',
    what: 'a short name in mixed case',
    name: 'FoO',
    script: servers(second),
    sees: ok('FoO.s2.test', a2, aaaa2),
    asIs: noname,
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
    ipv6: noname,
    asIs: noname,
    own: { 'dig +search': noname, nslookup: noname, res_search: noname },
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
    script: servers({ 'box.s1.test': data(aaaa1) }),
    sees: ok('box.home', '10.0.0.9'),
    ipv6: ok('box.s1.test', aaaa1),
    asIs: noname,
    own: {
      // Go and curl ask for both families and then leave out one.
      'LookupIP ip6': noname,
      'curl -6': noname,
      res_search: { outcome: 'OK', canonical: 'box.s1.test' },
      'dig +search': nodata,
      nslookup: ok('box.s1.test', aaaa1),
    },
    residue: [
      { row: 'V21', of: ['lookup 6'], libcs: muslNames, sees: noname },
      { row: 'V26', of: ['res_search'], sees: { outcome: 'OK', canonical: 'box.home' } },
      { row: 'V26', of: ['dig +search', 'nslookup'], sees: ok('box.home', '10.0.0.9') },
    ],
  }),
  item({
    id: 'short-plain',
    what: 'plain mode: a short name, found at the second search domain',
    name: 'foo',
    mode: 'plain',
    script: servers(second),
    sees: found,
    asIs: noname,
    residue: [
      { row: 'V3', of: ['c-ares', 'dig', 'dig +search'], sees: found },
      { row: 'V20', of: ['nslookup'], sees: noname },
    ],
  }),
];
