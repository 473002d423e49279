/** The description of a command, from which its help and its page derive. */
import { optionsHelp, type OptionDefinition } from './arguments.ts';
import { exitCodeMeanings, exitCodes, type ExitCode } from './exit-codes.ts';
import { wrapped } from './output.ts';

/** What a command is, once: its help, its line in the help of all, and the documentation derive from it. */
export interface CommandDescription {
  readonly name: string;
  /** Half a sentence. */
  readonly summary: string;
  /** Behind the name. */
  readonly usage: string;
  readonly purpose: readonly string[];
  readonly options: readonly OptionDefinition[];
  /** Words that may stand behind it, for completion. */
  readonly words?: readonly string[];
  /** Its first word may be `pod/NAME`, of a cluster. */
  readonly takesPod?: boolean;
  /** Its words may be names of files. */
  readonly takesFiles?: boolean;
  readonly examples: readonly { readonly line: string; readonly what: string }[];
  /** How it may end. */
  readonly ends: readonly ExitCode[];
}

export function commandHelp(command: CommandDescription, columns: number): string {
  const { name, usage, purpose, options, examples, ends } = command;
  return [
    `Usage: alpine-resolver ${name} ${usage}`,
    '',
    ...purpose.flatMap((text) => [...wrapped(text, columns), '']),
    optionsHelp(options, columns),
    'Examples:',
    ...examples.flatMap(({ line, what }) => [`  # ${what}`, `  ${line}`]),
    '',
    'Exit codes:',
    ...exitCodeLines(ends),
    '',
  ].join('\n');
}

export function exitCodeLines(ends: readonly ExitCode[]): string[] {
  return ends.map((end) => `  ${String(exitCodes[end]).padEnd(5)}${exitCodeMeanings[end]}`);
}
