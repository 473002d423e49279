/** Rows 41–66: combinations of the A half and the AAAA half. Without another name, a.b as it is. */
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import {
  AGAIN,
  conf,
  data,
  FORMERR,
  G3,
  G4,
  halves,
  NO_RECOVERY,
  NODATA,
  NONAME,
  ok,
  type Row,
  servers,
  TWO_SERVERS,
} from './row.ts';

const A = '10.0.0.1';
const AAAA = '2001:db8:1::1';
const FROM_N2 = ['10.0.0.2', '2001:db8:1::2'] as const;
const N2_BOTH = { 'a.b': data(...FROM_N2) };
const FOO = 'getaddrinfo u foo canon';
const FOO2 = ok('foo.s2.test', '10.0.0.2');
const ALIAS_BOTH: ReplyDetails = { is: 'ALIAS', chain: ['x.test'] };

type Short = Partial<Row> & Pick<Row, 'id' | 'what' | 'script' | 'outcome'>;
const row = (short: Short): Row => ({
  resolvConf: conf(),
  call: 'getaddrinfo u a.b canon',
  ...short,
});

/** Rows 50–53: one name per family and search entry. */
const FAMILIES = servers({
  ...halves('foo.s1.test', 'EMPTY', data(AAAA)),
  ...halves('foo.s2.test', data('10.0.0.2'), 'EMPTY'),
});

export const pairRows: Row[] = [
  row({
    id: '41',
    what: 'A data, AAAA NXDOMAIN',
    script: servers(halves('a.b', data(A), 'NX')),
    outcome: ok('a.b', A),
  }),
  row({
    id: '42',
    what: 'A data, AAAA SERVFAIL',
    script: servers(halves('a.b', data(A), 'SF')),
    outcome: ok('a.b', A),
    takesMs: 0,
  }),
  row({
    id: '43',
    what: 'A data, AAAA REFUSED',
    script: servers(halves('a.b', data(A), 'RF')),
    outcome: ok('a.b', A),
  }),
  row({
    id: '43-NI',
    what: 'A data, AAAA NOTIMP',
    script: servers(halves('a.b', data(A), 'NI')),
    outcome: ok('a.b', A),
  }),
  row({
    id: '44',
    what: 'A data, AAAA lost',
    script: servers(halves('a.b', data(A), 'LOST')),
    outcome: ok('a.b', A),
    takesMs: 6000,
  }),
  row({
    id: '45',
    what: 'A lost, AAAA data',
    script: servers(halves('a.b', 'LOST', data(AAAA))),
    outcome: AGAIN,
    takesMs: 6000,
  }),
  row({
    id: '46',
    what: 'A SERVFAIL, AAAA data',
    script: servers(halves('a.b', 'SF', data(AAAA))),
    outcome: ok('a.b', AAAA),
  }),
  row({
    id: '47',
    what: 'A NODATA, AAAA SERVFAIL',
    script: servers(halves('a.b', 'EMPTY', 'SF')),
    outcome: NODATA,
  }),
  row({
    id: '48',
    what: 'A NXDOMAIN, AAAA SERVFAIL',
    script: servers(halves('a.b', 'NX', 'SF')),
    outcome: NONAME,
  }),
  row({
    id: '49',
    what: 'A NODATA, AAAA NXDOMAIN goes on',
    script: servers({ ...halves('foo.s1.test', 'EMPTY', 'NX'), 'foo.s2.test': data('10.0.0.2') }),
    call: FOO,
    outcome: FOO2,
  }),
  row({
    id: '50',
    what: 'one family per entry: both families',
    script: FAMILIES,
    call: FOO,
    outcome: ok('foo.s1.test', AAAA),
  }),
  row({
    id: '51',
    what: 'one family per entry: IPv4',
    script: FAMILIES,
    call: 'getaddrinfo 4 foo canon',
    outcome: FOO2,
  }),
  row({
    id: '52',
    what: 'one family per entry: IPv6',
    script: FAMILIES,
    call: 'getaddrinfo 6 foo canon',
    outcome: ok('foo.s1.test', AAAA),
  }),
  row({
    id: '53',
    what: 'one family per entry, the other way round: IPv6',
    script: servers({
      ...halves('foo.s1.test', data(A), 'EMPTY'),
      ...halves('foo.s2.test', 'EMPTY', data(AAAA)),
    }),
    call: 'getaddrinfo 6 foo canon',
    outcome: ok('foo.s2.test', AAAA),
  }),
  row({
    id: '54',
    what: 'an alias without data ends the search',
    script: servers({ 'foo.s1.test': ALIAS_BOTH, 'foo.s2.test': data('10.0.0.2') }),
    call: FOO,
    outcome: NONAME,
    residue: [{ row: 'V9', libcs: [...G3, ...G4], outcome: NODATA }],
  }),
  row({
    id: '55',
    what: 'an alias without data, IPv4, no canonical name wanted',
    script: servers({ 'foo.s1.test': ALIAS_BOTH, 'foo.s2.test': data('10.0.0.2') }),
    call: 'getaddrinfo 4 foo',
    outcome: { ...NODATA, hErrno: NO_RECOVERY },
  }),
  row({
    id: '56',
    what: 'an alias with data in one family',
    script: servers(halves('foo.s1.test', ALIAS_BOTH, { ...ALIAS_BOTH, is: 'DATA', addresses: [AAAA] })),
    call: FOO,
    outcome: ok('x.test', AAAA),
  }),
  row({
    id: '57',
    what: 'NXDOMAIN with an alias in the answer',
    script: servers({
      'foo.s1.test': { is: 'NX', chain: ['x.test'] },
      'foo.s2.test': data('10.0.0.2'),
    }),
    call: FOO,
    outcome: FOO2,
  }),
  row({
    id: '58',
    what: 'A SERVFAIL, AAAA data from the first server',
    resolvConf: TWO_SERVERS,
    script: servers(halves('a.b', 'SF', data(AAAA)), N2_BOTH),
    outcome: ok('a.b', AAAA),
  }),
  row({
    id: '59',
    what: 'the same with strict-error',
    resolvConf: conf({ servers: ['192.0.2.1', '192.0.2.2'], options: 'strict-error' }),
    script: servers(halves('a.b', 'SF', data(AAAA)), N2_BOTH),
    outcome: ok('a.b', ...FROM_N2),
    oracle: 'glibc-2.41',
  }),
  row({
    id: '60',
    what: 'A data, AAAA FORMERR',
    script: servers(halves('a.b', data(A), FORMERR)),
    outcome: ok('a.b', A),
  }),
  row({
    id: '61',
    what: 'A NODATA, AAAA lost goes on',
    script: servers({ ...halves('foo.s1.test', 'EMPTY', 'LOST'), 'foo.s2.test': data('10.0.0.2') }),
    call: FOO,
    outcome: FOO2,
    takesMs: 6000,
  }),
  row({
    id: '62',
    what: 'A NXDOMAIN, AAAA lost goes on',
    script: servers({ ...halves('foo.s1.test', 'NX', 'LOST'), 'foo.s2.test': data('10.0.0.2') }),
    call: FOO,
    outcome: FOO2,
    takesMs: 6000,
  }),
  row({
    id: '63',
    what: 'A SERVFAIL, AAAA lost: the second server',
    resolvConf: TWO_SERVERS,
    script: servers(halves('a.b', 'SF', 'LOST'), N2_BOTH),
    outcome: ok('a.b', ...FROM_N2),
    takesMs: 2000,
  }),
  row({
    id: '64',
    what: 'A lost, AAAA data: the second server',
    resolvConf: TWO_SERVERS,
    script: servers(halves('a.b', 'LOST', data(AAAA)), N2_BOTH),
    outcome: ok('a.b', ...FROM_N2),
    takesMs: 4000,
  }),
  row({
    id: '65',
    what: 'A data, AAAA lost: the first server alone',
    resolvConf: TWO_SERVERS,
    script: servers(halves('a.b', data(A), 'LOST'), N2_BOTH),
    outcome: ok('a.b', A),
    takesMs: 6000,
  }),
  row({
    id: '66',
    what: 'AAAA lost once',
    script: servers({ 'a.b A': data(A), 'a.b AAAA': ['LOST', data(AAAA)] }),
    outcome: ok('a.b', A, AAAA),
    takesMs: 2000,
  }),
];
