/** Each number of docs/musl-divergences.md, in a script that brings it about, and of the residual ones what explains them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { muslGenerations, type MuslGenerationName } from '../../../cli/models/musl-generations.ts';
import type { Lookup } from '../../../cli/report/comparison.ts';
import { muslDivergences } from '../../../cli/report/musl-divergences.ts';
import { explainParting } from '../../../cli/report/parting.ts';
import { knownResiduals, residualOf, type KnownResidual } from '../../../cli/report/residual-divergences.ts';
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { readMuslConfiguration } from '../../../cli/models/musl-configuration.ts';
import type { ReplyScript, ServerScript } from '../../../cli/simulation/script.ts';
import { playModels } from '../../support/simulation/play-models.ts';

const a: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1'] };
const many: ReplyScript = { is: 'DATA', addresses: Array.from({ length: 60 }, (_, i) => `10.1.0.${i + 1}`) };
const conf = 'nameserver 192.0.2.1\nsearch s1.test s2.test\noptions timeout:1\n';
const twoServers = `nameserver 192.0.2.2\n${conf}`;

interface Case {
  readonly number: keyof typeof muslDivergences;
  readonly name?: string;
  readonly names: NonNullable<ServerScript['names']>;
  readonly tcp?: ServerScript['tcp'];
  /** The first server, in front of the one with the names. */
  readonly first?: ServerScript;
  readonly text?: string;
  readonly generation?: MuslGenerationName;
}

const cases: readonly Case[] = [
  { number: 'M1', name: 'a.b', names: { 'a.b.s1.test': a } },
  { number: 'M2', names: { 'foo.s1.test': 'EMPTY', 'foo.s2.test': a } },
  { number: 'M3', names: { 'foo.s1.test A': a, 'foo.s1.test AAAA': 'NX' } },
  { number: 'M4', names: { 'foo.s1.test A': a, 'foo.s1.test AAAA': 'SF' } },
  { number: 'M4', names: { 'foo.s1.test A': a, 'foo.s1.test AAAA': 'LOST' } },
  { number: 'M5', names: { 'foo.s1.test': 'SF', 'foo.s2.test': a } },
  { number: 'M5', names: { 'foo.s1.test': 'RF', foo: a } },
  { number: 'M6', names: {}, first: { names: { 'foo.s1.test': { ...a, delayMs: 50 } } } },
  { number: 'M6', names: { 'foo.s1.test': a }, first: { otherwise: { is: 'NX', delayMs: 50 } } },
  { number: 'M6', names: { 'foo.s1.test': 'EMPTY' }, first: { names: { 'foo.s1.test': { ...a, delayMs: 50 } } } },
  { number: 'M7', names: { 'foo.s1.test': many }, generation: 'G2' },
  { number: 'M7', names: { 'foo.s1.test': { ...many, truncatedTo: 0, truncated: true } }, generation: 'G2' },
  {
    number: 'M8',
    names: { 'foo.s1.test': many },
    tcp: 'refused',
    first: { names: { 'foo.s1.test': { is: 'RF', delayMs: 50 } } },
    text: `nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch s1.test\n`,
  },
  { number: 'M9', names: { 'foo.s1.test': many } },
  { number: 'M9', names: { 'foo.s1.test': many }, generation: 'G3' },
  { number: 'M10', names: { foo: a }, text: 'nameserver 192.0.2.1\nsearch .\n', generation: 'G2' },
  { number: 'M10', names: { 'foo.s1.test': a }, text: 'nameserver 192.0.2.1\nsearch .s1.test\n' },
  { number: 'M10', names: { 'foo.h.test': a }, text: 'nameserver 192.0.2.1\n' },
  { number: 'M11', name: 'a*b', names: { 'a*b.s1.test': a } },
  {
    number: 'M12',
    names: { 'foo.s1.test': { is: 'DATA', extra: [{ owner: 'other.test', type: 'A', data: '10.0.0.9', only: 'A' }] } },
  },
];

describe('musl and glibc part', () => {
  test.each(cases)(
    '$number: $name $names',
    async ({ number, name = 'foo', names, tcp, first, text, generation = 'G4' }) => {
      const servers: Record<string, ServerScript> = { '192.0.2.1': { names, ...(tcp !== undefined && { tcp }) } };
      if (first !== undefined) servers['192.0.2.2'] = first;
      const resolvConf = text ?? (first === undefined ? conf : twoServers);
      const { musl, glibc } = await playModels(name, { servers }, resolvConf, generation, 'pod.h.test');
      const parting = explainParting(name, musl, glibc, {
        musl: { configuration: readMuslConfiguration(resolvConf, 53), generation: muslGenerations[generation] },
        glibc: { configuration: readGlibcConfiguration(resolvConf, 'pod.h.test', 53) },
      });
      expect(parting?.number).toBe(number);
    },
  );

  test('every number has a case, but for M13, which is no difference', () => {
    const numbers = new Set<string>(cases.map(({ number }) => number));
    expect(Object.keys(muslDivergences).filter((number) => !numbers.has(number))).toStrictEqual(['M13']);
  });
});

describe('through the sidecar', () => {
  const found = (count: number, elapsedMs = 1): Lookup => ({
    outcome: 'OK',
    addresses: Array.from({ length: count }, (_, i) => `10.0.0.${i}`),
    queries: 2,
    elapsedMs,
  });
  const failed = (outcome: 'NONAME' | 'NODATA' | 'AGAIN', elapsedMs = 1): Lookup => ({
    ...{ outcome, addresses: [], queries: 2, elapsedMs },
  });
  const long = Array.from('abcd', (letter) => letter.repeat(60)).join('.');
  const dotted = Array.from('abcdefghijklmnop').join('.');

  test.each<
    [
      KnownResidual | undefined,
      boolean,
      Lookup,
      Lookup,
      Partial<{ name: string; generation: MuslGenerationName; hasSilence: boolean }>,
    ]
  >([
    ['V5', true, found(60), found(28), { generation: 'G2' }],
    ['V6', true, found(60), found(48), {}],
    ['V7', false, failed('NODATA'), failed('NONAME'), { generation: 'G2' }],
    ['V8', false, failed('AGAIN'), failed('AGAIN', 10_000), {}],
    ['V9', false, failed('NONAME'), failed('NODATA'), {}],
    ['V10', true, found(1, 12_000), failed('AGAIN', 9500), {}],
    ['V18', true, found(1), failed('NONAME'), { name: long }],
    ['V22', true, found(1), failed('NONAME'), { name: dotted }],
    ['V33', true, found(1), { ...found(1), addresses: ['10.9.9.9'] }, { hasSilence: true }],
    [undefined, true, found(1), failed('AGAIN', 100), {}],
    [undefined, false, found(1), found(1, 900), {}],
  ])('%s', (number, isDifference, glibc, injected, { name = 'foo', generation = 'G4', hasSilence = false }) => {
    const residual = residualOf({ name, glibc, injected, hasSilence, generation: muslGenerations[generation] });
    expect([residual?.number, residual?.isDifference]).toStrictEqual([number, isDifference]);
  });

  test('nothing is said of the same end', () => {
    const facts = { name: 'foo', generation: muslGenerations.G4, hasSilence: false };
    expect(residualOf({ ...facts, glibc: found(1), injected: found(1, 300) })).toBeUndefined();
    expect(residualOf({ ...facts, glibc: failed('NONAME'), injected: failed('NONAME') })).toBeUndefined();
  });

  test('the page has each of the numbers', () => {
    const page = readFileSync('docs/residual-divergences.md', 'utf8');
    expect(knownResiduals.filter((number) => !page.includes(`| ${number} |`))).toStrictEqual([]);
  });
});
