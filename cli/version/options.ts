/** The command line of `version`. */
import { commonOptionOf, parseArguments, refuseWords } from '../terminal/arguments.ts';
import { readTarget, targetOptions, type ClusterTarget } from '../terminal/cluster-target.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { outputOption, readOutputFormat, type OutputFormat } from '../terminal/output-format.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface VersionOptions {
  readonly target: ClusterTarget;
  /** No cluster is asked. */
  readonly isClientAlone: boolean;
  readonly output: OutputFormat;
}

export const versionCommand: CommandDescription = {
  name: 'version',
  summary: 'the versions of this tool, of the webhook and of the sidecars',
  usage: '[options]',
  purpose: [
    'Prints the version of this tool, and which ones the webhook and the sidecars of the cluster have, on how many pods, and where they differ. Without a cluster, or without a right, it says what it knows, and what is missing.',
    'It needs the ClusterRole alpine-resolver-check of manifests/command-line/cluster-roles.yaml.',
  ],
  options: [
    { name: 'client', meaning: 'of this tool alone, without a cluster' },
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      names: 'namespaces',
      meaning: 'sidecars of this namespace; without it all of them',
    },
    ...targetOptions,
    outputOption,
  ],
  examples: [
    { line: 'alpine-resolver version', what: 'after an update: who has it, and who does not yet' },
    { line: 'alpine-resolver version --client -o json', what: 'for scripts' },
  ],
  ends: ['done', 'no', 'usage', 'unreachable', 'interrupted'],
};

export function readVersionOptions(args: readonly string[]): VersionOptions | 'help' | 'version' {
  const parsed = parseArguments(args, versionCommand.options);
  const other = commonOptionOf(parsed);
  if (other !== undefined) return other;
  refuseWords(parsed.positionals, versionCommand.name);
  const isClientAlone = parsed.isSet('client');
  const ofCluster = versionCommand.options.find(
    ({ name }) => parsed.isSet(name) && !['client', 'output'].includes(name),
  );
  if (isClientAlone && ofCluster !== undefined)
    throw new UsageError(`--${ofCluster.name} with --client: it is of a cluster, and --client asks none`);
  return { target: readTarget(parsed), isClientAlone, output: readOutputFormat(parsed.value('output')) };
}
