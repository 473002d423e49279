/** The command line of `status`. */
import { parseArguments } from '../terminal/arguments.ts';
import {
  readPodWord,
  readSelection,
  selectionOptions,
  targetOptions,
  type ClusterSelection,
} from '../terminal/cluster-target.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { outputOption, readOutputFormat, type OutputFormat } from '../terminal/output-format.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface StatusOptions {
  readonly what: { readonly is: 'all' } | { readonly is: 'missed' } | { readonly is: 'pod'; readonly name: string };
  readonly selection: ClusterSelection;
  readonly isWatched: boolean;
  readonly output: OutputFormat;
}

export const statusCommand: CommandDescription = {
  name: 'status',
  summary: 'what a cluster has of it: webhook, pods with and without',
  usage: '[missed | pod/POD] [options]',
  purpose: [
    'Shows the webhook (replicas, configuration, CA, certificate), the namespaces that have opted in, and of their pods how many are injected, missed and skipped, and why; versions and restarts of the sidecars, and what goes wrong most, from the metrics of a few of them. What may not be read is not known, and said so; where pods, namespaces or the webhook configuration are not, the exit code is 3.',
    'missed lists what has to be restarted for the pods that were created without the sidecar, as commands; it decides as the webhook does. pod/POD shows what was added to one pod, the configuration in force, and why.',
    'Nothing is changed. manifests/command-line/cluster-roles.yaml has the rights that it can use.',
  ],
  options: [
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      names: 'namespaces',
      meaning: 'of this namespace; without it all of them, and for pod/POD that of the context',
    },
    ...selectionOptions,
    ...targetOptions,
    { name: 'watch', short: 'w', meaning: 'show it again every 5 seconds, until Ctrl-C' },
    outputOption,
  ],
  words: ['missed'],
  takesPod: true,
  examples: [
    { line: 'alpine-resolver status', what: 'of the whole cluster' },
    { line: 'alpine-resolver status missed -n shop | sh', what: 'restart what missed the sidecar, after a look at it' },
    { line: 'alpine-resolver status pod/web-0 -n shop', what: 'of one pod' },
  ],
  ends: ['done', 'no', 'usage', 'unreachable', 'interrupted'],
};

export function readStatusOptions(args: readonly string[]): StatusOptions | 'help' | 'version' {
  const parsed = parseArguments(args, statusCommand.options);
  if (parsed.isSet('help')) return 'help';
  if (parsed.isSet('version')) return 'version';
  const selection = readSelection(parsed);
  const what = readWhat(parsed.positionals);
  if (what.is === 'pod' && (selection.isAllNamespaces || selection.selector !== undefined))
    throw new UsageError('pod/POD is one pod: neither --all-namespaces nor --selector goes with it');
  const isWatched = parsed.isSet('watch');
  const output = readOutputFormat(parsed.value('output'));
  if (isWatched && (what.is !== 'all' || output !== 'table'))
    throw new UsageError('--watch is for the table of the whole: it goes with no other output, word or pod');
  return { what, selection, isWatched, output };
}

function readWhat(words: readonly string[]): StatusOptions['what'] {
  const [word, more] = words;
  if (more !== undefined) throw new UsageError(`status takes one word; ${more} is a second one`);
  if (word === undefined) return { is: 'all' };
  if (word === 'missed') return { is: 'missed' };
  const name = readPodWord(word);
  if (name === undefined) throw new UsageError(`status ${word}: it takes missed or a pod, such as pod/web-0`);
  return { is: 'pod', name };
}
