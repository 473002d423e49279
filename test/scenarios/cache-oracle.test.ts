/**
 * Random worlds with caches in simulated time, each answer explained by searches without them (cache semantics §8).
 * `CACHE_ORACLE="seed 7 worlds 1000 rounds 40"` in the environment makes a longer run of other worlds.
 */
import { expect, test } from 'vitest';
import { seedOf } from '../support/random.ts';
import { runWorld } from '../support/cache/run-world.ts';
import type { WorldFigures } from '../support/cache/run-world.ts';

const chosen = new Map<string, number>();
for (const [, key = '', value = ''] of (process.env['CACHE_ORACLE'] ?? '').matchAll(/([a-z]+) (\d+)/g))
  chosen.set(key, Number(value));
const seed = chosen.get('seed') ?? 20_264;
const worlds = chosen.get('worlds') ?? 30;
const rounds = chosen.get('rounds') ?? 30;

/** A busy machine may not have the processor time of hundreds of worlds at once. */
const limitMs = 120_000 + worlds * 5000;

test(
  `${worlds} worlds: every answer is one that a search without caches gives within the lifetimes`,
  () => {
    const all: Record<string, number> = {};
    for (let index = 0; index < worlds; index++) {
      const figures = inWorld(seedOf(seed, index));
      for (const [name, value] of Object.entries(figures)) all[name] = (all[name] ?? 0) + value;
    }
    if (chosen.size > 0) console.log(JSON.stringify(all));
    // A cache that never hits passes nothing here.
    expect(all['repeats']).toBeGreaterThan(worlds);
    expect(all['remembered']).toBeGreaterThan(worlds);
    expect(all['answerHits']).toBeGreaterThan(worlds);
    expect(all['replyHits']).toBeGreaterThan(worlds);
    expect(all['stale']).toBeGreaterThan(0);
  },
  limitMs,
);

function inWorld(worldSeed: number): WorldFigures {
  try {
    return runWorld(worldSeed, rounds);
  } catch (error) {
    throw new Error(`world ${worldSeed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
