/** Rows 41–66: combinations of the A half and the AAAA half. Without another name, a.b as it is. */
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import {
  again,
  conf,
  data,
  formerr,
  muslG3,
  muslG4,
  halves,
  noRecovery,
  nodata,
  noname,
  ok,
  type Row,
  servers,
  twoServers,
} from './row.ts';

const address4 = '10.0.0.1';
const address6 = '2001:db8:1::1';
const fromN2 = ['10.0.0.2', '2001:db8:1::2'] as const;
const n2Both = { 'a.b': data(...fromN2) };
const foo = 'getaddrinfo u foo canon';
const foo2 = ok('foo.s2.test', '10.0.0.2');
const aliasBoth: ReplyDetails = { is: 'ALIAS', chain: ['x.test'] };

type Short = Partial<Row> & Pick<Row, 'id' | 'what' | 'script' | 'outcome'>;
const row = (short: Short): Row => ({
  resolvConf: conf(),
  call: 'getaddrinfo u a.b canon',
  ...short,
});

/** Rows 50–53: one name per family and search entry. */
const families = servers({
  ...halves('foo.s1.test', 'EMPTY', data(address6)),
  ...halves('foo.s2.test', data('10.0.0.2'), 'EMPTY'),
});

export const pairRows: Row[] = [
  row({
    id: '41',
    what: 'A data, AAAA NXDOMAIN',
    script: servers(halves('a.b', data(address4), 'NX')),
    outcome: ok('a.b', address4),
  }),
  row({
    id: '42',
    what: 'A data, AAAA SERVFAIL',
    script: servers(halves('a.b', data(address4), 'SF')),
    outcome: ok('a.b', address4),
    takesMs: 0,
  }),
  row({
    id: '43',
    what: 'A data, AAAA REFUSED',
    script: servers(halves('a.b', data(address4), 'RF')),
    outcome: ok('a.b', address4),
  }),
  row({
    id: '43-NI',
    what: 'A data, AAAA NOTIMP',
    script: servers(halves('a.b', data(address4), 'NI')),
    outcome: ok('a.b', address4),
  }),
  row({
    id: '44',
    what: 'A data, AAAA lost',
    script: servers(halves('a.b', data(address4), 'LOST')),
    outcome: ok('a.b', address4),
    takesMs: 6000,
  }),
  row({
    id: '45',
    what: 'A lost, AAAA data',
    script: servers(halves('a.b', 'LOST', data(address6))),
    outcome: again,
    takesMs: 6000,
  }),
  row({
    id: '46',
    what: 'A SERVFAIL, AAAA data',
    script: servers(halves('a.b', 'SF', data(address6))),
    outcome: ok('a.b', address6),
  }),
  row({
    id: '47',
    what: 'A NODATA, AAAA SERVFAIL',
    script: servers(halves('a.b', 'EMPTY', 'SF')),
    outcome: nodata,
  }),
  row({
    id: '48',
    what: 'A NXDOMAIN, AAAA SERVFAIL',
    script: servers(halves('a.b', 'NX', 'SF')),
    outcome: noname,
  }),
  row({
    id: '49',
    what: 'A NODATA, AAAA NXDOMAIN goes on',
    script: servers({ ...halves('foo.s1.test', 'EMPTY', 'NX'), 'foo.s2.test': data('10.0.0.2') }),
    call: foo,
    outcome: foo2,
  }),
  row({
    id: '50',
    what: 'one family per entry: both families',
    script: families,
    call: foo,
    outcome: ok('foo.s1.test', address6),
  }),
  row({
    id: '51',
    what: 'one family per entry: IPv4',
    script: families,
    call: 'getaddrinfo 4 foo canon',
    outcome: foo2,
  }),
  row({
    id: '52',
    what: 'one family per entry: IPv6',
    script: families,
    call: 'getaddrinfo 6 foo canon',
    outcome: ok('foo.s1.test', address6),
  }),
  row({
    id: '53',
    what: 'one family per entry, the other way round: IPv6',
    script: servers({
      ...halves('foo.s1.test', data(address4), 'EMPTY'),
      ...halves('foo.s2.test', 'EMPTY', data(address6)),
    }),
    call: 'getaddrinfo 6 foo canon',
    outcome: ok('foo.s2.test', address6),
  }),
  row({
    id: '54',
    what: 'an alias without data ends the search',
    script: servers({ 'foo.s1.test': aliasBoth, 'foo.s2.test': data('10.0.0.2') }),
    call: foo,
    outcome: noname,
    residue: [{ row: 'V9', libcs: [...muslG3, ...muslG4], outcome: nodata }],
  }),
  row({
    id: '55',
    what: 'an alias without data, IPv4, no canonical name wanted',
    script: servers({ 'foo.s1.test': aliasBoth, 'foo.s2.test': data('10.0.0.2') }),
    call: 'getaddrinfo 4 foo',
    outcome: { ...nodata, hErrno: noRecovery },
  }),
  row({
    id: '56',
    what: 'an alias with data in one family',
    script: servers(halves('foo.s1.test', aliasBoth, { ...aliasBoth, is: 'DATA', addresses: [address6] })),
    call: foo,
    outcome: ok('x.test', address6),
  }),
  row({
    id: '57',
    what: 'NXDOMAIN with an alias in the answer',
    script: servers({
      'foo.s1.test': { is: 'NX', chain: ['x.test'] },
      'foo.s2.test': data('10.0.0.2'),
    }),
    call: foo,
    outcome: foo2,
  }),
  row({
    id: '58',
    what: 'A SERVFAIL, AAAA data from the first server',
    resolvConf: twoServers,
    script: servers(halves('a.b', 'SF', data(address6)), n2Both),
    outcome: ok('a.b', address6),
  }),
  row({
    id: '59',
    what: 'the same with strict-error',
    resolvConf: conf({ servers: ['192.0.2.1', '192.0.2.2'], options: 'strict-error' }),
    script: servers(halves('a.b', 'SF', data(address6)), n2Both),
    outcome: ok('a.b', ...fromN2),
    oracle: 'glibc-2.41',
  }),
  row({
    id: '60',
    what: 'A data, AAAA FORMERR',
    script: servers(halves('a.b', data(address4), formerr)),
    outcome: ok('a.b', address4),
  }),
  row({
    id: '61',
    what: 'A NODATA, AAAA lost goes on',
    script: servers({ ...halves('foo.s1.test', 'EMPTY', 'LOST'), 'foo.s2.test': data('10.0.0.2') }),
    call: foo,
    outcome: foo2,
    takesMs: 6000,
  }),
  row({
    id: '62',
    what: 'A NXDOMAIN, AAAA lost goes on',
    script: servers({ ...halves('foo.s1.test', 'NX', 'LOST'), 'foo.s2.test': data('10.0.0.2') }),
    call: foo,
    outcome: foo2,
    takesMs: 6000,
  }),
  row({
    id: '63',
    what: 'A SERVFAIL, AAAA lost: the second server',
    resolvConf: twoServers,
    script: servers(halves('a.b', 'SF', 'LOST'), n2Both),
    outcome: ok('a.b', ...fromN2),
    takesMs: 2000,
  }),
  row({
    id: '64',
    what: 'A lost, AAAA data: the second server',
    resolvConf: twoServers,
    script: servers(halves('a.b', 'LOST', data(address6)), n2Both),
    outcome: ok('a.b', ...fromN2),
    takesMs: 4000,
  }),
  row({
    id: '65',
    what: 'A data, AAAA lost: the first server alone',
    resolvConf: twoServers,
    script: servers(halves('a.b', data(address4), 'LOST'), n2Both),
    outcome: ok('a.b', address4),
    takesMs: 6000,
  }),
  row({
    id: '66',
    what: 'AAAA lost once',
    script: servers({ 'a.b A': data(address4), 'a.b AAAA': ['LOST', data(address6)] }),
    outcome: ok('a.b', address4, address6),
    takesMs: 2000,
  }),
];
