/** The command line of `check`. */
import { checkReasons, type CheckReason } from '../../shared/report/check-reasons.ts';
import { suggestName } from '../../shared/values/suggest-name.ts';
import { injectCommand, readInjectOptions, type InjectOptions } from '../inject/options.ts';
import { parseArguments, type OptionDefinition, type ParsedArguments } from '../terminal/arguments.ts';
import { readSelection, selectionOptions, targetOptions, type ClusterSelection } from '../terminal/cluster-target.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { outputFormats, outputOption, readFormat } from '../terminal/output-format.ts';
import { printable } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { severities, type Severity } from './finding.ts';

export const checkFormats = [...outputFormats, 'sarif', 'junit'] as const;
export type CheckFormat = (typeof checkFormats)[number];

export interface CheckOptions extends Omit<InjectOptions, 'output'> {
  /** Of a cluster; undefined: files are checked. */
  readonly selection: ClusterSelection | undefined;
  /** Whether the API server is asked for the injected pods, without creating them. */
  readonly isAskedOnServer: boolean;
  readonly output: CheckFormat;
  /** The least severity that makes the answer a no; undefined: none. */
  readonly failOn: Severity | undefined;
  readonly ignored: ReadonlySet<CheckReason>;
  readonly baselineFile: string | undefined;
  readonly isAll: boolean;
  readonly isPlayed: boolean;
  /** What the pods look up in the failures that are played. */
  readonly names: readonly string[];
}

const codes = Object.keys(checkReasons) as CheckReason[];
const failures = [...severities, 'never'] as const;

/** Of the options of inject those that say what is known of the cluster. */
const shared = injectCommand.options
  .filter(({ name }) => !['diff', 'output'].includes(name))
  .map((option): OptionDefinition => (option.name === 'namespace' ? { ...option, names: 'namespaces' } : option));

export const checkCommand: CommandDescription = {
  name: 'check',
  summary: 'which pods will meet which DNS failure, and what helps',
  usage: '-f FILE|DIR|- | --cluster [options]',
  purpose: [
    'Says of each pod and pod template in the manifests, before anything breaks, in what its names will resolve otherwise than with glibc, whether injection cures that, and what stands in the way of it. Each finding has a severity, how sure it is, the facts that it rests on, a code, and what to type.',
    'With -f nothing is asked of a cluster. With --cluster the pods that run are checked, each owner once, and before an install also nodes and namespaces: kubelets, Pod Security, quotas and LimitRanges, pods that missed the sidecar. What may not be read is taken as usual, and said so.',
    'The annotation alpine-resolver.io/check-ignore: CODE of a pod or a namespace silences a finding, as --ignore and --baseline do.',
  ],
  options: [
    ...shared,
    { name: 'cluster', meaning: 'check the pods of a cluster, of one namespace or with -A of all' },
    ...selectionOptions,
    ...targetOptions,
    {
      name: 'dry-run-server',
      meaning: 'with --cluster: ask the API server whether it takes the injected pods, without creating one',
    },
    {
      name: 'fail-on',
      value: 'SEVERITY',
      values: failures,
      meaning: `end with 1 where a finding is that bad or worse: ${failures.join(', ')} (error)`,
    },
    { name: 'ignore', value: 'CODE', values: codes, repeatable: true, meaning: 'leave findings of this code out' },
    {
      name: 'baseline',
      value: 'FILE',
      meaning: 'leave out what an earlier --output json of check has, so that only what is new is found',
    },
    { name: 'all', meaning: 'show notes, and what comes to the same end, too' },
    {
      name: 'what-if',
      meaning: 'play the pods through failures of nameservers, in simulated time: who comes to which end, and when',
    },
    {
      name: 'name',
      value: 'NAME',
      repeatable: true,
      meaning: 'with --what-if: look this name up, instead of those of the manifests or some usual ones',
    },
    { ...outputOption, values: checkFormats, meaning: `${checkFormats.join(', ')} (table)` },
  ],
  examples: [
    { line: 'alpine-resolver check -f manifests/ -R', what: 'before they are applied' },
    { line: 'helm template chart/ | alpine-resolver check -f - --fail-on warning', what: 'of what Helm renders' },
    { line: 'alpine-resolver check -f deployment.yaml --what-if', what: 'when nameservers fail' },
    { line: 'alpine-resolver check --cluster -A --all', what: 'of all pods of a cluster' },
  ],
  ends: ['done', 'no', 'usage', 'unreachable', 'interrupted'],
};

export function readCheckOptions(args: readonly string[]): CheckOptions | 'help' | 'version' {
  const parsed = parseArguments(args, checkCommand.options);
  if (parsed.isSet('help')) return 'help';
  if (parsed.isSet('version')) return 'version';
  const given = shared.flatMap(({ name, value }) =>
    parsed.values(name).flatMap((text) => (value === undefined ? [`--${name}`] : [`--${name}`, text])),
  );
  if (parsed.isSet('name') && !parsed.isSet('what-if'))
    throw new UsageError('--name is looked up by --what-if, which is not given');
  if (parsed.isSet('what-if') && ['sarif', 'junit'].includes(parsed.value('output') ?? ''))
    throw new UsageError(`--what-if with --output ${parsed.value('output')}: what is played is no finding of a line`);
  const isCluster = parsed.isSet('cluster');
  refuseMixture(parsed, isCluster);
  const inject = isCluster
    ? clusterInjectOptions(parsed)
    : readInjectOptions([...given, ...parsed.positionals], checkCommand.name);
  if (typeof inject === 'string') return inject;
  return {
    ...inject,
    selection: isCluster ? readSelection(parsed) : undefined,
    isAskedOnServer: parsed.isSet('dry-run-server'),
    output: readFormat(parsed.value('output'), checkFormats),
    failOn: readFailOn(parsed.value('fail-on')),
    ignored: new Set(parsed.values('ignore').map(readCode)),
    baselineFile: parsed.value('baseline'),
    isAll: parsed.isSet('all'),
    isPlayed: parsed.isSet('what-if'),
    names: parsed.values('name').map(readHostName),
  };
}

/** What the cluster says itself. */
const ofFiles = shared.map(({ name }) => name).filter((name) => name !== 'namespace');
const ofCluster = [...selectionOptions, ...targetOptions].map(({ name }) => name).concat('dry-run-server');

function refuseMixture(parsed: ParsedArguments, isCluster: boolean): void {
  const found = (isCluster ? ofFiles : ofCluster).find((name) => parsed.isSet(name));
  if (found !== undefined)
    throw new UsageError(
      isCluster ? `--${found} with --cluster: the cluster says it` : `--${found} goes with --cluster`,
    );
  const [word] = parsed.positionals;
  if (isCluster && word !== undefined) throw new UsageError(`${word}: check --cluster takes no words but options`);
}

/** In which nothing is given. */
function clusterInjectOptions(parsed: ParsedArguments): InjectOptions {
  const namespace = parsed.value('namespace');
  const empty = readInjectOptions(
    ['-f', '-', ...(namespace === undefined ? [] : ['-n', namespace])],
    checkCommand.name,
  );
  if (typeof empty === 'string') throw new UsageError(empty);
  return { ...empty, files: [] };
}

function readHostName(text: string): string {
  if (text !== '' && !/[\s/]/.test(text) && printable(text) === text) return text;
  throw new UsageError(`--name ${JSON.stringify(text)}: that is no name that can be looked up`);
}

function readFailOn(text = 'error'): Severity | undefined {
  const found = failures.find((each) => each === text);
  if (found === undefined) throw new UsageError(`--fail-on ${text}: it is one of ${failures.join(', ')}`);
  return found === 'never' ? undefined : found;
}

function readCode(text: string): CheckReason {
  const code = codes.find((each) => each === text);
  if (code !== undefined) return code;
  const suggestion = suggestName(text, codes);
  throw new UsageError(
    `--ignore ${text}: there is no such finding${suggestion === undefined ? '; alpine-resolver reasons has all' : `, did you mean ${suggestion}?`}`,
  );
}
