/** The options of a command, checked, with a suggestion for what is not known. */
import { parseArgs } from 'node:util';
import { suggestName } from '../../shared/values/suggest-name.ts';
import { wrapped } from './output.ts';
import { UsageError } from './usage-error.ts';

export interface OptionDefinition {
  readonly name: string;
  /** One letter: `f` for `-f`. */
  readonly short?: string;
  /** Older names of the option, which mean the same. */
  readonly aliases?: readonly string[];
  /** Name of the value in the help; without it the option is a flag. */
  readonly value?: string;
  readonly repeatable?: boolean;
  /** The values that there are, or some that are usual, for completion. */
  readonly values?: readonly string[];
  /** Its values are names that only a kubeconfig or a cluster has, for completion. */
  readonly names?: NameKind;
  readonly meaning: string;
}

export type NameKind = 'contexts' | 'namespaces' | 'pods';

export interface ParsedArguments {
  readonly positionals: readonly string[];
  isSet(option: string): boolean;
  /** The last value. */
  value(option: string): string | undefined;
  values(option: string): readonly string[];
}

/** Of every command. */
export const commonOptions: readonly OptionDefinition[] = [
  { name: 'help', short: 'h', meaning: 'this text' },
  { name: 'version', meaning: 'the version' },
];

/** `--help` and `--version` belong to every command. */
export function parseArguments(args: readonly string[], definitions: readonly OptionDefinition[]): ParsedArguments {
  const known = [...definitions, ...commonOptions];
  const { tokens, positionals } = parseArgs({
    args: [...args],
    // Unknown options are found here, not by parseArgs, so that the nearest known one can be named.
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      known.flatMap(({ name, short, aliases = [], value }) => {
        const type = value === undefined ? ('boolean' as const) : ('string' as const);
        return [
          [name, { type, ...(short === undefined ? {} : { short }) }] as const,
          ...aliases.map((alias) => [alias, { type }] as const),
        ];
      }),
    ),
  });
  const found = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const definition = known.find(({ name, aliases = [] }) => name === token.name || aliases.includes(token.name));
    if (definition === undefined) throw new UsageError(unknownText('option', token.rawName, known.map(dashed)));
    const { name, repeatable, value } = definition;
    const earlier = found.get(name) ?? [];
    if (value !== undefined && repeatable !== true && earlier.length > 0)
      throw new UsageError(`${token.rawName} is given twice; it takes one value`);
    found.set(name, [...earlier, checkedValue(definition, token, args)]);
  }
  return {
    positionals,
    isSet: (option) => found.has(option),
    value: (option) => found.get(option)?.at(-1),
    values: (option) => found.get(option) ?? [],
  };
}

/** Which of the options of every command is given: then nothing else is done. */
export function commonOptionOf(parsed: ParsedArguments): 'help' | 'version' | undefined {
  if (parsed.isSet('help')) return 'help';
  return parsed.isSet('version') ? 'version' : undefined;
}

/** @param words that the command has no place for */
export function refuseWords([word]: readonly string[], command: string): void {
  if (word !== undefined) throw new UsageError(`${word}: ${command} does not take it`);
}

export function unknownText(what: string, name: string, known: readonly string[]): string {
  const suggestion = suggestName(name, known);
  return `unknown ${what} ${name}${suggestion === undefined ? '' : `, did you mean ${suggestion}?`}`;
}

/** @param columns width of the help; longer meanings go on below themselves */
export function optionsHelp(definitions: readonly OptionDefinition[], columns: number): string {
  const left = [...definitions, ...commonOptions].map(
    (definition) =>
      `  ${definition.short === undefined ? '' : `-${definition.short}, `}${dashed(definition)}${definition.value ? ` ${definition.value}` : ''}`,
  );
  const indent = Math.max(...left.map((text) => text.length)) + 2;
  return [...definitions, ...commonOptions]
    .flatMap(({ meaning }, i) => wrapped(meaning, columns, (left[i] ?? '').padEnd(indent), ' '.repeat(indent)))
    .map((line) => `${line}\n`)
    .join('');
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
}

function checkedValue({ value }: OptionDefinition, token: OptionToken, args: readonly string[]): string {
  const { rawName, value: given } = token;
  if (value === undefined && given !== undefined) throw new UsageError(`${rawName} takes no value`);
  // `--pod --once` would take `--once` as a file.
  const isOption = given?.startsWith('--') === true && args.includes(given);
  if (value !== undefined && (given === undefined || given === '' || isOption))
    throw new UsageError(`${rawName} needs a value: ${rawName} ${value}`);
  return given ?? '';
}

function dashed({ name }: { readonly name: string }): string {
  return `--${name}`;
}
