/** Rows 67–87: which server's reply counts. The name is a.b. */
import type { ReplyScript } from '../../../cli/simulation/script.ts';
import { serverAddresses, spareServers } from '../worlds/addresses.ts';
import {
  again,
  conf,
  data,
  formerr,
  every,
  ns1,
  ns2,
  noRecovery,
  nodata,
  noname,
  ok,
  type Row,
  servers,
  twoServers,
} from './row.ts';

const fromN1 = '10.0.0.1';
const fromN2 = '10.0.0.2';
const ok1 = ok('a.b', fromN1);
const ok2 = ok('a.b', fromN2);

type Short = Partial<Row> & Pick<Row, 'id' | 'what' | 'script' | 'outcome'>;
const row = (short: Short): Row => ({
  resolvConf: twoServers,
  call: 'getaddrinfo u a.b canon',
  ...short,
});

/** N1 says this, N2 has data. */
const first = (reply: ReplyScript) => servers({ 'a.b': reply }, { 'a.b': data(fromN2) });
const only = (reply: ReplyScript) => servers({ 'a.b': reply });

export const serverRows: Row[] = [
  row({
    id: '67',
    what: 'a slow NXDOMAIN of the first server counts',
    script: first({ is: 'NX', delayMs: 300 }),
    outcome: noname,
    asked: ['a.b', 'a.b.s1.test', 'a.b.s2.test'],
  }),
  row({
    id: '68',
    what: 'slow data of the first server counts',
    script: servers({ 'a.b': { ...data(fromN1), delayMs: 300 } }, { 'a.b': 'NX' }),
    outcome: ok1,
    takesMs: 300,
  }),
  ...(['SF', 'RF', 'NI'] as const).map((reply) =>
    row({
      id: reply === 'SF' ? '69' : `69-${reply}`,
      what: `${reply} of the first server: the second`,
      script: first(reply),
      outcome: ok2,
      takesMs: 0,
    }),
  ),
  row({
    id: '70',
    what: 'the first server is silent',
    script: first('LOST'),
    outcome: ok2,
    takesMs: 2000,
  }),
  row({
    id: '71',
    what: 'FORMERR of the first server is final',
    script: first(formerr),
    outcome: noname,
  }),
  row({
    id: '72',
    what: 'rcode 9 of the first server is final',
    script: first({ is: 'ODD', rcode: 9 }),
    outcome: noname,
  }),
  row({
    id: '69d',
    what: 'SERVFAIL with TC sends to the next server: glibc looks at the rcode first',
    script: first({ is: 'SF', truncated: true }),
    outcome: ok2,
  }),
  row({
    id: '73a',
    what: 'a lame reply with TC sends to the next server',
    script: first({ is: 'LAME', truncated: true }),
    outcome: ok2,
  }),
  row({ id: '73', what: 'the first server is lame', script: first('LAME'), outcome: ok2 }),
  row({
    id: '74',
    what: 'the only server is lame',
    resolvConf: conf(),
    script: only('LAME'),
    outcome: again,
  }),
  row({
    id: '75',
    what: 'NODATA with AA and without RA is final',
    script: first({ is: 'EMPTY', aa: true, ra: false }),
    outcome: nodata,
  }),
  row({
    id: '76',
    what: 'a lame reply with OPT is NODATA',
    script: first({ is: 'LAME', opt: true }),
    outcome: nodata,
  }),
  row({
    id: '77',
    what: 'NXDOMAIN without RA is final',
    script: first({ is: 'NX', ra: false }),
    outcome: noname,
  }),
  row({
    id: '78',
    what: 'the port of the first server is closed',
    script: { servers: { [ns2]: { names: { 'a.b': data(fromN2) } } } },
    outcome: ok2,
    takesMs: 0,
  }),
  row({
    id: '79',
    what: 'all servers say SERVFAIL',
    resolvConf: conf({ servers: [ns1, ns2], search: '' }),
    script: servers({ 'a.b': 'SF' }, { 'a.b': 'SF' }),
    outcome: again,
    takesMs: 0,
    asked: ['a.b', 'a.b', 'a.b', 'a.b'],
  }),
  row({
    id: '80',
    what: 'all servers say REFUSED',
    script: servers({ 'a.b': 'RF' }, { 'a.b': 'RF' }),
    outcome: again,
    takesMs: 0,
  }),
  row({
    id: '81',
    what: 'the only server says FORMERR',
    resolvConf: conf(),
    script: only(formerr),
    outcome: noname,
  }),
  row({
    id: '81-host',
    what: 'the only server says FORMERR: gethostbyname',
    resolvConf: conf(),
    script: only(formerr),
    call: 'gethostbyname2 4 a.b',
    outcome: { outcome: 'NORECOVERY', hErrno: noRecovery },
    residue: [{ row: 'V17', libcs: every, outcome: noname }],
  }),
  row({
    id: '82',
    what: 'three silent servers',
    resolvConf: conf({ servers: serverAddresses, options: 'timeout:3' }),
    script: servers({ 'a.b': 'LOST' }, { 'a.b': 'LOST' }, { 'a.b': 'LOST' }),
    outcome: again,
    takesMs: 18_000,
  }),
  row({
    id: '83',
    what: 'a fourth server is never asked',
    resolvConf: conf({ servers: [...serverAddresses, ...spareServers] }),
    script: { servers: { [spareServers[0]]: { otherwise: data(fromN1) } } },
    outcome: again,
    takesMs: 0,
  }),
  row({
    id: '84',
    what: 'REFUSED in a bare header',
    script: first({ is: 'HEADER', rcode: 5 }),
    outcome: ok2,
    takesMs: 0,
  }),
  row({
    id: '85',
    what: 'NOERROR in a bare header is ignored',
    resolvConf: conf(),
    script: only({ is: 'HEADER', rcode: 0 }),
    outcome: again,
    takesMs: 4000,
  }),
  row({
    id: '86',
    what: 'attempts:0',
    resolvConf: conf({ options: 'attempts:0' }),
    script: only(data(fromN1)),
    outcome: again,
    asked: [],
  }),
  row({
    id: '87',
    what: 'timeout:0',
    resolvConf: conf({ options: 'timeout:0' }),
    script: only(data(fromN1)),
    outcome: ok1,
  }),
];
