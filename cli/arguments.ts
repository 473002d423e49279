/** The options of a command, checked, with a suggestion for what is not known. */
import { parseArgs } from 'node:util';
import { suggestName } from '../shared/suggest-name.ts';
import { UsageError } from './usage-error.ts';

export interface OptionDefinition {
  readonly name: string;
  /** Name of the value in the help; without it the option is a flag. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly meaning: string;
}

export interface ParsedArguments {
  readonly positionals: readonly string[];
  isSet(option: string): boolean;
  /** The last value. */
  value(option: string): string | undefined;
  values(option: string): readonly string[];
}

export function parseArguments(args: readonly string[], definitions: readonly OptionDefinition[]): ParsedArguments {
  const known = [...definitions, { name: 'help', meaning: 'this text' }];
  const { tokens, positionals } = parseArgs({
    args: [...args],
    // Unknown options are found here, not by parseArgs, so that the nearest known one can be named.
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      known.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const),
    ),
  });
  const found = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const name = token.rawName === '-h' ? 'help' : token.name;
    const definition = known.find((candidate) => candidate.name === name);
    if (definition === undefined) throw new UsageError(unknownText('option', token.rawName, known.map(dashed)));
    found.set(name, [...(found.get(name) ?? []), checkedValue(definition, token.value, args)]);
  }
  return {
    positionals,
    isSet: (option) => found.has(option),
    value: (option) => found.get(option)?.at(-1),
    values: (option) => found.get(option) ?? [],
  };
}

export function unknownText(what: string, name: string, known: readonly string[]): string {
  const suggestion = suggestName(name, known);
  return `unknown ${what} ${name}${suggestion === undefined ? '' : `, did you mean ${suggestion}?`}`;
}

export function optionsHelp(definitions: readonly OptionDefinition[]): string {
  const left = definitions.map(
    (definition) => `  ${dashed(definition)}${definition.value ? ` ${definition.value}` : ''}`,
  );
  const columns = Math.max(...left.map((text) => text.length)) + 2;
  return definitions.map(({ meaning }, i) => `${(left[i] ?? '').padEnd(columns)}${meaning}\n`).join('');
}

function checkedValue({ name, value }: OptionDefinition, given: string | undefined, args: readonly string[]): string {
  if (value === undefined && given !== undefined) throw new UsageError(`--${name} takes no value`);
  // `--pod --once` would take `--once` as a file.
  const isOption = given?.startsWith('--') === true && args.includes(given);
  if (value !== undefined && (given === undefined || given === '' || isOption))
    throw new UsageError(`--${name} needs a value: --${name} ${value}`);
  return given ?? '';
}

function dashed({ name }: { readonly name: string }): string {
  return `--${name}`;
}
