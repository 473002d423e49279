/** What may stand in the place of a word that is not finished. */
import type { OptionDefinition } from '../terminal/arguments.ts';
import { commonOptions } from '../terminal/arguments.ts';
import type { CommandDescription } from '../terminal/command-help.ts';

export interface Completion {
  readonly candidates: readonly { readonly word: string; readonly about: string }[];
  /** Names of files may stand there, too. */
  readonly takesFiles: boolean;
}

const nothing: Completion = { candidates: [], takesFiles: false };

/** @param words behind the name of the program; the last one is not finished */
export function complete(words: readonly string[], commands: readonly CommandDescription[]): Completion {
  const [first = '', ...rest] = joinedAtEquals(words);
  if (rest.length === 0)
    return startingWith(first, [
      ...(first.startsWith('-') ? commonOptions.map(optionCandidate) : []),
      ...commands.map(({ name, summary }) => ({ word: name, about: summary })),
    ]);
  const command = commands.find(({ name }) => name === first);
  return command === undefined ? nothing : completeIn(command, rest, isSplit(words));
}

/** As Cobra programs say it, which kubectl reads, too: a line each, and `:0` where files are welcome, else `:4`. */
export function completionLines({ candidates, takesFiles }: Completion): string {
  const lines = candidates.map(({ word, about }) => (about === '' ? word : `${word}\t${about}`));
  return [...lines, takesFiles ? ':0' : ':4', ''].join('\n');
}

function completeIn(command: CommandDescription, words: readonly string[], isSplitAtEquals: boolean): Completion {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const options = [...command.options, ...commonOptions];
  const takesFiles = command.takesFiles === true;
  if (before.includes('--')) return { ...nothing, takesFiles };
  const value = valueBehindEquals(last, options, isSplitAtEquals) ?? valueBehind(before.at(-1) ?? '', last, options);
  if (value !== undefined) return value;
  if (last.startsWith('-'))
    return startingWith(last, options.filter((option) => isStillUseful(option, before)).map(optionCandidate));
  const wanted = isWordGiven(before, options) ? [] : (command.words ?? []);
  return { ...startingWith(last, wanted.map(plainCandidate)), takesFiles };
}

/** `--output=js` */
function valueBehindEquals(
  word: string,
  options: readonly OptionDefinition[],
  isSplitAtEquals: boolean,
): Completion | undefined {
  const [, name, text = ''] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const option = name === undefined ? undefined : optionOf(name, options);
  if (option?.value === undefined) return undefined;
  const values = valuesOf(option, text);
  // A shell that splits words at `=` replaces what stands behind it.
  if (isSplitAtEquals) return values;
  return { ...values, candidates: values.candidates.map((each) => ({ ...each, word: `${name}=${each.word}` })) };
}

/** `--output js` */
function valueBehind(previous: string, text: string, options: readonly OptionDefinition[]): Completion | undefined {
  const option = optionOf(previous, options);
  return option?.value === undefined ? undefined : valuesOf(option, text);
}

function isWordGiven(before: readonly string[], options: readonly OptionDefinition[]): boolean {
  return before.some((word, i) => !word.startsWith('-') && optionOf(before[i - 1] ?? '', options)?.value === undefined);
}

function valuesOf({ value, values }: OptionDefinition, text: string): Completion {
  if (values !== undefined) return startingWith(text, values.map(plainCandidate));
  return { candidates: [], takesFiles: value === 'FILE' };
}

function optionOf(text: string, options: readonly OptionDefinition[]): OptionDefinition | undefined {
  return options.find(
    ({ name, short, aliases = [] }) =>
      text === `--${name}` || text === `-${short}` || aliases.some((alias) => text === `--${alias}`),
  );
}

function isStillUseful({ name, repeatable }: OptionDefinition, before: readonly string[]): boolean {
  return repeatable === true || !before.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
}

function optionCandidate({ name, meaning }: OptionDefinition): { word: string; about: string } {
  return { word: `--${name}`, about: meaning };
}

function plainCandidate(word: string): { word: string; about: string } {
  return { word, about: '' };
}

function startingWith(text: string, candidates: Completion['candidates']): Completion {
  return { candidates: candidates.filter(({ word }) => word.startsWith(text)), takesFiles: false };
}

/** bash gives `--output=js` as three words. */
function joinedAtEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  words.forEach((word, i) => {
    const isBehind = words[i - 1] === '=' && joined.at(-1)?.endsWith('=') === true;
    const isOfOption = (word === '=' && joined.at(-1)?.startsWith('--') === true) || isBehind;
    if (isOfOption) joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
  });
  return joined;
}

function isSplit(words: readonly string[]): boolean {
  return words.at(-1) === '=' || words.at(-2) === '=';
}
