/** What is said below a name, over random hostile cases in simulated time: each difference is explained, and truly. */
import { describe, expect, test } from 'vitest';
import { likeness } from '../../cli/report/comparison.ts';
import { withoutStalls } from '../support/cases/case.ts';
import { randomCase } from '../support/cases/random-case.ts';
import { playModels } from '../support/simulation/play-models.ts';

/** Behind `asks` and `finds`, where no name follows. */
const otherWords = ['A', 'AAAA', 'again', 'all', 'and', 'no'];

describe('random hostile cases', () => {
  test.each(['G1', 'G2', 'G3', 'G4'] as const)(
    '%s: every difference is explained, by candidates and servers that were asked',
    async (generation) => {
      const unexplained: string[] = [];
      const untrue: string[] = [];
      let differing = 0;
      for (let seed = 1; seed <= 400; seed++) {
        const { call, resolvConf, script, hostName = 'pod' } = randomCase(seed);
        if (call.api !== 'getaddrinfo') continue;
        const played = await playModels(call.name, withoutStalls(script), resolvConf, generation, hostName);
        const { musl, glibc, remarks } = played;
        if (likeness(musl, glibc) !== 'different') continue;
        differing++;
        if (remarks.length === 0)
          unexplained.push(
            `${seed} ${musl.outcome} ${glibc.outcome} ${musl.timeline?.candidates.map(({ conclusion }) => conclusion).join()} / ${glibc.timeline?.candidates.map(({ conclusion }) => conclusion).join()}`,
          );
        const known = [musl, glibc].flatMap(({ timeline }) => timeline?.candidates.map(({ name }) => name) ?? []);
        for (const [, word = ''] of remarks.join(' ').matchAll(/\b(?:finds|asks) (\S+)/g)) {
          const name = word.replace(/[.:,;]+$/, '');
          if (!otherWords.includes(name) && !known.includes(name)) untrue.push(`${seed} ${name}`);
        }
      }
      expect(untrue).toEqual([]);
      expect(unexplained).toEqual([]);
      expect(differing).toBeGreaterThan(50);
    },
  );
});
