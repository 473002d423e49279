/** The command line of the scenarios. A mistake in it is an error that says which, never another run. */
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/whole-number.ts';

export interface ScenarioArguments {
  /** Undefined: a fresh one. */
  readonly seed: number | undefined;
  readonly pods: number;
  /** The number of the only one that is played. */
  readonly pod: number | undefined;
  readonly worlds: number;
}

/** Most of the time a scenario waits; with the sidecar a world takes about 150 MB. */
const worlds = 24;
const maxWorlds = 200;
const maxSeeds = 2 ** 32;
const maxPods = 100_000;

/** Throws an error whose message is for the one who typed the command. */
export function readArguments(words: readonly string[]): ScenarioArguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: 'string' },
      pods: { type: 'string', default: '12' },
      pod: { type: 'string' },
      worlds: { type: 'string', default: String(worlds) },
    },
  });
  const { seed, pod } = values;
  return {
    seed: seed === undefined ? undefined : wholeNumber('--seed', seed, 0, maxSeeds - 1),
    pods: wholeNumber('--pods', values.pods, 1, maxPods),
    pod: pod === undefined ? undefined : wholeNumber('--pod', pod, 0, maxPods - 1),
    worlds: wholeNumber('--worlds', values.worlds, 1, maxWorlds),
  };
}
