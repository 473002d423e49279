/** What the options of go-dnsmasq say, by its variables. */
import { addresses, packet, type Behaviour } from '../behaviour.ts';
import { data, servers } from '../../support/rows/row.ts';

const www = servers({ 'www.test': data('10.0.0.1'), 'www.s1.test': data('10.0.0.2') });
/** Remembered for longer than a case takes on a busy machine. */
const lasting = servers({ 'www.test': { ...data('10.0.0.1'), ttl: 300 } });

export const options: readonly Behaviour[] = [
  {
    what: '--nameservers takes the place of those in resolv.conf',
    clients: 'bare',
    script: servers({}, { 'www.test': data('10.0.0.2') }),
    both: { DNSMASQ_SERVERS: '192.0.2.2:53' },
    steps: [addresses('www.test', 'OK www.test 10.0.0.2', ['N2 www.test'])],
  },
  {
    what: '--stubzones: the servers of a zone are asked for its names',
    clients: 'bare',
    script: servers(
      { 'www.test': data('10.0.0.1') },
      { 'a.consul': data('10.0.0.2'), 'b.corp.test': data('10.0.0.3') },
    ),
    both: { DNSMASQ_STUB: 'consul/192.0.2.2,corp.test/192.0.2.2:53' },
    steps: [
      addresses('a.consul', 'OK a.consul 10.0.0.2', ['N2 a.consul']),
      addresses('b.corp.test', 'OK b.corp.test 10.0.0.3', ['N2 b.corp.test']),
      addresses('www.test', 'OK www.test 10.0.0.1', ['N1 www.test']),
    ],
  },
  {
    what: 'stub zones match whole labels',
    clients: 'bare',
    script: servers({ 'xcorp.test': data('10.0.0.1') }, {}),
    both: { DNSMASQ_STUB: 'corp.test/192.0.2.2' },
    steps: [addresses('xcorp.test', 'OK xcorp.test 10.0.0.1', ['N1 xcorp.test'])],
    theirs: 'the end of the text decides',
  },
  {
    what: 'stub zones match in any letter case, and the longest counts',
    clients: 'bare',
    script: servers({}, {}, { 'x.deep.corp.test': data('10.0.0.3') }),
    both: { DNSMASQ_STUB: 'corp.test/192.0.2.2 Deep.CORP.test/192.0.2.3' },
    steps: [packet('x.deep.Corp.TEST A', 'NOERROR A 10.0.0.3', ['N3 x.deep.Corp.TEST'])],
    theirs: 'case counts, and of several that match any',
  },
  {
    what: 'reverse zones are zones like any other',
    clients: 'bare',
    script: servers(
      {},
      {
        '3.2.1.10.in-addr.arpa PTR': {
          is: 'DATA',
          extra: [{ owner: '3.2.1.10.in-addr.arpa', type: 'PTR', data: 'pc.corp.test' }],
        },
      },
    ),
    both: { DNSMASQ_STUB: '10.in-addr.arpa/192.0.2.2' },
    steps: [packet('3.2.1.10.in-addr.arpa PTR', 'NOERROR PTR pc.corp.test', ['N2 3.2.1.10.in-addr.arpa'])],
  },
  {
    what: '--enable-search, --search-domains: names are searched for, for clients that do not search',
    clients: 'bare',
    script: servers({ 'cart.shop.test': data('10.0.0.5') }),
    both: { DNSMASQ_ENABLE_SEARCH: 'true', DNSMASQ_SEARCH_DOMAINS: 'shop.test' },
    steps: [addresses('cart', 'OK cart.shop.test 10.0.0.5', ['N1 cart.shop.test'])],
  },
  {
    what: '--ndots: names with so many dots are asked for as they are first',
    clients: 'bare',
    script: servers({ 'a.b.s1.test': data('10.0.0.1'), 'a.b': data('10.0.0.2') }),
    both: { DNSMASQ_ENABLE_SEARCH: 'true', DNSMASQ_NDOTS: '2' },
    steps: [addresses('a.b', 'OK a.b.s1.test 10.0.0.1', ['N1 a.b.s1.test'])],
  },
  {
    what: '--fwd-ndots: names with fewer dots are refused',
    clients: 'bare',
    script: www,
    both: { DNSMASQ_FWD_NDOTS: '1' },
    steps: [packet('www A', 'REFUSED', []), packet('www.test A', 'NOERROR A 10.0.0.1', ['N1 www.test'])],
  },
  {
    what: '--fwd-ndots with a search: the name itself is left out',
    clients: 'bare',
    script: www,
    both: { DNSMASQ_FWD_NDOTS: '1', DNSMASQ_ENABLE_SEARCH: 'true' },
    steps: [
      addresses('www', 'OK www.s1.test 10.0.0.2', ['N1 www.s1.test']),
      addresses('nothere', 'NONAME', ['N1 nothere.s1.test', 'N1 nothere.s2.test']),
    ],
  },
  {
    what: '--no-rec: local names alone',
    clients: 'bare',
    script: www,
    files: { names: '10.1.0.1 db.test\n' },
    both: { DNSMASQ_NOREC: 'true', DNSMASQ_HOSTSFILE: '{folder}/names' },
    steps: [packet('db.test A', 'NOERROR A 10.1.0.1', []), packet('www.test A', 'REFUSED', [])],
  },
  {
    what: '--rcache: what was asked is not asked again',
    clients: 'bare',
    script: lasting,
    both: { DNSMASQ_RCACHE: '100' },
    ours: { RESOLVER_MAX_CACHE_BYTES: '' },
    steps: [
      packet('www.test A', 'NOERROR A 10.0.0.1', ['N1 www.test']),
      packet('www.test A', 'NOERROR A 10.0.0.1', []),
    ],
  },
  {
    what: '--round-robin: the addresses of a remembered answer turn',
    clients: 'bare',
    script: servers({ 'many.test': { ...data('10.0.0.1', '10.0.0.2'), ttl: 300 } }),
    both: { DNSMASQ_RCACHE: '100', DNSMASQ_RR: 'true' },
    ours: { RESOLVER_MAX_CACHE_BYTES: '' },
    steps: [
      addresses('many.test', 'OK many.test 10.0.0.1 10.0.0.2'),
      { ...packet('many.test A', 'NOERROR A 10.0.0.2 A 10.0.0.1', []), eventually: true },
      packet('many.test A', 'NOERROR A 10.0.0.1 A 10.0.0.2', []),
    ],
  },
  {
    what: 'CHAOS: the version, where it is told',
    clients: 'bare',
    script: www,
    ours: { RESOLVER_CHAOS_NAMES: 'true' },
    steps: [packet('hostname.bind TXT CH', 'NOERROR TXT pod'), packet('authors.bind TXT CH', 'REFUSED')],
    theirs: 'always told, "localhost" as the host name; others are SERVFAIL',
  },
  {
    what: 'CHAOS: nothing by itself',
    clients: 'bare',
    script: www,
    steps: [packet('version.bind TXT CH', 'REFUSED')],
    theirs: 'always told',
  },
  {
    what: 'a server that is the resolver itself is not asked',
    resolvConf: 'nameserver 127.0.0.1\nnameserver 192.0.2.2\noptions timeout:1\n',
    clients: 'bare',
    script: servers({}, { 'www.test': data('10.0.0.2') }),
    steps: [addresses('www.test', 'OK www.test 10.0.0.2', ['N2 www.test'])],
    theirs: 'it asks itself, 3 s long',
  },
];
