/** The command line of the differential test. A mistake in it is an error that says which, never another run. */
import { parseArgs } from 'node:util';
import { readSeries, seriesOptions, type SeriesArguments } from '../support/series-arguments.ts';
import { wholeNumber } from '../support/whole-number.ts';
import { mechanisms, type Mechanism } from '../support/cases/remembered.ts';
import { libcNames, type LibcName } from '../support/worlds/libcs.ts';
import type { Mode } from '../support/worlds/rewritten-file.ts';

export interface DifferentialArguments extends SeriesArguments {
  readonly cases: number;
  /** A saved case, which is run in place of a series. */
  readonly replay: string | undefined;
  readonly libcs: readonly LibcName[];
  readonly mode: Mode;
  readonly serverMemory: boolean;
  /** The original search domains stand behind the marker. */
  readonly keepSearches: boolean;
  /** How often each lookup is made in one world; from the second time on with the caches. */
  readonly repeat: number;
  /** What of the caches is switched off. */
  readonly off: readonly Mechanism[];
}

const maxRepeat = 10;

/** Throws an error whose message is for the one who typed the command. */
export function readArguments(words: readonly string[]): DifferentialArguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...seriesOptions,
      cases: { type: 'string', default: '2000' },
      replay: { type: 'string' },
      libcs: { type: 'string', default: libcNames.join(',') },
      mode: { type: 'string', default: 'marker' },
      'server-memory': { type: 'string', default: 'true' },
      'keep-searches': { type: 'boolean', default: false },
      repeat: { type: 'string', default: '1' },
      off: { type: 'string', default: '' },
    },
  });
  const { replay } = values;
  if (replay === '') throw new Error('--replay needs the name of a file');
  return {
    ...readSeries(values),
    cases: wholeNumber('--cases', values.cases, 1, Number.MAX_SAFE_INTEGER),
    replay,
    libcs: values.libcs.split(',').map(libcName),
    mode: modeName(values.mode),
    serverMemory: trueOrFalse('--server-memory', values['server-memory']),
    keepSearches: keptIn(values.mode, values['keep-searches']),
    repeat: wholeNumber('--repeat', values.repeat, 1, maxRepeat),
    off: values.off === '' ? [] : values.off.split(',').map(mechanism),
  };
}

function libcName(text: string): LibcName {
  const found = libcNames.find((known) => known === text);
  if (found === undefined)
    throw new Error(`--libcs: no such C library: ${JSON.stringify(text)}; there are ${libcNames.join(', ')}`);
  return found;
}

function mechanism(text: string): Mechanism {
  const found = mechanisms.find((known) => known === text);
  if (found === undefined)
    throw new Error(`--off: no such mechanism: ${JSON.stringify(text)}; there are ${mechanisms.join(', ')}`);
  return found;
}

function trueOrFalse(option: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`${option} is true or false, not ${JSON.stringify(text)}`);
  return text === 'true';
}

/** Plain mode has no search line. */
function keptIn(mode: string, keepSearches: boolean): boolean {
  if (keepSearches && mode !== 'marker') throw new Error('--keep-searches is for --mode marker');
  return keepSearches;
}

function modeName(text: string): Mode {
  if (text !== 'marker' && text !== 'plain') throw new Error(`--mode is marker or plain, not ${JSON.stringify(text)}`);
  return text;
}
