/** The command lines of `reasons` and `completion`. */
import { allReasons } from '../../shared/report/reason-groups.ts';
import { suggestName } from '../../shared/values/suggest-name.ts';
import { muslDivergences } from '../report/musl-divergences.ts';
import { commonOptionOf, parseArguments, refuseWords } from '../terminal/arguments.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { outputOption, readOutputFormat, type OutputFormat } from '../terminal/output-format.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** What `reasons` explains: codes of the programs, and numbers of `explain`. */
export const explainedCodes: readonly string[] = [...allReasons, ...Object.keys(muslDivergences)];

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export const reasonsCommand: CommandDescription = {
  name: 'reasons',
  summary: 'what a reason code or a number of explain means',
  usage: '[CODE] [options]',
  purpose: [
    'Prints what CODE means, where it is seen, and what to do about it, without a network: codes of events, log lines and metrics, and the M numbers of explain. Without CODE, all of them.',
  ],
  options: [outputOption],
  words: explainedCodes,
  examples: [
    { line: 'alpine-resolver reasons not-alpine', what: 'why a pod was left alone' },
    { line: 'alpine-resolver reasons M3', what: 'in what musl and glibc part' },
  ],
  ends: ['done', 'no', 'usage'],
};

export const completionCommand: CommandDescription = {
  name: 'completion',
  summary: 'a script that completes commands, options and names in a shell',
  usage: shells.join('|'),
  purpose: [
    'Prints a script for bash, zsh or fish that completes commands, options, values that are known, and names of contexts, namespaces and pods. It asks the tool itself at each Tab, which asks the cluster for namespaces and pods.',
  ],
  options: [],
  words: shells,
  examples: [
    { line: 'source <(alpine-resolver completion bash)', what: 'in ~/.bashrc' },
    { line: 'source <(alpine-resolver completion zsh)', what: 'in ~/.zshrc, behind compinit' },
    { line: 'alpine-resolver completion fish | source', what: 'in ~/.config/fish/config.fish' },
  ],
  ends: ['done', 'no', 'usage'],
};

export interface ReasonsOptions {
  readonly code: string | undefined;
  readonly output: OutputFormat;
}

export function readReasonsOptions(args: readonly string[]): ReasonsOptions | 'help' | 'version' {
  const parsed = parseArguments(args, reasonsCommand.options);
  const [word, ...more] = parsed.positionals;
  refuseWords(more, 'reasons');
  const code = explainedCodes.find((known) => known.toLowerCase() === word?.toLowerCase());
  if (word !== undefined && code === undefined) {
    const suggestion = suggestName(word, explainedCodes);
    throw new UsageError(
      `${word}: there is no such reason${suggestion === undefined ? '; alpine-resolver reasons has all' : `, did you mean ${suggestion}?`}`,
    );
  }
  return commonOptionOf(parsed) ?? { code, output: readOutputFormat(parsed.value('output')) };
}

export function readCompletionOptions(args: readonly string[]): { readonly shell: Shell } | 'help' | 'version' {
  const parsed = parseArguments(args, completionCommand.options);
  const [word, ...more] = parsed.positionals;
  const other = commonOptionOf(parsed);
  if (other !== undefined) return other;
  refuseWords(more, 'completion');
  const shell = shells.find((known) => known === word);
  if (shell !== undefined) return { shell };
  throw new UsageError(`completion needs a shell: ${shells.join(', ')}`);
}
