/**
 * The arguments of dnsdock taken apart, in the forms of all its releases: `--name=VALUE`, `--name VALUE`, `--no-name`, `-d VALUE`,
 * `-dVALUE`, and with one dash (`-name=VALUE`) as before 1.16.
 */
import { oldArguments, on, type OldArgument } from './old-arguments.ts';
import { shownText } from '../values/shown-text.ts';
import { suggestName } from '../values/suggest-name.ts';

/** Texts by the names of the table, or a line for each that is not known or lacks its value. */
export type SplitArguments = { readonly texts: ReadonlyMap<string, string> } | { readonly refused: readonly string[] };

export function splitArguments(args: readonly string[]): SplitArguments {
  const texts = new Map<string, string>();
  const refused: string[] = [];
  const left = [...args];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const found = findArgument(word);
    if (found === undefined) {
      refused.push(unknown(word));
      continue;
    }
    const { argument, attached, isOff } = found;
    const text = argument.value === undefined ? switched(attached, isOff) : (attached ?? nextValue(left));
    if (text === undefined) refused.push(faultOf(argument, attached));
    else texts.set(argument.name, withEarlier(argument, texts.get(argument.name), text));
  }
  return refused.length > 0 ? { refused } : { texts };
}

interface Found {
  readonly argument: OldArgument;
  /** In the same word. */
  readonly attached?: string | undefined;
  readonly isOff?: boolean;
}

function findArgument(word: string): Found | undefined {
  const [, dashes = '', name = '', attached] = /^(--?)([\w-]+)(?:=([^]*))?$/.exec(word) ?? [];
  const argument = oldArguments.find((one) => one.name === name);
  if (argument !== undefined) return { argument, attached };
  const off = oldArguments.find((one) => one.value === undefined && `no-${one.name}` === name);
  if (off !== undefined) return attached === undefined ? { argument: off, isOff: true } : undefined;
  return dashes === '--' ? undefined : findShort(word);
}

/** With its value behind the letter: an address, which no letter begins, where a misspelt name would. */
function findShort(word: string): Found | undefined {
  const [, letter, rest = ''] = /^-(\w)=?((?![a-z])[^]*)$/i.exec(word) ?? [];
  const argument = oldArguments.find(({ short }) => short !== undefined && short === letter);
  if (argument === undefined || (argument.value === undefined && rest !== '')) return undefined;
  return { argument, attached: rest === '' ? undefined : rest };
}

/** Whoever left a value out has another argument there. */
function nextValue(left: string[]): string | undefined {
  return left[0]?.startsWith('-') === false ? left.shift() : undefined;
}

/** Go's words for it. */
function switched(attached = on, isOff = false): string | undefined {
  if (/^(1|t|true)$/i.test(attached)) return isOff ? 'false' : on;
  return /^(0|f|false)$/i.test(attached) ? 'false' : undefined;
}

function withEarlier({ repeated }: OldArgument, earlier: string | undefined, text: string): string {
  return repeated && earlier !== undefined ? `${earlier},${text}` : text;
}

function faultOf({ name, value }: OldArgument, attached: string | undefined): string {
  if (value !== undefined) return `--${name} lacks its value: --${name}=${value}`;
  return `--${name}: "${shown(attached ?? '')}" is not accepted; expected true or false, or nothing`;
}

function unknown(word: string): string {
  const [, name = ''] = /^--?(?:no-)?([^=]*)/.exec(word) ?? [];
  const known = oldArguments.map((argument) => argument.name);
  const suggestion = name.length > 1 ? suggestName(name, known) : undefined;
  return `unknown argument: ${shown(word)}${suggestion === undefined ? '' : `; did you mean --${suggestion}?`}`;
}

function shown(text: string): string {
  return shownText(text, maxShownCharacters);
}

const maxShownCharacters = 80;
