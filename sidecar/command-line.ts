import { environmentName, sidecarSettings } from '../shared/settings.ts';
import { version } from '../shared/version.ts';

/** What the command line asks for. */
export type Command =
  | { readonly do: 'run' }
  | { readonly do: 'print'; readonly text: string }
  | { readonly do: 'refuse'; readonly text: string };

export function readCommandLine(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === undefined) return { do: 'run' };
  if (rest.length === 0 && first === '--version') return { do: 'print', text: `${version}\n` };
  if (rest.length === 0 && (first === '--help' || first === '-h')) return { do: 'print', text: helpText() };
  return {
    do: 'refuse',
    text: `unknown argument: ${args.join(' ')}\nsettings are environment variables; see --help\n`,
  };
}

function helpText(): string {
  const lines = sidecarSettings.flatMap((definition) => {
    const { kind, meaning } = definition;
    const value = definition.default === undefined ? 'none' : kind.format(definition.default as never);
    return [`  ${environmentName(definition)}`, `      ${meaning}`, `      ${kind.describe()}; default: ${value}`];
  });
  return [
    `alpine-resolver sidecar ${version}: answers the DNS queries of the pod as glibc would resolve them.`,
    '',
    'Usage: node sidecar.cjs [--version | --help]',
    '',
    'Settings are environment variables:',
    ...lines,
    '',
    'Exit codes: 0 after SIGTERM or SIGINT, 1 when an address cannot be bound, 64 for a wrong argument,',
    '78 for settings that are unknown or invalid.',
    '',
  ].join('\n');
}
