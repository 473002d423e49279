/**
 * Both models against the divergence list, in simulated time. The numbers
 * are those of its rows.
 */
import { describe, expect, test } from 'vitest';
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../../../cli/models/glibc.ts';
import type { Family, LookupResult } from '../../../cli/models/lookup.ts';
import { readMuslConfiguration } from '../../../cli/models/musl-configuration.ts';
import { muslGenerations, type MuslGenerationName } from '../../../cli/models/musl-generations.ts';
import { lookUpAsMusl } from '../../../cli/models/musl.ts';
import type { ReplyDetails, ReplyScript, Script, ServerScript } from '../../../cli/simulation/script.ts';
import { createSimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';

interface Row {
  readonly row: string;
  readonly family?: Family;
  readonly name: string;
  /** Lines of resolv.conf without nameservers; the default is that of the list. */
  readonly conf?: string;
  readonly hostName?: string;
  /** One per server: candidate → reply. `c1`, `c2`, `asis`, optionally with a type, or a whole name. */
  readonly zones: readonly (Zone | 'closed')[];
  readonly tcp?: ServerScript['tcp'];
  readonly glibc: string;
  readonly glibcMs?: number;
  readonly glibcQueries?: number;
  readonly musl?: string | Partial<Record<MuslGenerationName, string>>;
  readonly muslMs?: number;
}

type Zone = Readonly<Record<string, ReplyScript>>;

const defaultConf = 'search s1.test s2.test\noptions ndots:1 timeout:2 attempts:2';
const serverAddresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const generations: readonly MuslGenerationName[] = ['G1', 'G2', 'G3', 'G4'];
const noDataCodes = { G1: 'NONAME', G2: 'NONAME', G3: 'NODATA', G4: 'NODATA' };

const a = (last: number): ReplyDetails => ({ is: 'DATA', addresses: [`10.0.0.${last}`] });
const both = (last: number): ReplyDetails => ({
  is: 'DATA',
  addresses: [`10.0.0.${last}`, `2001:db8::${last}`],
});
const aaaa = (last: number): ReplyDetails => ({ is: 'DATA', addresses: [`2001:db8::${last}`] });
const odd = (rcode: number): ReplyDetails => ({ is: 'ODD', rcode });
const late = (delayMs: number, reply: ReplyScript): ReplyDetails => ({
  ...(typeof reply === 'string' ? { is: reply } : reply),
  delayMs,
});
const manyA = (count: number): ReplyDetails => ({
  is: 'DATA',
  addresses: Array.from({ length: count }, (_, i) => `10.1.${Math.floor(i / 200)}.${(i % 200) + 1}`),
});
const many = (count: number, more: Partial<ReplyDetails> = {}): ReplyDetails => ({
  ...manyA(count),
  ...more,
});

const modelRows: readonly Row[] = [
  { row: '1', name: 'foo', zones: [{ c2: a(2) }], glibc: 'OK foo.s2.test 1', musl: 'OK foo.s2.test 1' },
  { row: '2', name: 'a.b', zones: [{ c1: a(1) }], glibc: 'OK a.b.s1.test 1', musl: 'NONAME' },
  {
    row: '3',
    name: 'foo',
    zones: [{ c1: 'EMPTY', c2: a(2) }],
    glibc: 'OK foo.s2.test 1',
    musl: noDataCodes,
  },
  {
    row: '4',
    name: 'foo',
    zones: [{ c1: 'SF', c2: a(2) }],
    glibc: 'OK foo.s2.test 1',
    glibcMs: 0,
    glibcQueries: 6,
    musl: 'AGAIN',
    muslMs: 2000,
  },
  { row: '5', name: 'foo', zones: [{ c1: 'RF', c2: a(2) }], glibc: 'NONAME', glibcQueries: 6, musl: 'AGAIN' },
  { row: '6', name: 'foo', zones: [{ c1: 'RF', c2: a(2), asis: a(7) }], glibc: 'OK foo 1', musl: 'AGAIN' },
  {
    row: '7',
    name: 'foo',
    zones: [{ c1: 'LOST', c2: a(2) }],
    glibc: 'NONAME',
    glibcMs: 4000,
    musl: 'AGAIN',
    muslMs: 2000,
  },
  { row: '8', name: 'foo', zones: [{ c1: 'SF' }], glibc: 'AGAIN', glibcMs: 0, musl: 'AGAIN', muslMs: 2000 },
  { row: '9', name: 'foo', zones: [{ c1: 'EMPTY' }], glibc: 'NODATA', musl: noDataCodes },
  { row: '10', name: 'foo', zones: [{ c1: 'EMPTY', c2: 'SF' }], glibc: 'NODATA', musl: noDataCodes },
  {
    row: '11',
    name: 'a.b',
    conf: 'search s1.test s2.test\noptions ndots:2 timeout:2',
    zones: [{ asis: 'EMPTY' }],
    glibc: 'NODATA',
    musl: noDataCodes,
  },
  { row: '12', name: 'a.b', zones: [{ asis: 'EMPTY' }], glibc: 'NODATA', musl: noDataCodes },
  { row: '13', name: 'a.b', zones: [{ c1: 'EMPTY' }], glibc: 'NONAME', musl: 'NONAME' },
  { row: '14', name: 'a.b', zones: [{ c1: 'SF' }], glibc: 'NONAME', musl: 'NONAME' },
  { row: '15', name: 'a.b', zones: [{ asis: 'SF', c1: a(1) }], glibc: 'OK a.b.s1.test 1', musl: 'AGAIN' },
  { row: '16', name: 'a.b', zones: [{ asis: 'SF' }], glibc: 'AGAIN', musl: 'AGAIN' },
  { row: '17', name: 'a.b', zones: [{ asis: 'EMPTY', c1: a(1) }], glibc: 'OK a.b.s1.test 1', musl: noDataCodes },
  { row: '18', name: 'foo', zones: [{ c1: odd(1), c2: a(2) }], glibc: 'NONAME', musl: 'AGAIN' },
  { row: '19', name: 'foo', zones: [{ c1: 'LAME', c2: a(2) }], glibc: 'NONAME', musl: noDataCodes },
  {
    row: '20',
    name: 'foo',
    zones: [
      { c1: 'SF', c2: a(2) },
      { c1: 'LOST', c2: a(2) },
    ],
    glibc: 'OK foo.s2.test 1',
    glibcMs: 4000,
    musl: 'AGAIN',
  },
  {
    row: '21',
    name: 'foo',
    zones: [
      { c1: 'SF', c2: a(2) },
      { c1: 'RF', c2: a(2) },
    ],
    glibc: 'NONAME',
    musl: 'AGAIN',
  },
  {
    row: '22',
    name: 'foo',
    zones: [
      { c1: 'RF', c2: a(2) },
      { c1: 'SF', c2: a(2) },
    ],
    glibc: 'OK foo.s2.test 1',
    musl: 'AGAIN',
  },
  { row: '23', name: 'foo', zones: ['closed', 'closed'], glibc: 'AGAIN', glibcMs: 0, musl: 'AGAIN', muslMs: 2000 },
  {
    row: '24',
    name: `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}`,
    conf: `search ${'w'.repeat(60)}.${'v'.repeat(30)}.test s2.test\noptions ndots:5 timeout:2`,
    zones: [{ c2: a(2) }],
    glibc: 'NONAME',
    musl: { G3: 'OK', G4: 'OK' },
  },
  {
    row: '25',
    name: 'bar',
    conf: 'search s1.test\noptions ndots:0 timeout:2',
    zones: [{ c1: a(1) }],
    glibc: 'OK bar.s1.test 1',
    musl: 'NONAME',
  },
  {
    row: '26',
    name: 'foo',
    conf: 'search .\noptions timeout:2',
    zones: [{ asis: a(1) }],
    glibc: 'OK foo 1',
    glibcQueries: 2,
    musl: { G1: 'AGAIN', G2: 'AGAIN', G3: 'OK foo 1', G4: 'OK foo 1' },
  },
  {
    row: '27',
    name: 'a.b',
    conf: 'search .\noptions timeout:2',
    zones: [{}],
    glibc: 'NONAME',
    glibcQueries: 4,
    musl: 'NONAME',
  },
  {
    row: '28',
    name: 'foo',
    conf: 'search .s1.test\noptions timeout:2',
    zones: [{ c1: a(1) }],
    glibc: 'OK foo.s1.test 1',
    musl: 'NONAME',
  },
  {
    row: '29',
    name: 'foo',
    conf: 'search s1.test\noptions no-tld-query',
    zones: [{ asis: a(1) }],
    glibc: 'NONAME',
    musl: 'OK foo 1',
  },
  {
    row: '30',
    name: 'foo.',
    conf: 'search s1.test\noptions no-tld-query',
    zones: [{ asis: a(1) }],
    glibc: 'OK foo 1',
    musl: 'OK foo 1',
  },
  {
    row: '31',
    name: 'foo',
    conf: `search s1.test ${'long.test '.repeat(27)}\noptions timeout:2`,
    zones: [{ c1: a(1) }],
    glibc: 'OK foo.s1.test 1',
    musl: 'NONAME',
  },
  {
    row: '32',
    name: 'foo',
    conf: 'search t1 t2 t3 t4 t5 t6 t7 t8',
    zones: [{ 'foo.t8': a(8) }],
    glibc: 'OK foo.t8 1',
    glibcQueries: 16,
    musl: 'OK foo.t8 1',
  },
  {
    row: '33',
    name: 'foo',
    conf: 'options timeout:2',
    hostName: 'pod.h.test',
    zones: [{ 'foo.h.test': a(1) }],
    glibc: 'OK foo.h.test 1',
    musl: 'NONAME',
  },
  {
    row: '34',
    name: 'foo',
    conf: 'search s1.test\ndomain s2.test',
    zones: [{ c1: a(1) }],
    glibc: 'NONAME',
    musl: 'NONAME',
  },
  {
    row: '35',
    name: 'foo',
    conf: 'search s1.test # c.test',
    zones: [{ 'foo.c.test': a(1) }],
    glibc: 'OK foo.c.test 1',
    musl: 'OK foo.c.test 1',
  },
  {
    row: '36',
    name: 'foo',
    conf: 'search s1.test\r',
    zones: [{ c1: a(1) }],
    glibc: 'NONAME',
    musl: 'OK foo.s1.test 1',
  },
  {
    row: '37',
    name: 'a.b',
    conf: 'search s1.test\noptions ndots:-1',
    zones: [{ c1: a(1), asis: a(9) }],
    glibc: 'OK a.b.s1.test 1',
    musl: 'OK a.b 1',
  },
  {
    row: '38',
    name: 'a.b.c.d.e.f.g.h.i.j.k.l.m.n.o',
    conf: 'search s1.test\noptions ndots:20',
    zones: [{ c1: a(1), asis: a(9) }],
    glibc: 'OK a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.s1.test 1',
    musl: 'OK a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.s1.test 1',
  },
  {
    row: '39',
    name: 'a.b',
    conf: 'search s1.test\noptions ndots:5\noptions rotate',
    zones: [{ c1: a(1), asis: a(9) }],
    glibc: 'OK a.b.s1.test 1',
    musl: 'OK a.b.s1.test 1',
  },
  { row: '40', name: 'foo.', zones: [{ asis: a(9), c1: a(1) }], glibc: 'OK foo 1', musl: 'OK foo 1' },
  {
    row: '41',
    name: 'a.b',
    zones: [{ 'asis A': a(1), 'asis AAAA': 'NX' }],
    glibc: 'OK a.b 1',
    musl: { G1: 'OK a.b 1', G2: 'NONAME', G3: 'NONAME', G4: 'NONAME' },
  },
  {
    row: '42',
    name: 'a.b',
    zones: [{ 'asis A': a(1), 'asis AAAA': 'SF' }],
    glibc: 'OK a.b 1',
    glibcMs: 0,
    musl: { G1: 'OK a.b 1', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
    muslMs: 2000,
  },
  {
    row: '43',
    name: 'a.b',
    zones: [{ 'asis A': a(1), 'asis AAAA': 'RF' }],
    glibc: 'OK a.b 1',
    musl: { G1: 'OK a.b 1', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '44',
    name: 'a.b',
    zones: [{ 'asis A': a(1), 'asis AAAA': 'LOST' }],
    glibc: 'OK a.b 1',
    glibcMs: 6000,
    musl: { G1: 'OK a.b 1', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '45',
    name: 'a.b',
    conf: 'search s1.test\noptions timeout:2 attempts:1',
    zones: [{ 'asis A': 'LOST', 'asis AAAA': aaaa(1) }],
    glibc: 'AGAIN',
    glibcMs: 4000,
    musl: { G1: 'OK a.b 1', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '46',
    name: 'a.b',
    zones: [{ 'asis A': 'SF', 'asis AAAA': aaaa(1) }],
    glibc: 'OK a.b 1',
    musl: { G1: 'OK a.b 1', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '47',
    name: 'a.b',
    zones: [{ 'asis A': 'EMPTY', 'asis AAAA': 'SF' }],
    glibc: 'NODATA',
    musl: { G1: 'NONAME', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '48',
    name: 'a.b',
    zones: [{ 'asis A': 'NX', 'asis AAAA': 'SF' }],
    glibc: 'NONAME',
    musl: 'NONAME',
    muslMs: 2000,
  },
  {
    row: '49',
    name: 'foo',
    zones: [{ 'c1 A': 'EMPTY', 'c1 AAAA': 'NX', c2: a(2) }],
    glibc: 'OK foo.s2.test 1',
    musl: { G1: 'NONAME', G2: 'OK foo.s2.test 1', G3: 'OK foo.s2.test 1', G4: 'OK foo.s2.test 1' },
  },
  { row: '50', name: 'foo', zones: [{ c1: aaaa(1), c2: a(2) }], glibc: 'OK foo.s1.test 1', musl: 'OK foo.s1.test 1' },
  {
    row: '51',
    name: 'foo',
    family: '4',
    zones: [{ c1: aaaa(1), c2: a(2) }],
    glibc: 'OK foo.s2.test 1',
    musl: noDataCodes,
  },
  {
    row: '52',
    name: 'foo',
    family: '6',
    zones: [{ c1: aaaa(1), c2: a(2) }],
    glibc: 'OK foo.s1.test 1',
    musl: 'OK foo.s1.test 1',
  },
  {
    row: '53',
    name: 'foo',
    family: '6',
    zones: [{ c1: a(1), c2: aaaa(2) }],
    glibc: 'OK foo.s2.test 1',
    musl: noDataCodes,
  },
  {
    row: '54',
    name: 'foo',
    zones: [{ c1: { is: 'ALIAS', chain: ['x.test'] }, c2: a(2) }],
    glibc: 'NONAME',
    musl: noDataCodes,
  },
  {
    row: '55',
    name: 'foo',
    family: '4',
    zones: [{ c1: { is: 'ALIAS', chain: ['x.test'] }, c2: a(2) }],
    // NODATA without AI_CANONNAME.
    glibc: 'NONAME',
    musl: noDataCodes,
  },
  {
    row: '56',
    name: 'foo',
    zones: [{ c1: { ...aaaa(1), chain: ['x.test'] } }],
    glibc: 'OK x.test 1',
    musl: 'OK x.test 1',
  },
  {
    row: '57',
    name: 'foo',
    zones: [{ c1: { is: 'NX', chain: ['x.test'] }, c2: a(2) }],
    glibc: 'OK foo.s2.test 1',
    musl: 'OK foo.s2.test 1',
  },
  {
    row: '58',
    name: 'a.b',
    zones: [{ 'asis A': 'SF', 'asis AAAA': aaaa(1) }, { asis: both(2) }],
    glibc: 'OK a.b 1',
  },
  {
    row: '59',
    name: 'a.b',
    conf: 'search s1.test\noptions strict-error',
    zones: [{ 'asis A': 'SF', 'asis AAAA': aaaa(1) }, { asis: both(2) }],
    glibc: 'OK a.b 2',
  },
  {
    row: '60',
    name: 'a.b',
    zones: [{ 'asis A': a(1), 'asis AAAA': odd(1) }],
    glibc: 'OK a.b 1',
    musl: { G1: 'OK a.b 1', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '61',
    name: 'foo',
    zones: [{ 'c1 A': 'EMPTY', 'c1 AAAA': 'LOST', c2: a(2) }],
    glibc: 'OK foo.s2.test 1',
    glibcMs: 6000,
    musl: { G1: 'NONAME', G2: 'AGAIN', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '62',
    name: 'foo',
    zones: [{ 'c1 A': 'NX', 'c1 AAAA': 'LOST', c2: a(2) }],
    glibc: 'OK foo.s2.test 1',
    glibcMs: 6000,
    musl: 'OK foo.s2.test 1',
    muslMs: 2000,
  },
  {
    row: '63',
    name: 'a.b',
    zones: [{ 'asis A': 'SF', 'asis AAAA': 'LOST' }, { asis: both(2) }],
    glibc: 'OK a.b 2',
    glibcMs: 2000,
    musl: 'OK a.b 2',
  },
  {
    row: '64',
    name: 'a.b',
    zones: [{ 'asis A': 'LOST', 'asis AAAA': aaaa(1) }, { asis: both(2) }],
    glibc: 'OK a.b 2',
    glibcMs: 4000,
  },
  {
    row: '65',
    name: 'a.b',
    zones: [{ 'asis A': a(1), 'asis AAAA': 'LOST' }, { asis: both(2) }],
    glibc: 'OK a.b 1',
    glibcMs: 6000,
  },
  {
    row: '66',
    name: 'a.b',
    zones: [{ asis: both(1) }],
    glibc: 'OK a.b 2',
    musl: 'OK a.b 2',
  },
  { row: '67', name: 'a.b', zones: [{ asis: late(300, 'NX') }, { asis: both(2) }], glibc: 'NONAME', musl: 'OK a.b 2' },
  { row: '68', name: 'a.b', zones: [{ asis: late(300, both(1)) }, {}], glibc: 'OK a.b 2', musl: 'NONAME' },
  {
    row: '69 SF',
    name: 'a.b',
    zones: [{ asis: 'SF' }, { asis: both(2) }],
    glibc: 'OK a.b 2',
    glibcMs: 0,
    musl: 'OK a.b 2',
  },
  {
    row: '69 RF',
    name: 'a.b',
    zones: [{ asis: 'RF' }, { asis: both(2) }],
    glibc: 'OK a.b 2',
    glibcMs: 0,
    musl: 'OK a.b 2',
  },
  {
    row: '69 NI',
    name: 'a.b',
    zones: [{ asis: 'NI' }, { asis: both(2) }],
    glibc: 'OK a.b 2',
    glibcMs: 0,
    musl: 'OK a.b 2',
  },
  {
    row: '70',
    name: 'a.b',
    zones: [{ asis: 'LOST' }, { asis: both(2) }],
    glibc: 'OK a.b 2',
    glibcMs: 2000,
    musl: 'OK a.b 2',
  },
  { row: '71', name: 'a.b', zones: [{ asis: odd(1) }, { asis: both(2) }], glibc: 'NONAME', musl: 'OK a.b 2' },
  { row: '72', name: 'a.b', zones: [{ asis: odd(9) }, { asis: both(2) }], glibc: 'NONAME', musl: 'OK a.b 2' },
  {
    row: '73',
    name: 'a.b',
    zones: [{ asis: 'LAME' }, { asis: late(1, both(2)) }],
    glibc: 'OK a.b 2',
    musl: noDataCodes,
  },
  { row: '74', name: 'a.b', zones: [{ asis: 'LAME' }], glibc: 'AGAIN', musl: noDataCodes },
  { row: '75', name: 'a.b', zones: [{ asis: { is: 'LAME', aa: true } }, { asis: both(2) }], glibc: 'NODATA' },
  { row: '76', name: 'a.b', zones: [{ asis: { is: 'LAME', opt: true } }, { asis: both(2) }], glibc: 'NODATA' },
  { row: '77', name: 'a.b', zones: [{ asis: { is: 'NX', ra: false } }, { asis: both(2) }], glibc: 'NONAME' },
  { row: '78', name: 'a.b', zones: ['closed', { asis: both(2) }], glibc: 'OK a.b 2', glibcMs: 0, musl: 'OK a.b 2' },
  {
    row: '79',
    name: 'a.b',
    conf: 'options timeout:2',
    zones: [{ asis: 'SF' }, { asis: 'SF' }],
    glibc: 'AGAIN',
    glibcMs: 0,
    glibcQueries: 8,
    musl: 'AGAIN',
    muslMs: 2000,
  },
  { row: '80', name: 'a.b', zones: [{ asis: 'RF' }], glibc: 'AGAIN', glibcMs: 0, musl: 'AGAIN' },
  { row: '81', name: 'a.b', zones: [{ asis: odd(1) }], glibc: 'NONAME', musl: 'AGAIN' },
  {
    row: '82',
    name: 'a.b',
    conf: 'options timeout:3 attempts:2',
    zones: [{ asis: 'LOST' }, { asis: 'LOST' }, { asis: 'LOST' }],
    glibc: 'AGAIN',
    glibcMs: 18_000,
    musl: 'AGAIN',
    muslMs: 3000,
  },
  {
    row: '84',
    name: 'a.b',
    zones: [{ asis: { is: 'HEADER', rcode: 5 } }, { asis: both(2) }],
    glibc: 'OK a.b 2',
    glibcMs: 0,
    musl: 'OK a.b 2',
  },
  {
    row: '85',
    name: 'a.b',
    conf: 'options timeout:2',
    zones: [{ asis: { is: 'HEADER', rcode: 0 } }],
    glibc: 'AGAIN',
    glibcMs: 4000,
    musl: noDataCodes,
  },
  { row: '86', name: 'a.b', conf: 'options attempts:0', zones: [{ asis: both(1) }], glibc: 'AGAIN', glibcQueries: 0 },
  { row: '87', name: 'a.b', conf: 'options timeout:0', zones: [{ asis: both(1) }], glibc: 'OK a.b 2', musl: 'AGAIN' },
  {
    row: '88',
    name: 'a.b',
    zones: [{ asis: many(40) }],
    glibc: 'OK a.b 40',
    musl: { G1: 'OK a.b 30', G2: 'OK a.b 30', G3: 'OK a.b 40', G4: 'OK a.b 40' },
  },
  {
    row: '89',
    name: 'a.b',
    zones: [{ asis: many(40, { truncatedTo: 0 }) }],
    glibc: 'OK a.b 40',
    musl: { G1: 'NONAME', G2: 'NONAME', G3: 'OK a.b 40', G4: 'OK a.b 40' },
  },
  {
    row: '90',
    name: 'a.b',
    zones: [{ asis: many(63) }],
    glibc: 'OK a.b 63',
    musl: { G1: 'OK a.b 30', G2: 'OK a.b 30', G3: 'OK a.b 46', G4: 'OK a.b 48' },
  },
  {
    row: '91',
    name: 'a.b',
    zones: [{ asis: many(64) }],
    glibc: 'OK a.b 64',
    musl: { G1: 'OK a.b 30', G2: 'OK a.b 30', G3: 'NODATA', G4: 'OK a.b 48' },
  },
  {
    row: '93',
    name: 'a.b',
    zones: [{ asis: many(40) }],
    tcp: 'refused',
    glibc: 'AGAIN',
    musl: { G1: 'OK a.b 30', G2: 'OK a.b 30', G3: 'AGAIN', G4: 'AGAIN' },
    muslMs: 0,
  },
  {
    row: '94',
    name: 'a.b',
    zones: [{ asis: many(40, { tcp: 'SF' }) }],
    glibc: 'AGAIN',
    musl: { G1: 'OK a.b 30', G2: 'OK a.b 30', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '95a',
    name: 'foo',
    zones: [{ c1: many(40), c2: a(2) }],
    tcp: 'refused',
    glibc: 'AGAIN',
    musl: { G1: 'OK foo.s1.test 30', G2: 'OK foo.s1.test 30', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '95b',
    name: 'foo',
    zones: [{ c1: many(40, { tcp: 'CLOSE' }), c2: a(2) }],
    glibc: 'NONAME',
    musl: { G1: 'OK foo.s1.test 30', G2: 'OK foo.s1.test 30', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '96',
    name: 'a.b',
    conf: 'options use-vc',
    zones: [{ asis: 'SF' }, { asis: both(2) }],
    glibc: 'AGAIN',
    musl: 'OK a.b 2',
  },
  {
    row: '98',
    name: 'a.b',
    conf: 'options use-vc timeout:2',
    zones: [{ 'asis A': 'SF', 'asis AAAA': 'NX' }],
    glibc: 'AGAIN',
    musl: 'AGAIN',
  },
  {
    row: '99',
    name: 'a.b',
    zones: [{ 'asis A': { ...a(1), truncated: true }, 'asis AAAA': { ...aaaa(1), truncated: true, tcp: 'SF' } }],
    glibc: 'OK a.b 1',
    musl: { G1: 'OK a.b 2', G2: 'OK a.b 2', G3: 'AGAIN', G4: 'AGAIN' },
  },
  {
    row: '102',
    name: 'foo*bar.test',
    zones: [{ asis: a(1) }],
    glibc: 'NONAME',
    glibcQueries: 0,
    musl: 'OK foo*bar.test 1',
  },
  { row: '103', name: 'foo_bar.test', zones: [{ asis: a(1) }], glibc: 'OK foo_bar.test 1', musl: 'OK foo_bar.test 1' },
  { row: '104', name: '--', zones: [{ asis: a(1) }], glibc: 'NONAME', glibcQueries: 0, musl: 'OK -- 1' },
  { row: '105', name: 'a..b', zones: [{}], glibc: 'NONAME', glibcQueries: 0, musl: 'NONAME' },
  {
    row: '110 both',
    name: 'a.b',
    conf: 'options no-aaaa',
    zones: [{ asis: both(1) }],
    glibc: 'OK a.b 1',
    glibcQueries: 1,
    musl: 'OK a.b 2',
  },
  { row: '110 six', name: 'a.b', family: '6', conf: 'options no-aaaa', zones: [{ asis: both(1) }], glibc: 'NODATA' },
  {
    row: '111',
    name: 'foo',
    zones: [{ c2: { ...a(1), chain: ['ext.example.com'] } }],
    glibc: 'OK ext.example.com 1',
    musl: 'OK ext.example.com 1',
  },
  {
    row: '112',
    name: 'a.b',
    zones: [{ 'asis A': { ...a(1), extra: [{ owner: 'a.b', type: 'AAAA', data: '2001:db8::7' }] } }],
    glibc: 'OK a.b 1',
    musl: { G1: 'OK a.b 2', G2: 'NONAME' },
  },
  {
    row: '113',
    name: 'a.b',
    zones: [{ asis: { ...a(1), extra: [{ owner: 'other.test', type: 'A', data: '10.9.9.9', only: 'A' }] } }],
    glibc: 'OK a.b 1',
    musl: 'OK a.b 2',
  },
  {
    row: '114',
    name: 'a.b',
    zones: [{ asis: { ...a(1), chain: ['x*y.test'] } }],
    glibc: 'OK a.b 1',
    musl: 'OK a.b 1',
  },
  {
    row: '115',
    name: 'FOO',
    conf: 'search S1.Test',
    zones: [{ 'foo.s1.test': a(1) }],
    glibc: 'OK FOO.S1.Test 1',
    musl: 'OK FOO.S1.Test 1',
  },
];

describe('glibc', () => {
  test.each(modelRows)('row $row', async (row) => {
    const { network, confText } = world(row);
    const configuration = readGlibcConfiguration(confText, row.hostName ?? 'pod', 53);
    const result = await network.run(lookUpAsGlibc(row.name, row.family ?? 'both', { configuration, network }));
    expect(summary(result)).toBe(row.glibc);
    if (row.glibcMs !== undefined) expect(result.elapsedMs).toBe(row.glibcMs);
    if (row.glibcQueries !== undefined) expect(result.queries).toBe(row.glibcQueries);
  });
});

describe.each(generations)('musl %s', (generationName) => {
  const rows = modelRows.flatMap((row) => {
    const expected = typeof row.musl === 'string' ? row.musl : row.musl?.[generationName];
    return expected === undefined ? [] : [{ ...row, expected }];
  });
  test.each(rows)('row $row', async (row) => {
    const { network, confText } = world(row);
    const configuration = readMuslConfiguration(confText, 53);
    const generation = muslGenerations[generationName];
    const result = await network.run(
      lookUpAsMusl(row.name, row.family ?? 'both', { configuration, generation, network }),
    );
    expect(summary(result).slice(0, row.expected.length)).toBe(row.expected);
    if (row.muslMs !== undefined && result.outcome === 'AGAIN') expect(result.elapsedMs).toBe(row.muslMs);
  });
});

/** "OK", the canonical name and the number of addresses; or the outcome alone. */
function summary(result: LookupResult): string {
  if (result.outcome !== 'OK') return result.outcome;
  return `OK ${result.canonicalName} ${result.addresses.length}`;
}

function world(row: Row) {
  const script: Script = { servers: {} };
  row.zones.forEach((zone, i) => {
    const server: ServerScript = zone === 'closed' ? { udp: 'closed', tcp: 'refused' } : { names: names(row, zone) };
    if (row.tcp !== undefined) server.tcp = row.tcp;
    script.servers[serverAddresses[i] ?? ''] = server;
  });
  const nameservers = row.zones.map((_, i) => `nameserver ${serverAddresses[i]}\n`).join('');
  const network = createSimulatedNetwork(script);
  return { network, confText: `${nameservers}${row.conf ?? defaultConf}\n` };
}

function names(row: Row, zone: Zone): Record<string, ReplyScript> {
  const bare = row.name.replace(/\.$/, '').toLowerCase();
  const candidates: Record<string, string> = {
    c1: `${bare}.s1.test`,
    c2: `${bare}.s2.test`,
    asis: bare,
  };
  return Object.fromEntries(
    Object.entries(zone).map(([key, reply]) => {
      const [name = '', type] = key.split(' ');
      const full = candidates[name] ?? name;
      return [type === undefined ? full : `${full} ${type}`, reply];
    }),
  );
}
