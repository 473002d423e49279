/**
 * Holds the models of both stub resolvers (`cli/models`) against the real C libraries: the same random
 * file, script and call, once with `getaddrinfo` in a world, once with the model in simulated time. The
 * result, the questions that the servers got and the time must agree.
 *
 * MODEL_CASES and MODEL_SEED widen the search or repeat one case.
 */
import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { readGlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../../cli/models/glibc.ts';
import type { Family, LookupResult } from '../../cli/models/lookup.ts';
import { readMuslConfiguration } from '../../cli/models/musl-configuration.ts';
import { generationOf } from '../../cli/models/musl-generations.ts';
import { lookUpAsMusl } from '../../cli/models/musl.ts';
import { createSimulatedNetwork, type AskedQuestion } from '../../cli/simulation/simulated-network.ts';
import { probeWord, type ProbeResult } from '../support/worlds/agent.ts';
import { libcNames, type Libc, type LibcName } from '../support/worlds/libcs.ts';
import { createPool } from '../support/worlds/pool.ts';
import { randomCase, type CaseLimits, type RandomCase } from './random-case.ts';
import { provideRig, reportMissing } from '../support/worlds/rig.ts';
import type { Query } from '../../cli/simulation/script.ts';

const cases = Number(process.env['MODEL_CASES'] ?? 40);
const firstSeed = Number(process.env['MODEL_SEED'] ?? 1);
/** What a busy machine may add to the time of a lookup that waits. */
const timeToleranceMs = 700;
const port = 53;
const worldHostName = 'pod';
const glibcOptions = [
  'single-request',
  'single-request-reopen',
  'use-vc',
  'no-aaaa',
  'no-tld-query',
  'edns0',
  'trust-ad',
];

const rig = await provideRig();
reportMissing(rig);

// A case is mostly waiting: more worlds than processors.
const pool = createPool(availableParallelism() * 2);
afterAll(() => pool.close());

describe.each(libcNames.filter((name) => rig.libcs[name] !== undefined))('%s', (name) => {
  test(`${cases} random cases`, { timeout: 280_000 }, async () => {
    const libc = rig.libcs[name];
    if (libc === undefined) return;
    const seeds = Array.from({ length: cases }, (_, i) => firstSeed + i);
    const differences = await Promise.all(seeds.map((seed) => compare(libc, randomCase(seed, limitsOf(name)))));
    expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
  });
});

function limitsOf(name: LibcName): CaseLimits {
  if (name.startsWith('musl')) return { options: [], serverGapMs: 60 };
  return { options: name === 'glibc' ? glibcOptions : [...glibcOptions, 'strict-error'], serverGapMs: 0 };
}

interface Observation {
  readonly outcome: string;
  readonly addresses: readonly string[];
  readonly canonicalName: string | undefined;
  /** What was asked, sorted; without repeats for musl, which repeats by the clock. */
  readonly asked: readonly string[];
}

async function compare(libc: Libc, random: RandomCase): Promise<unknown> {
  const [model, modelMs] = await observeModel(libc, random);
  return pool.run(async (world) => {
    await world.prepare({ resolvConf: random.resolvConf, script: random.script, hostName: worldHostName });
    const result = await world.lookup(libc, 'direct', `getaddrinfo ${random.family} ${probeWord(random.name)} canon`);
    const real = observation(result.outcome, result, unrepeated(libc, readable(await world.queries())));
    const realMs = Math.round(result.elapsedMs ?? 0);
    const late = Math.abs(realMs - modelMs) > timeToleranceMs;
    const same = JSON.stringify(real) === JSON.stringify(model) && !late;
    return same ? undefined : { seed: random.seed, realMs, real, modelMs, model, call: describeCase(random) };
  });
}

async function observeModel(libc: Libc, random: RandomCase): Promise<[Observation, number]> {
  const network = createSimulatedNetwork(random.script);
  const family: Family = random.family === 'u' ? 'both' : random.family;
  const result = await network.run(lookUp(libc, random, family, network));
  const { outcome, addresses, canonicalName: canonical, elapsedMs } = result;
  const found = {
    addresses: [...addresses],
    ...(canonical === undefined ? {} : { canonical }),
  };
  return [observation(outcome, found, unrepeated(libc, network.asked)), elapsedMs];
}

function describeCase({ resolvConf, script, family, name }: RandomCase): string[] {
  const servers = Object.entries(script.servers).flatMap(([address, { udp, tcp, names = {} }]) => [
    `${address} udp ${udp} tcp ${tcp}`,
    ...Object.entries(names).map(([question, reply]) => `${question}: ${JSON.stringify(reply).slice(0, 120)}`),
  ]);
  return [...resolvConf.trim().split('\n'), `${family} ${name}`, ...servers];
}

function lookUp(
  libc: Libc,
  { resolvConf, name }: RandomCase,
  family: Family,
  network: ReturnType<typeof createSimulatedNetwork>,
): Promise<LookupResult> {
  const generation = generationOf(libc.version);
  if (libc.name.startsWith('glibc') || generation === undefined) {
    const configuration = readGlibcConfiguration(resolvConf, worldHostName, port);
    return lookUpAsGlibc(name, family, { configuration, network });
  }
  return lookUpAsMusl(name, family, { configuration: readMuslConfiguration(resolvConf, port), generation, network });
}

function observation(
  outcome: string,
  { addresses = [], canonical }: Pick<ProbeResult, 'addresses' | 'canonical'>,
  asked: readonly string[],
): Observation {
  return { outcome, addresses: [...new Set(addresses)].toSorted(), canonicalName: canonical, asked };
}

/** For a search entry that is the root, musl before 1.2.4 sends what no server can read. */
function readable(queries: readonly Query[]): Query[] {
  return queries.filter((query) => query.id !== -1);
}

function unrepeated(libc: Libc, queries: readonly (Query | AskedQuestion)[]): string[] {
  const asked = queries.map(({ server, transport, name, type }) => `${transport} ${server} ${name} ${type}`);
  return (libc.name.startsWith('musl') ? [...new Set(asked)] : asked).toSorted();
}
