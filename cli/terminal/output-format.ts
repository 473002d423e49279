/** The forms in which a command says its result: a table for people, JSON and YAML for programs. */
import type { OptionDefinition } from './arguments.ts';
import { UsageError } from './usage-error.ts';

export const outputFormats = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export const outputOption: OptionDefinition = {
  name: 'output',
  short: 'o',
  value: 'FORMAT',
  values: outputFormats,
  meaning: `${outputFormats.join(', ')} (table)`,
};

/** Of every document; a change that breaks its readers makes another one. */
export const documentVersion = 'cli.alpine-resolver.io/v1';

export function readOutputFormat(text?: string): OutputFormat {
  return readFormat(text, outputFormats);
}

/** @param known of the command; the first is that without the option */
export function readFormat<Format extends string>(
  text: string | undefined,
  known: readonly [Format, ...Format[]],
): Format {
  const found = text === undefined ? known[0] : known.find((format) => format === text);
  if (found !== undefined) return found;
  throw new UsageError(`--output ${text}: it is one of ${known.join(', ')}`);
}
