/**
 * A crowd: real C libraries of every age and Go look the same few names up at the same moment, by every call, through one
 * sidecar. Each must get what glibc gets that asks alone and directly.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesOf, expectedAs, textOf } from '../support/observation/expectation.ts';
import { observeProbe, type Observation } from '../support/observation/observation.ts';
import type { ProbeResult } from '../support/worlds/agent.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import { provideRig, reportMissing } from '../support/worlds/rig.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { createWorld, type World } from '../support/worlds/world.ts';
import { allCalls, namesAtOnce, provideCallers, type Caller } from './callers.ts';
import { names, resolvConf, script } from './names.ts';

const rounds = 24;

/** The longest: on a busy machine musl's two questions come apart by more than the usual 5 ms. */
const pairWindowMs = 50;

/** Go sends its two questions 0.2 ms apart at most, unless one thread has to wait for a processor. */
const apartMs = 1;

/** What Go tells besides. */
interface CrowdResult extends ProbeResult {
  readonly apartMs?: number;
}

const minCallers = 40;
const limitMs = 120_000;

const rig = await provideRig();
const { callers, missing } = await provideCallers(rig);
const { glibc } = rig.libcs;
const canRun = rig.hasWorlds && rig.hasSidecar && glibc !== undefined;

reportMissing({ ...rig, missing: [...rig.missing, ...missing] });

describe.runIf(canRun).each([
  ['the marker alone on the search line', false],
  ['the original search domains behind the marker', true],
])('a crowd with %s', (_, keepSearches) => {
  let world: World;
  let sidecar: Sidecar;

  beforeAll(async () => {
    world = await createWorld();
    await world.prepare({ resolvConf: resolvConf, script: script, keepSearches });
    sidecar = await startSidecar(world, { RESOLVER_PAIR_WINDOW_MILLISECONDS: String(pairWindowMs) });
  });
  afterAll(async () => {
    await sidecar.stop();
    await world.close();
  });

  /** What glibc gets directly and alone, by command. */
  async function record(libc: Libc): Promise<Map<string, Observation>> {
    const alone = new Map<string, Observation>();
    for (const name of names)
      for (const [, command] of allCalls)
        alone.set(command(name), observeProbe(await world.lookup(libc, 'direct', command(name))));
    return alone;
  }

  async function differencesIn(caller: Caller, name: string, alone: Map<string, Observation>): Promise<string[]> {
    const measure = (command: string): Observation => {
      const found = alone.get(command);
      if (found === undefined) throw new Error(`${command} was not recorded`);
      return found;
    };
    const [result] = await caller.agent(world).run(caller.command(name));
    const found = observeProbe(result ?? { outcome: 'OTHER' });
    const differences = differencesOf(expectedAs(caller.expected(name, measure)), found);
    const apart = isApart(result) ? caller.expectedApart?.(name, measure) : undefined;
    if (apart !== undefined && differencesOf(expectedAs(apart), found).length === 0) return [];
    return differences.map((difference) => `${caller.client}, ${caller.call} ${name}: ${textOf(difference)}`);
  }

  test(`of ${callers.length} callers each gets what glibc gets alone`, { timeout: limitMs }, async () => {
    if (glibc === undefined) throw new Error('no glibc');
    const alone = await record(glibc);
    const found: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const nameOf = (index: number) => names[(round + (index % namesAtOnce)) % names.length] ?? '';
      const differences = callers.map((caller, index) => differencesIn(caller, nameOf(index), alone));
      found.push(...(await Promise.all(differences)).flat());
    }
    expect(found).toEqual([]);
    expect(callers.length).toBeGreaterThanOrEqual(minCallers);
  });
});

/** The first question may be answered before the second one comes. */
function isApart(result: CrowdResult | undefined): boolean {
  return (result?.apartMs ?? 0) >= apartMs;
}
