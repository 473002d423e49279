/** What suites that play a seeded series in many worlds at a time take on their command lines. */
import { wholeNumber } from './whole-number.ts';

/** Most of the time a case waits; with the sidecar a world takes about 150 MB. */
const worlds = 24;
const maxWorlds = 200;
const maxSeeds = 2 ** 32;

/** For `parseArgs`. */
export const seriesOptions = {
  seed: { type: 'string' },
  worlds: { type: 'string', default: String(worlds) },
} as const;

export interface SeriesArguments {
  /** Undefined: a fresh one. */
  readonly seed: number | undefined;
  readonly worlds: number;
}

/** Throws an error whose message is for the one who typed the command. */
export function readSeries(values: { readonly seed?: string | undefined; readonly worlds: string }): SeriesArguments {
  return {
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, 0, maxSeeds - 1),
    worlds: wholeNumber('--worlds', values.worlds, 1, maxWorlds),
  };
}
