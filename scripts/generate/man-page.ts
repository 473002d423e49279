/** Generates the man page from the descriptions of the commands, in the macros of man(7). */
import { commandDescriptions } from '../../cli/commands.ts';
import { commonOptions, type OptionDefinition } from '../../cli/terminal/arguments.ts';
import type { CommandDescription } from '../../cli/terminal/command-help.ts';
import { exitCodeMeanings, exitCodes, type ExitCode } from '../../cli/terminal/exit-codes.ts';
import { wrapped } from '../../cli/terminal/output.ts';

/** Of its form; what it says is that of the release that it comes with. */
const date = '2026-11-01';

/** docs/man/alpine-resolver.1 */
export function manPage(): string {
  const lines = [
    String.raw`.\" Generated from cli/*/options.ts by npm run generate; do not edit.`,
    `.TH ALPINE\\-RESOLVER 1 ${date} alpine-resolver`,
    '.SH NAME',
    String.raw`alpine-resolver \- names in containers as glibc resolves them`,
    '.SH SYNOPSIS',
    '.B alpine-resolver',
    '.I command',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    ...text(
      'The command line tool of alpine-resolver explains how musl, glibc and the sidecar resolve a name, and decides on manifests as the webhook does. It never changes a cluster. Results go to standard output, what is to say about them to standard error.',
    ),
    ...commandDescriptions.flatMap(commandSection),
    '.SH EXIT STATUS',
    ...(Object.keys(exitCodes) as ExitCode[]).flatMap((end) => [
      '.TP',
      `.B ${exitCodes[end]}`,
      ...text(exitCodeMeanings[end]),
    ]),
    '.SH ENVIRONMENT',
    '.TP',
    '.B NO_COLOR',
    ...text('If it is set and not empty, output has no colours.'),
    '.SH FILES',
    '.TP',
    '.I /etc/resolv.conf',
    ...text('The configuration that explain takes where no option names another.'),
  ];
  return `${lines.join('\n')}\n`;
}

function commandSection({ name, usage, purpose, options, examples }: CommandDescription): string[] {
  const [first = '', ...rest] = purpose;
  return [
    `.SH COMMAND ${name.toUpperCase()}`,
    `.B alpine\\-resolver ${escaped(name)}`,
    `.RI "${escaped(usage)}"`,
    '.PP',
    ...text(first),
    ...rest.flatMap((paragraph) => ['.PP', ...text(paragraph)]),
    ...[...options, ...commonOptions].flatMap(optionItem),
    '.PP',
    examples.length > 1 ? 'Examples:' : 'Example:',
    ...examples.flatMap(({ line, what }) => ['.PP', escaped(`${what}:`), '.PP', '.EX', escaped(line), '.EE']),
  ];
}

function optionItem({ name, short, value, meaning }: OptionDefinition): string[] {
  const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].map((one) => `\\fB${escaped(one)}\\fR`);
  return ['.TP', `${names.join(', ')}${value === undefined ? '' : ` \\fI${escaped(value)}\\fR`}`, ...text(meaning)];
}

/** mandoc asks for lines of at most 80 bytes. */
function text(paragraph: string): string[] {
  return wrapped(paragraph, 72).map(escaped);
}

/** Hyphens that are typed, backslashes, and what would be a request at the beginning of a line. */
function escaped(line: string): string {
  const plain = line
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('…', '...');
  return /^[.']/.test(plain) ? String.raw`\&` + plain : plain;
}
