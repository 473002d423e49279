/** Rows 102–118: names and calls. */
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import { again, conf, data, glibc, halves, muslNames, nodata, noname, ok, type Row, servers, every } from './row.ts';

const address4 = '10.0.0.1';
const address6 = '2001:db8:1::1';
const other = '10.6.6.6';

type Short = Partial<Row> & Pick<Row, 'id' | 'what' | 'script' | 'outcome' | 'call'>;
const row = (short: Short): Row => ({ resolvConf: conf(), ...short });

const pointers = (...targets: string[]): ReplyDetails => ({
  is: 'DATA',
  extra: targets.map((data) => ({ owner: '9.0.0.10.in-addr.arpa', type: 'PTR', data })),
});

const noAaaa = {
  resolvConf: conf({ options: 'no-aaaa' }),
  script: servers({ 'a.b': data(address4, address6) }),
};

const dottedHost = {
  hostName: 'pod.h.test',
  script: servers({ foo: data('10.7.7.7'), 'foo.h.test': data(address4) }),
  call: 'getaddrinfo u foo canon',
};

export const nameRows: Row[] = [
  row({
    id: '102',
    what: 'a name with an asterisk is no host name',
    script: servers({ 'foo*bar.test': data(address4) }),
    call: 'getaddrinfo u foo*bar.test canon',
    outcome: noname,
    asked: [],
  }),
  row({
    id: '103',
    what: 'a name with an underscore',
    script: servers({ 'foo_bar.test': data(address4) }),
    call: 'getaddrinfo u foo_bar.test canon',
    outcome: ok('foo_bar.test', address4),
    residue: [{ row: 'V19', mode: 'marker', libcs: muslNames, outcome: ok('foo_bar.test.glibc.internal', address4) }],
  }),
  row({
    id: '104',
    what: 'a name of dashes is no host name',
    script: servers({ '--': data(address4) }),
    call: 'getaddrinfo u -- canon',
    outcome: noname,
    asked: [],
  }),
  row({
    id: '105',
    what: 'an empty label',
    script: servers({}),
    call: 'getaddrinfo u a..b canon',
    outcome: noname,
    asked: [],
  }),
  row({
    id: '106',
    what: 'res_search searches every type',
    script: servers({
      '_x._tcp.foo.s1.test': {
        is: 'DATA',
        extra: [{ owner: '_x._tcp.foo.s1.test', type: 'SRV', data: '0 0 80 host.test', only: 'SRV' }],
      },
    }),
    call: 'res_search 33 _x._tcp.foo',
    outcome: { outcome: 'OK' },
    residue: [
      { row: 'V15', libcs: muslNames, outcome: noname },
      { row: 'V2', mode: 'plain', libcs: glibc, outcome: noname },
    ],
  }),
  row({
    id: '107',
    what: 'res_query does not search',
    script: servers({ 'foo.s1.test': data(address4) }),
    call: 'res_query 1 foo',
    outcome: noname,
    residue: [{ row: 'V2', mode: 'plain', libcs: glibc, outcome: { outcome: 'OK' } }],
  }),
  row({
    id: '108',
    what: 'getnameinfo, two names',
    script: servers({ '9.0.0.10.in-addr.arpa': pointers('one.test', 'two.test') }),
    call: 'getnameinfo 10.0.0.9',
    outcome: ok('one.test'),
    residue: [{ row: 'V13', libcs: muslNames, outcome: ok('two.test') }],
  }),
  row({
    id: '109',
    what: 'getnameinfo, SERVFAIL',
    script: servers({ '9.0.0.10.in-addr.arpa': 'SF' }),
    call: 'getnameinfo 10.0.0.9',
    outcome: again,
    residue: [{ row: 'V13', libcs: muslNames, outcome: noname }],
  }),
  row({
    id: '110',
    what: 'no-aaaa: both families',
    ...noAaaa,
    call: 'getaddrinfo u a.b canon',
    outcome: ok('a.b', address4),
  }),
  row({
    id: '110-6',
    what: 'no-aaaa: IPv6',
    ...noAaaa,
    call: 'getaddrinfo 6 a.b canon',
    outcome: nodata,
  }),
  row({
    id: '111',
    what: 'a chain of aliases',
    script: servers({ 'foo.s2.test': { ...data(address4), chain: ['ext.example.com'] } }),
    call: 'getaddrinfo u foo canon',
    outcome: ok('ext.example.com', address4),
  }),
  row({
    id: '112',
    what: 'records of other types in the answer',
    script: servers({
      'a.b A': {
        ...data(address4),
        extra: [
          { owner: 'a.b', type: 'AAAA', data: '2001:db8:6::6' },
          { owner: 'a.b', type: 'TXT', data: 'text' },
        ],
      },
      'a.b AAAA': data(address6),
    }),
    call: 'getaddrinfo u a.b canon',
    outcome: ok('a.b', address4, address6),
  }),
  row({
    id: '113',
    what: 'a record of another owner in the answer',
    script: servers(
      halves('a.b', { ...data(address4), extra: [{ owner: 'other.test', type: 'A', data: other }] }, data(address6)),
    ),
    call: 'getaddrinfo u a.b canon',
    outcome: ok('a.b', address4, address6),
  }),
  row({
    id: '114',
    what: 'an alias to a name that is no host name',
    script: servers({ 'a.b': { ...data(address4), chain: ['x*y.test'] } }),
    call: 'getaddrinfo u a.b canon',
    outcome: ok('a.b', address4),
  }),
  row({
    id: '115',
    what: 'letter case of the name and of the entry',
    resolvConf: conf({ search: 'search S1.Test' }),
    script: servers({ 'foo.s1.test': data(address4) }),
    call: 'getaddrinfo u FOO canon',
    outcome: ok('FOO.S1.Test', address4),
  }),
  row({
    id: '116',
    what: 'LOCALDOMAIN in the process',
    script: servers({ 'foo.s1.test': data(other), 'foo.s2.test': data(address4) }),
    call: 'setenv LOCALDOMAIN s2.test ; getaddrinfo u foo canon',
    outcome: ok('foo.s2.test', address4),
    residue: [
      { row: 'V11', libcs: muslNames, outcome: ok('foo.s1.test', other) },
      { row: 'V11', mode: 'plain', libcs: glibc, outcome: ok('foo.s1.test', other) },
    ],
  }),
  row({
    id: '116-options',
    what: 'RES_OPTIONS in the process',
    resolvConf: conf({ search: 'search s1.test' }),
    script: servers({ 'a.b.s1.test': data(other), 'a.b': data(address4) }),
    call: 'setenv RES_OPTIONS ndots:3 ; getaddrinfo u a.b canon',
    outcome: ok('a.b.s1.test', other),
    residue: [{ row: 'V11', libcs: every, outcome: ok('a.b', address4) }],
  }),
  row({
    id: '117',
    what: "host name with a dot, no search line: the host's domain first",
    ...dottedHost,
    resolvConf: conf({ search: '' }),
    outcome: ok('foo.h.test', address4),
  }),
  row({
    id: '118',
    what: 'the same with ndots:0: the name as it is first',
    ...dottedHost,
    resolvConf: conf({ search: '', options: 'ndots:0' }),
    outcome: ok('foo', '10.7.7.7'),
    asked: ['foo'],
  }),
];
