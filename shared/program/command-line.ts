/** The arguments of both programs, `--help`, and the exit codes. */
import { environmentName, type SettingDefinition } from '../settings/setting-definition.ts';
import { version } from '../values/version.ts';

/** What the command line asks for. */
export type Command =
  /** With these variables before those of the environment. */
  | { readonly do: 'run'; readonly texts?: Environment }
  | { readonly do: 'print'; readonly text: string }
  | { readonly do: 'refuse'; readonly text: string };

/** What `--help` says of a program beside its settings. */
export interface ProgramHelp {
  readonly name: 'sidecar' | 'webhook';
  readonly purpose: string;
  readonly settings: readonly SettingDefinition[];
  /** Which exit code means what, beside those that both programs have. */
  readonly startFailure: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a program takes on the command line beside `--help` and `--version`. */
export interface TakenArguments {
  /** In place of that of the program. */
  readonly purpose?: string;
  /** Of `--help`, behind those that the program has anyway. */
  readonly settings: readonly SettingDefinition[];
  /** Lines of `--help`. */
  readonly lines: readonly string[];
  /** As texts of variables, or a line for each fault. */
  read(
    args: readonly string[],
    environment: Environment,
  ): { readonly texts: Environment } | { readonly refused: readonly string[] };
}

/** sysexits.h: EX_USAGE, EX_SOFTWARE, EX_CONFIG; 1: a part did not start. */
export const exitCodes = { start: 1, usage: 64, fault: 70, configuration: 78 } as const;

/** Both programs are set by their environment: what one takes beside `--help` and `--version`, it reads as variables. */
export function readCommandLine(
  args: readonly string[],
  {
    help,
    taken,
    environment = {},
  }: { help: ProgramHelp; taken?: TakenArguments | undefined; environment?: Environment },
): Command {
  if (args.length === 0) return { do: 'run' };
  const asked = args.length === 1 || taken !== undefined ? args.find((word) => questions.test(word)) : undefined;
  if (asked !== undefined)
    return { do: 'print', text: asked.endsWith('version') ? `${version}\n` : helpText(help, taken) };
  const read = taken?.read(args, environment) ?? { refused: [`unknown argument: ${args.join(' ')}`] };
  if ('texts' in read) return { do: 'run', texts: read.texts };
  return { do: 'refuse', text: [...read.refused, 'settings are environment variables; see --help', ''].join('\n') };
}

const questions = /^(--help|-h|--version)$/;

function helpText({ name, purpose, settings, startFailure }: ProgramHelp, taken: TakenArguments | undefined): string {
  const lines = [...settings, ...(taken?.settings ?? [])].flatMap((definition) => {
    const { kind, meaning } = definition;
    return [
      `  ${environmentName(definition)}`,
      `      ${meaning}`,
      `      ${kind.describe()}; default: ${defaultTexts(definition)}`,
    ];
  });
  return [
    `alpine-resolver ${name} ${version}: ${taken?.purpose ?? purpose}.`,
    '',
    `Usage: node ${name}.cjs [--version | --help${taken ? ' | ARGUMENTS' : ''}]`,
    '',
    'Settings are environment variables:',
    ...lines,
    '',
    ...(taken ? [...taken.lines, ''] : []),
    `Exit codes: 0 after SIGTERM or SIGINT, ${exitCodes.start} ${startFailure}, ${exitCodes.usage} for a wrong argument,`,
    `${exitCodes.configuration} for settings that are unknown or invalid.`,
    '',
  ].join('\n');
}

function defaultTexts(definition: SettingDefinition): string {
  const { defaultText, hostDefaultText } = definition;
  const textOf = (value: unknown): string => (value === undefined ? 'none' : definition.kind.format(value));
  const own = definition.default === undefined ? 'none' : (defaultText ?? textOf(definition.default));
  return 'hostDefault' in definition ? `${own}; host: ${hostDefaultText ?? textOf(definition.hostDefault)}` : own;
}
