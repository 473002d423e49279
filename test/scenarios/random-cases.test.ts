/**
 * Random hostile cases in simulated time: models of glibc and musl through the pipeline, against the model of glibc without
 * it. The real libraries do the same in `npm run test:differential`, which knows more calls.
 */
import { expect, test } from 'vitest';
import { admissibleCases } from '../support/cases/admissible-cases.ts';
import { compareSimulated, isSimulated } from '../support/cases/simulated.ts';

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
