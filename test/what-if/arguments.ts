/** The command line of the scenarios. A mistake in it is an error that says which, never another run. */
import { parseArgs } from 'node:util';
import { readSeries, seriesOptions, type SeriesArguments } from '../support/series-arguments.ts';
import { wholeNumber } from '../support/whole-number.ts';

export interface ScenarioArguments extends SeriesArguments {
  readonly pods: number;
  /** The number of the only one that is played. */
  readonly pod: number | undefined;
}

const maxPods = 100_000;

/** Throws an error whose message is for the one who typed the command. */
export function readArguments(words: readonly string[]): ScenarioArguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...seriesOptions,
      pods: { type: 'string', default: '12' },
      pod: { type: 'string' },
    },
  });
  const { pod } = values;
  return {
    ...readSeries(values),
    pods: wholeNumber('--pods', values.pods, 1, maxPods),
    pod: pod === undefined ? undefined : wholeNumber('--pod', pod, 0, maxPods - 1),
  };
}
