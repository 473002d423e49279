/** The arguments of both programs, `--help`, and the exit codes. */
import { environmentName, type SettingDefinition } from '../settings/setting-definition.ts';
import { version } from '../values/version.ts';

/** What the command line asks for. */
export type Command =
  | { readonly do: 'run' }
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

/** sysexits.h: EX_USAGE, EX_SOFTWARE, EX_CONFIG; 1: a part did not start. */
export const exitCodes = { start: 1, usage: 64, fault: 70, configuration: 78 } as const;

/** Both programs are set by their environment: there is nothing to say on the command line but `--help` and `--version`. */
export function readCommandLine(args: readonly string[], help: ProgramHelp): Command {
  const [first, ...rest] = args;
  if (first === undefined) return { do: 'run' };
  if (rest.length === 0 && first === '--version') return { do: 'print', text: `${version}\n` };
  if (rest.length === 0 && (first === '--help' || first === '-h')) return { do: 'print', text: helpText(help) };
  return {
    do: 'refuse',
    text: `unknown argument: ${args.join(' ')}\nsettings are environment variables; see --help\n`,
  };
}

function helpText({ name, purpose, settings, startFailure }: ProgramHelp): string {
  const lines = settings.flatMap((definition) => {
    const { kind, meaning } = definition;
    return [
      `  ${environmentName(definition)}`,
      `      ${meaning}`,
      `      ${kind.describe()}; default: ${defaultTexts(definition)}`,
    ];
  });
  return [
    `alpine-resolver ${name} ${version}: ${purpose}.`,
    '',
    `Usage: node ${name}.cjs [--version | --help]`,
    '',
    'Settings are environment variables:',
    ...lines,
    '',
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
