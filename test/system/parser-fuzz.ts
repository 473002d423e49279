/**
 * The resolv.conf parser against real glibc: random texts, read by `parseResolvConf` and by `res_init` inside a world.
 *
 *   node test/system/parser-fuzz.ts [--seed S] [--cases N]
 *
 * prints every text that the two read differently and ends with 1 if there is one.
 */
import { parseArgs } from 'node:util';
import { formatAddressBytes, parseAddressBytes } from '../../shared/values/address-bytes.ts';
import { parseResolvConf, type ResolvConf } from '../../shared/resolv-conf/resolv-conf.ts';
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { ProbeResult } from '../support/worlds/agent.ts';
import { endsGlibc, heldByState } from '../support/worlds/held-search-list.ts';
import { provideLibcs, type Libc } from '../support/worlds/libcs.ts';
import { createRandom, freshSeed } from '../support/random.ts';
import { randomHostName, randomResolvConf } from './random-resolv-conf.ts';
import { createWorld, type World } from '../support/worlds/world.ts';

export interface ParserCase {
  text: string;
  hostName: string;
}

export interface ParserDifference extends ParserCase {
  libc: string;
  glibc: unknown;
  ours: unknown;
}

export interface FuzzResult {
  cases: number;
  differences: ParserDifference[];
}

/** The fields that `_res` has, in one form for both sides. */
interface Reading {
  servers: string[];
  search: string[];
  ndots: number;
  timeoutSeconds: number;
  attempts: number;
  flags: string[];
}

/** Bits of `_res.options` (resolv/resolv.h). */
const flags = {
  useVc: 0x8,
  rotate: 0x4000,
  edns0: 0x10_0000,
  singleRequest: 0x20_0000,
  singleRequestReopen: 0x40_0000,
  noTldQuery: 0x100_0000,
  noReload: 0x200_0000,
  trustAd: 0x400_0000,
  noAaaa: 0x800_0000,
  strictError: 0x1000_0000,
} as const;

/** `strict-error` and a leading `-` came with 2.41. */
const sinceGlibc241 = /strict-error|[ \t]-/;

/** Reads `count` random texts on both sides; the seed makes the run repeatable. */
export async function fuzzParser(libcs: readonly Libc[], seed: number, count: number): Promise<FuzzResult> {
  const world = await createWorld();
  try {
    const result: FuzzResult = { cases: 0, differences: [] };
    const random = createRandom(seed);
    const ending = new Set<string>();
    for (const libc of libcs) if (await hasV31(world, libc)) ending.add(libc.name);
    for (let index = 0; index < count; index += 1) {
      const parserCase = {
        text: randomResolvConf(random),
        hostName: index % 20 === 0 ? randomHostName(random) : 'pod',
      };
      const isV31 = endsGlibc(parseResolvConf(parserCase.text, parserCase).search.map(bytesOf));
      const able = libcs.filter(
        ({ name }) => !(isV31 && ending.has(name)) && !(name === 'glibc' && sinceGlibc241.test(parserCase.text)),
      );
      for (const libc of able) {
        const difference = await compare(world, libc, parserCase);
        result.cases += 1;
        result.differences.push(...(difference === undefined ? [] : [difference]));
      }
    }
    return result;
  } finally {
    await world.close();
  }
}

/** A search list that a glibc with V31 ends the program over. */
const cutList = ['a'.repeat(54), Array.from('wxyz', (letter) => letter.repeat(60)).join('.')];

/**
 * Whether this glibc ends the program over a search list that it cuts: asked of the library, because distributions mend
 * it (CVE-2026-8674) without another version number.
 */
export async function hasV31(world: World, libc: Libc): Promise<boolean> {
  const resolvConf = `nameserver 192.0.2.1\nsearch ${cutList.join(' ')}\n`;
  await world.prepare({ resolvConf, script: { servers: {} } });
  return (await world.lookup(libc, 'direct', 'res')).outcome === 'KILLED';
}

/** What the two sides make of one text, if it differs. */
export async function compare(world: World, libc: Libc, parserCase: ParserCase): Promise<ParserDifference | undefined> {
  const { text, hostName } = parserCase;
  await world.prepare({ resolvConf: bytesOf(text), script: { servers: {} }, hostName });
  const glibc = readingOfGlibc(await world.lookup(libc, 'direct', 'res'));
  const ours = readingOfParser(parseResolvConf(text, { hostName }));
  return JSON.stringify(glibc) === JSON.stringify(ours) ? undefined : { ...parserCase, libc: libc.name, glibc, ours };
}

function readingOfGlibc(result: ProbeResult): Reading {
  const { servers = [], search = [], options = 0, ndots = -1, timeoutSeconds = -1, attempts = -1 } = result;
  return {
    servers: servers.map(canonicalAddress),
    search,
    ndots,
    // What send_dg and the loop around it make of values below their range.
    timeoutSeconds: Math.max(1, timeoutSeconds),
    attempts: Math.max(0, attempts),
    flags: Object.entries(flags).flatMap(([name, bit]) => ((options & bit) === 0 ? [] : [name])),
  };
}

function readingOfParser(conf: ResolvConf): Reading {
  const { servers, ndots, timeoutSeconds, attempts } = conf;
  return {
    servers: servers.map(withScopeIndex),
    search: heldByState(conf.search.map(bytesOf)),
    ndots,
    timeoutSeconds,
    attempts,
    flags: Object.keys(flags).filter((name) => conf[name as keyof typeof flags]),
  };
}

/** As glibc finds the interface index: a name before a number; the world's only interface is `lo`. */
function withScopeIndex({ address, scope = '' }: ServerAddress): string {
  const index = scope === 'lo' ? 1 : /^\d+$/.test(scope) && Number(scope) < 2 ** 32 ? Number(scope) : 0;
  return index === 0 ? address : `${address}%${index}`;
}

/** glibc writes ::192.0.2.1 where RFC 5952 wants ::c000:201. */
function canonicalAddress(text: string): string {
  const [address = '', scope] = text.split('%');
  const { hostname } = new URL(address.includes(':') ? `http://[${address}]` : `http://${address}`);
  const ours = formatAddressBytes(parseAddressBytes(hostname.replace(/[[\]]/g, '')) ?? new Uint8Array());
  return scope === undefined ? ours : `${ours}%${scope}`;
}

/** One character per byte. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string', default: '2000' } } });
  const seed = Number(values.seed ?? freshSeed());
  const { available, missing } = await provideLibcs(['glibc', 'glibc-2.41']);
  for (const [name, reason] of Object.entries(missing)) console.log(`without ${name}: ${reason}`);
  const result = await fuzzParser(Object.values(available), seed, Number(values.cases));
  for (const difference of result.differences) console.log(JSON.stringify(difference, undefined, 2));
  console.log(`seed ${seed}: ${result.cases} readings, ${result.differences.length} differences`);
  process.exitCode = result.differences.length > 0 ? 1 : 0;
}
