/** Rows 88–101: large answers, truncation and TCP. The name is a.b. */
import type { ReplyDetails, ReplyScript, Script, ServerScript } from '../../../cli/simulation/script.ts';
import {
  addresses,
  again,
  conf,
  data,
  muslG2,
  muslG3,
  muslG4,
  halves,
  ns1,
  ns2,
  noname,
  ok,
  type Outcome,
  type Residue,
  type Row,
  servers,
} from './row.ts';

const fromN2 = '10.0.0.2';
const forty = addresses(40);
const fortyV6 = addresses(40, '2001:db8:9::');
const truncated: ReplyDetails = { ...data(...forty), truncated: true };

type Short = Partial<Row> & Pick<Row, 'id' | 'what' | 'script' | 'outcome'>;
const row = (short: Short): Row => ({
  resolvConf: conf(),
  call: 'getaddrinfo u a.b canon',
  ...short,
});

/** N1 cannot be reached over TCP in this way. */
const broken = (tcp: ServerScript['tcp'], names: ServerScript['names'], n2?: ReplyScript): Script => ({
  servers: {
    [ns1]: { tcp: tcp ?? 'open', names: names ?? {} },
    ...(n2 && { [ns2]: { names: { 'a.b': n2 } } }),
  },
});

const part = (whole: Outcome, least: number, most: number): Outcome => ({
  ...whole,
  count: [least, most],
});
/** Before 1.2.4 musl has no TCP: it takes what the truncated reply carries. */
const noTcp = (whole: Outcome, least = 28, most = 30): Residue => ({
  row: 'V5',
  libcs: muslG2,
  outcome: part(whole, least, most),
});
/** musl takes 48 addresses, 1.2.4 reads 768 bytes. */
const limits = (whole: Outcome, g3: [number, number], g4 = 48): Residue[] => [
  { row: 'V6', libcs: muslG3, outcome: part(whole, ...g3) },
  { row: 'V6', libcs: muslG4, outcome: part(whole, g4, g4) },
];

const all40 = ok('a.b', ...forty);
const all63 = ok('a.b', ...addresses(63));
const all64 = ok('a.b', ...addresses(64));
const all80 = ok('a.b', ...forty, ...fortyV6);
const long = ['l', 'm', 'n'].map((letter) => `${`${letter.repeat(55)}.`.repeat(3)}test`);
const far = ok('x.z', ...addresses(3));
const behind = ok('end.test', ...forty);

export const sizeRows: Row[] = [
  row({
    id: '88',
    what: '40 addresses',
    script: servers({ 'a.b': truncated }),
    outcome: all40,
    residue: [noTcp(all40)],
  }),
  row({
    id: '89',
    what: '40 addresses, none in the truncated reply',
    script: servers({ 'a.b': { ...truncated, truncatedTo: 0 } }),
    outcome: all40,
    residue: [noTcp(all40)],
  }),
  row({
    id: '90',
    what: '63 addresses',
    script: servers({ 'a.b': data(...addresses(63)) }),
    outcome: all63,
    residue: [noTcp(all63), ...limits(all63, [40, 46])],
  }),
  row({
    id: '91',
    what: '64 addresses',
    script: servers({ 'a.b': data(...addresses(64)) }),
    outcome: all64,
    residue: [noTcp(all64), ...limits(all64, [40, 46])],
  }),
  row({
    id: '92',
    what: '40 addresses of each family',
    script: servers({ 'a.b': data(...forty, ...fortyV6) }),
    outcome: all80,
    residue: [noTcp(all80, 44, 47), ...limits(all80, [44, 48])],
  }),
  row({
    id: '93',
    what: 'truncated, TCP refused',
    script: broken('refused', { 'a.b': truncated }),
    outcome: again,
    takesMs: 0,
  }),
  row({
    id: '94',
    what: 'truncated, SERVFAIL over TCP',
    script: servers({ 'a.b': { ...truncated, tcp: 'SF' } }),
    outcome: again,
    takesMs: 0,
  }),
  row({
    id: '95',
    what: 'truncated and TCP refused at the first server',
    resolvConf: conf({ servers: [ns1, ns2] }),
    script: broken('refused', { 'a.b': truncated }, data(fromN2)),
    outcome: ok('a.b', fromN2),
  }),
  row({
    id: '95a',
    what: 'candidate truncated, TCP refused: the search ends',
    script: broken('refused', { 'foo.s1.test': truncated, 'foo.s2.test': data(fromN2) }),
    call: 'getaddrinfo u foo canon',
    outcome: again,
    takesMs: 0,
    asked: ['foo.s1.test'],
  }),
  row({
    id: '95b',
    what: 'candidate truncated, TCP closed: the search ends',
    script: broken('close', { 'foo.s1.test': truncated, 'foo.s2.test': data(fromN2) }),
    call: 'getaddrinfo u foo canon',
    outcome: noname,
  }),
  row({
    id: '95c',
    what: 'the name as it is denied, then a candidate truncated and TCP refused: a temporary failure for one family, too',
    script: broken('refused', { 'a.b.s1.test': truncated, 'a.b.s2.test': data(fromN2) }),
    call: 'getaddrinfo 4 a.b',
    outcome: again,
    asked: ['a.b', 'a.b.s1.test'],
  }),
  row({
    id: '96',
    what: 'use-vc: SERVFAIL is final',
    resolvConf: conf({ servers: [ns1, ns2], options: 'use-vc' }),
    script: servers({ 'a.b': 'SF' }, { 'a.b': data(fromN2) }),
    outcome: again,
    takesMs: 0,
  }),
  row({
    id: '97',
    what: 'use-vc: TCP refused at the first server',
    resolvConf: conf({ servers: [ns1, ns2], options: 'use-vc' }),
    script: broken('refused', {}, data(fromN2)),
    outcome: ok('a.b', fromN2),
  }),
  row({
    id: '97a',
    what: 'use-vc: one question, the connection is closed behind the reply',
    resolvConf: conf({ options: 'use-vc' }),
    script: broken('once', { 'a.b': data('10.0.0.1') }),
    call: 'getaddrinfo 4 a.b canon',
    outcome: ok('a.b', '10.0.0.1'),
  }),
  row({
    id: '97b',
    what: 'use-vc: a pair, the connection is closed behind the first reply',
    resolvConf: conf({ servers: [ns1, ns2], options: 'use-vc' }),
    script: broken('once', { 'a.b': data('10.0.0.1') }, data(fromN2)),
    outcome: ok('a.b', fromN2),
  }),
  row({
    id: '98',
    what: 'use-vc: A SERVFAIL, AAAA NXDOMAIN',
    resolvConf: conf({ options: 'use-vc' }),
    script: servers(halves('a.b', 'SF', 'NX')),
    outcome: again,
  }),
  row({
    id: '99',
    what: 'both halves truncated, over TCP A data and AAAA SERVFAIL',
    script: servers(halves('a.b', truncated, { ...data(...fortyV6), truncated: true, tcp: 'SF' })),
    outcome: all40,
    residue: [noTcp(all40)],
  }),
  row({
    id: '100',
    what: 'owner names far behind in the answer',
    script: servers({ 'a.b': { ...data(...addresses(3)), chain: [...long, 'x.z'] } }),
    outcome: far,
  }),
  row({
    id: '101',
    what: '40 addresses behind long aliases',
    script: servers({
      'foo.s1.test': { ...data(...forty), chain: [...long.slice(0, 2), 'end.test'] },
    }),
    call: 'getaddrinfo u foo canon',
    outcome: behind,
    residue: [noTcp(behind), { row: 'V6', libcs: muslG3, outcome: part(behind, 15, 40) }],
  }),
];
