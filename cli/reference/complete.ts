/** What may stand in the place of a word that is not finished. */
import type { OptionDefinition } from '../terminal/arguments.ts';
import { commonOptions } from '../terminal/arguments.ts';
import type { ClusterNames } from '../terminal/cluster-target.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { joinedWord, joinedWords } from './joined-words.ts';
import { givenTarget, optionOf } from './words-before.ts';

export interface Candidate {
  readonly word: string;
  readonly about: string;
}

export interface Completion {
  /** They may begin otherwise than the word. */
  readonly candidates: readonly Candidate[];
  /** Names of files may stand there, too. */
  readonly takesFiles: boolean;
  /** And names that the kubeconfig or the cluster has, behind a text of their own. */
  readonly wanted?: { readonly names: ClusterNames; readonly behind: string };
}

const nothing: Completion = { candidates: [], takesFiles: false };

/** @param words behind the name of the program; the last one is not finished */
export function complete(words: readonly string[], commands: readonly CommandDescription[]): Completion {
  const [first = '', ...rest] = joinedWords(words);
  if (rest.length === 0) {
    const options = first.startsWith('-') ? commonOptions.map(optionCandidate) : [];
    const ofCommands = commands.map(({ name, summary }) => ({ word: name, about: summary }));
    return { ...nothing, candidates: [...options, ...ofCommands] };
  }
  const command = commands.find(({ name }) => name === first);
  return command === undefined ? nothing : completeIn(command, rest);
}

/**
 * Those that begin as the word does, in the form in which the shell puts them in the word's place.
 * @param words as for `complete`
 * @param names that were wanted
 */
export function candidatesFor(
  words: readonly string[],
  { candidates, wanted }: Completion,
  names: readonly string[] = [],
): Candidate[] {
  const { text, cut } = joinedWord(words);
  const found = wanted === undefined ? [] : names.map((name) => plainCandidate(`${wanted.behind}${name}`));
  return [...candidates, ...found]
    .filter(({ word }) => word.startsWith(text))
    .map(({ word, about }) => ({ word: word.slice(cut), about }));
}

/** As Cobra programs say it, which kubectl reads, too: a line each, and what the shell does with them (a sum). */
export function completionLines(candidates: readonly Candidate[], takesFiles: boolean): string {
  const lines = candidates.map(({ word, about }) => (about === '' ? word : `${word}\t${about}`));
  const isUnfinished = candidates.length > 0 && candidates.every(({ word }) => word.endsWith('/'));
  return [...lines, `:${(isUnfinished ? noSpace : 0) + (takesFiles ? 0 : noFiles)}`, ''].join('\n');
}

/** ShellCompDirectiveNoSpace and ShellCompDirectiveNoFileComp of Cobra. */
const noSpace = 2;
const noFiles = 4;

function completeIn(command: CommandDescription, words: readonly string[]): Completion {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const options = [...command.options, ...commonOptions];
  const takesFiles = command.takesFiles === true;
  if (before.includes('--')) return { ...nothing, takesFiles };
  const value = valueBehindEquals(last, before, options) ?? valueBehind(last, before, options);
  if (value !== undefined) return value;
  if (last.startsWith('-'))
    return { ...nothing, candidates: options.filter((option) => isStillUseful(option, before)).map(optionCandidate) };
  return { ...(isWordGiven(before, options) ? nothing : firstWord(command, last, before)), takesFiles };
}

function firstWord(
  { words = [], takesPod, options }: CommandDescription,
  last: string,
  before: readonly string[],
): Completion {
  if (takesPod !== true) return { ...nothing, candidates: words.map(plainCandidate) };
  const [behind] = podStart.exec(last) ?? [];
  if (behind !== undefined) return namesOf('pods', behind, before, options);
  // Alone it would stand in the place of a word that is not begun, whatever was meant.
  const isOffered = last !== '' || words.length > 0;
  return { ...nothing, candidates: [...words, ...(isOffered ? ['pod/'] : [])].map(plainCandidate) };
}

/** In front of the name of a pod, in the same word. */
const podStart = /^(pods?|po)\//;

/** `--output=js` */
function valueBehindEquals(
  word: string,
  before: readonly string[],
  options: readonly OptionDefinition[],
): Completion | undefined {
  const [, start = '', text = ''] = /^(--[^=]+=)(.*)$/s.exec(word) ?? [];
  const option = optionOf(start.slice(0, -1), options);
  return option?.value === undefined ? undefined : valuesOf(option, { start, text, before, options });
}

/** `--output js` */
function valueBehind(
  text: string,
  before: readonly string[],
  options: readonly OptionDefinition[],
): Completion | undefined {
  const option = optionOf(before.at(-1) ?? '', options);
  return option?.value === undefined ? undefined : valuesOf(option, { start: '', text, before, options });
}

interface ValueSpot {
  /** In front of the value, in the same word. */
  readonly start: string;
  readonly text: string;
  readonly before: readonly string[];
  readonly options: readonly OptionDefinition[];
}

function valuesOf({ value, values, names }: OptionDefinition, { start, text, before, options }: ValueSpot): Completion {
  if (values !== undefined) return { ...nothing, candidates: values.map((each) => plainCandidate(`${start}${each}`)) };
  if (names === undefined) return { candidates: [], takesFiles: value === 'FILE' };
  const [pod = ''] = names === 'pods' ? (podStart.exec(text) ?? []) : [];
  return namesOf(names, `${start}${pod}`, before, options);
}

function namesOf(
  kind: ClusterNames['kind'],
  behind: string,
  before: readonly string[],
  options: readonly OptionDefinition[],
): Completion {
  const target = givenTarget(before, options);
  return target === undefined ? nothing : { ...nothing, wanted: { names: { kind, target }, behind } };
}

function isWordGiven(before: readonly string[], options: readonly OptionDefinition[]): boolean {
  return before.some((word, i) => !word.startsWith('-') && optionOf(before[i - 1] ?? '', options)?.value === undefined);
}

function isStillUseful({ name, repeatable }: OptionDefinition, before: readonly string[]): boolean {
  return repeatable === true || !before.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
}

function optionCandidate({ name, meaning }: OptionDefinition): Candidate {
  return { word: `--${name}`, about: meaning };
}

function plainCandidate(word: string): Candidate {
  return { word, about: '' };
}
