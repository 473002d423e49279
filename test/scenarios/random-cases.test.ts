/**
 * Random hostile cases in simulated time: models of glibc and musl through the pipeline, against the model of glibc without
 * it. The real libraries do the same in `npm run test:differential`, which knows more calls.
 */
import { expect, test } from 'vitest';
import { admissibleCases } from '../support/cases/admissible-cases.ts';
import { hasSequences } from '../support/cases/case.ts';
import type { Mechanism } from '../support/cases/remembered.ts';
import { compareRepeated, compareSimulated, isSimulated } from '../support/cases/simulated.ts';

/** Hundreds of cases take seconds of processor time, which a busy machine may not have at once. */
const limitMs = 120_000;

test.each([
  ['marker', true, false, 20_261],
  ['plain', false, false, 20_262],
  ['marker', true, true, 20_263],
] as const)(
  '%s mode, server-memory %s, keep-searches %s: no difference but the residue',
  async (...series) => {
    const [mode, serverMemory, keepSearches, seed] = series;
    const differences: string[] = [];
    let compared = 0;
    for await (const random of admissibleCases(seed, 600)) {
      if (!isSimulated(random.call) || random.oracle !== 'glibc') continue;
      compared += 1;
      const found = await compareSimulated(random, mode, serverMemory, keepSearches);
      differences.push(...found.differences.map((text) => `${random.seed}: ${text}`));
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(300);
  },
  limitMs,
);

test.each<[what: string, off: readonly Mechanism[], seed: number]>([
  ['all of the caches', [], 20_264],
  ['the reply cache', ['answer-cache', 'search-ahead'], 20_265],
  ['the answer cache', ['reply-cache', 'search-ahead'], 20_266],
  ['asking ahead', ['reply-cache', 'answer-cache'], 20_267],
])(
  'three times in one world with %s: no difference but the residue',
  async (_, off, seed) => {
    const differences: string[] = [];
    let compared = 0;
    let hits = 0;
    for await (const random of admissibleCases(seed, 150)) {
      // The servers count on from one lookup to the next.
      if (!isSimulated(random.call) || random.oracle !== 'glibc' || hasSequences(random.script)) continue;
      compared += 1;
      const found = await compareRepeated(random, 'marker', off, 3);
      hits += found.hits;
      differences.push(...found.differences.map((text) => `${random.seed}: ${text}`));
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(70);
    expect(hits).toBeGreaterThan(off.length > 1 && !off.includes('search-ahead') ? -1 : compared);
  },
  limitMs,
);
