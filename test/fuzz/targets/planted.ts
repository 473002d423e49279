/** Targets with faults on purpose: each must be found, or the fuzzer is blind. */
import { followForEver, readPastEnd, remember, throwForWord } from '../planted.ts';
import { runTwice, surround } from '../poison.ts';
import type { Target } from '../target.ts';

export const plantedTargets: readonly Target[] = [
  planted('planted exception', throwForWord),
  planted('planted read past the end', (input) => runTwice((filling) => readPastEnd(surround(input, filling)))),
  planted('planted endless loop', followForEver),
  planted('planted flood of memory', (input) => void remember(input)),
];

function planted(name: string, run: (input: Uint8Array) => void): Target {
  const seeds = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)];
  return { name, unit: 'packets', seeds, tokens: [], maxBytes: 64, limitMs: 100, run };
}
