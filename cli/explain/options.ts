/** The command line of `explain`. */
import { alpineReleases, knownAlpineReleases, muslOf, type ChosenMusl } from '../models/alpine-releases.ts';
import { assumedDomain, assumedNameserver, defaultNamespace } from '../inject/options.ts';
import { parseArguments, type ParsedArguments } from '../terminal/arguments.ts';
import { readPodWord, readTarget, targetOptions, type ClusterTarget } from '../terminal/cluster-target.ts';
import { readAddress, readDomain, readNamespace } from '../terminal/cluster-values.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { printable } from '../terminal/output.ts';
import { outputOption, readOutputFormat, type OutputFormat } from '../terminal/output-format.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface ExplainOptions {
  readonly name: string;
  /** Of a cluster; undefined: none of it is read. */
  readonly pod: AskedPod | undefined;
  readonly target: ClusterTarget;
  readonly files: readonly string[];
  readonly isRecursive: boolean;
  readonly namespace: string;
  /** Which of the files; undefined: the first. */
  readonly workload: string | undefined;
  readonly clusterDomain: string | undefined;
  /** undefined: the machine's. */
  readonly resolvConfFile: string | undefined;
  readonly nameservers: readonly string[];
  readonly port: number;
  readonly scenarioFile: string | undefined;
  /** Empty: what the images say. */
  readonly musl: readonly ChosenMusl[];
  readonly isReal: boolean;
  readonly failsOnDifference: boolean;
  readonly output: OutputFormat;
  /** For the page. */
  readonly htmlFile: string | undefined;
  readonly isRedacted: boolean;
}

export interface AskedPod {
  readonly name: string;
  /** Its own sidecar is asked. */
  readonly isAskedInside: boolean;
}

const standardDnsPort = 53;

export const explainCommand: CommandDescription = {
  name: 'explain',
  summary: 'what musl, glibc and the sidecar make of a name, step by step',
  usage: '[pod/POD] NAME [options]',
  purpose: [
    'Looks NAME up as glibc does, as each musl does, and as musl does through the sidecar, and shows for each what it asks, what comes back, and what it makes of that; and the point where they part, with the number under which the documentation has it.',
    "The configuration is this machine's /etc/resolv.conf, that of --resolv-conf, or that of the first pod in -f, as the webhook decides on it. Its nameservers are asked, or those of a scenario in simulated time: then nothing leaves this machine, and no timeout is waited for.",
    'With pod/POD the configuration is that of a pod of the cluster, as its annotation has it. --in-pod pod/POD asks the sidecar in the pod itself, over a port-forward, and shows what it asks there, what it gets, and what its caches hold; that needs get on pods, and get and create on pods/portforward.',
    'The hosts file is left out. Without --musl, and where no image says its release, every generation of musl is played.',
  ],
  options: [
    {
      name: 'filename',
      short: 'f',
      aliases: ['file'],
      value: 'FILE',
      repeatable: true,
      meaning: 'as in a pod of this manifest (YAML or JSON), of a folder of them, or of - for standard input',
    },
    { name: 'recursive', short: 'R', meaning: 'of a folder, the manifests in its folders, too' },
    {
      name: 'workload',
      value: 'KIND/NAME',
      meaning: 'which pod or pod template of the manifests; without it, the first',
    },
    { name: 'in-pod', value: 'pod/POD', names: 'pods', meaning: 'ask the sidecar of this pod, in the pod' },
    {
      name: 'namespace',
      short: 'n',
      value: 'NAMESPACE',
      names: 'namespaces',
      meaning: `that of the pod; of objects in -f that name none (${defaultNamespace})`,
    },
    ...targetOptions,
    { name: 'cluster-domain', value: 'DOMAIN', meaning: `the cluster's domain (${assumedDomain})` },
    {
      name: 'resolv-conf',
      value: 'FILE',
      meaning: 'the configuration of this file; with -f, that of the node, for pods with dnsPolicy Default',
    },
    {
      name: 'nameserver',
      value: 'ADDRESS',
      repeatable: true,
      meaning: 'ask this one instead of those of the configuration; may be given several times',
    },
    { name: 'port', value: 'PORT', meaning: `port of the nameservers (${standardDnsPort})` },
    {
      name: 'scenario',
      value: 'FILE',
      meaning: 'ask the nameservers of this scenario (YAML or JSON) in simulated time',
    },
    {
      name: 'musl',
      value: 'VERSION',
      values: alpineReleases,
      repeatable: true,
      meaning: 'the release of musl, or of Alpine such as 3.20; of two, those between them, too',
    },
    { name: 'real', meaning: "ask this machine's real glibc and musl, too" },
    outputOption,
    {
      name: 'html',
      value: 'FILE',
      meaning: 'write a page with the timelines drawn to scale, too; - prints it instead of the rest',
    },
    { name: 'redact', meaning: 'other names in the place of those that are asked, searched and found' },
    { name: 'fail-on-difference', meaning: 'end with 1 where musl or the sidecar comes to another end than glibc' },
  ],
  takesPod: true,
  examples: [
    { line: 'alpine-resolver explain db.prod', what: "with this machine's nameservers" },
    {
      line: 'alpine-resolver explain cart.shop.svc -f deployment.yaml --scenario zone.yaml',
      what: 'as in a pod, before nameservers with faults',
    },
    { line: 'alpine-resolver explain --in-pod pod/web-0 -n shop db.prod', what: 'by the sidecar of a pod, there' },
    {
      line: 'alpine-resolver explain example.com --musl 3.16 --nameserver 192.0.2.53',
      what: 'as in Alpine 3.16, at another nameserver',
    },
  ],
  ends: ['done', 'no', 'usage', 'unreachable', 'interrupted'],
};

export function readExplainOptions(args: readonly string[]): ExplainOptions | 'help' | 'version' {
  const parsed = parseArguments(args, explainCommand.options);
  if (parsed.isSet('help')) return 'help';
  if (parsed.isSet('version')) return 'version';
  const { pod, words } = readPod(parsed);
  refuseContradictions(parsed, pod);
  return {
    name: readName(words, pod),
    pod,
    target: readTarget(parsed),
    files: parsed.values('filename'),
    isRecursive: parsed.isSet('recursive'),
    namespace: readNamespace(parsed.value('namespace') ?? defaultNamespace),
    workload: parsed.value('workload'),
    clusterDomain: readDomain(parsed.value('cluster-domain')),
    resolvConfFile: parsed.value('resolv-conf'),
    nameservers: parsed.values('nameserver').map(readAddress),
    port: readPort(parsed.value('port')),
    scenarioFile: parsed.value('scenario'),
    musl: parsed.values('musl').map(readMusl),
    isReal: parsed.isSet('real'),
    failsOnDifference: parsed.isSet('fail-on-difference'),
    output: readOutputFormat(parsed.value('output')),
    htmlFile: parsed.value('html'),
    isRedacted: parsed.isSet('redact'),
  };
}

/** What is said where the cluster's DNS is not given. */
export const assumedClusterDns = `the cluster's DNS is ${assumedNameserver} (--nameserver)`;

/** The pod stands in front of the name, or behind --in-pod. */
function readPod(parsed: ParsedArguments): { readonly pod: AskedPod | undefined; readonly words: readonly string[] } {
  const [first = '', ...rest] = parsed.positionals;
  const inside = parsed.value('in-pod');
  const given = inside === undefined ? undefined : (readPodWord(inside) ?? readPodWord(`pod/${inside}`));
  if (inside !== undefined && given === undefined)
    throw new UsageError(`--in-pod ${inside}: it must be a pod, such as pod/web-0`);
  const word = readPodWord(first);
  if (word === undefined)
    return { pod: given === undefined ? undefined : podOf(given, true), words: parsed.positionals };
  if (given !== undefined) throw new UsageError(`${first} with --in-pod: it is one pod`);
  return { pod: podOf(word, false), words: rest };
}

function podOf(name: string, isAskedInside: boolean): AskedPod {
  return { name, isAskedInside };
}

/** What plays a lookup here has no say in what the pod's own sidecar does. */
const played = ['musl', 'nameserver', 'port', 'scenario', 'resolv-conf', 'real', 'fail-on-difference'];

function refuseForPod(parsed: ParsedArguments, { isAskedInside }: AskedPod): void {
  for (const option of ['filename', 'recursive', 'workload', 'cluster-domain', ...(isAskedInside ? played : [])])
    if (parsed.isSet(option))
      throw new UsageError(`--${option} with ${isAskedInside ? '--in-pod' : 'pod/POD'}: the cluster says it`);
}

function refuseContradictions(parsed: ParsedArguments, pod: AskedPod | undefined): void {
  const refuse = (option: string, other: string, why: string): void => {
    if (parsed.isSet(option) && parsed.isSet(other)) throw new UsageError(`--${option} with --${other}: ${why}`);
  };
  refuse('real', 'scenario', 'real libraries cannot be asked in simulated time');
  refuse('real', 'port', 'a resolv.conf has no port, and real libraries ask at 53');
  refuse('port', 'scenario', 'the nameservers of a scenario have no other port than 53');
  if (pod !== undefined) return refuseForPod(parsed, pod);
  for (const option of ['context', 'kubeconfig', 'as'])
    if (parsed.isSet(option)) throw new UsageError(`--${option} is about the cluster of pod/POD, which is not given`);
  for (const option of ['workload', 'namespace', 'recursive', 'cluster-domain'])
    if (parsed.isSet(option) && !parsed.isSet('filename'))
      throw new UsageError(`--${option} is about the manifests of -f FILE, which is not given`);
  const files = [...parsed.values('filename'), parsed.value('resolv-conf'), parsed.value('scenario')];
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('standard input (-) can be read once only');
}

function readName(words: readonly string[], pod: AskedPod | undefined): string {
  const [name, more] = words;
  if (name === undefined && pod !== undefined)
    throw new UsageError(
      `a NAME stands behind the pod, such as: alpine-resolver explain pod/${pod.name} example.com; a file is given with -f`,
    );
  if (name === undefined) throw new UsageError('explain needs a NAME, such as: alpine-resolver explain example.com');
  if (more !== undefined) throw new UsageError(`explain takes one name; ${more} is a second one`);
  if (name === '' || /[\s/]/.test(name) || printable(name) !== name)
    throw new UsageError(`${JSON.stringify(name)} is no name that can be looked up; a file is given with -f`);
  return name;
}

function readMusl(text: string): ChosenMusl {
  const musl = muslOf(text);
  if (musl !== undefined) return musl;
  throw new UsageError(
    `--musl ${text}: there is a model of musl 1.1.17 and later, such as 1.2.5, which are Alpine ${knownAlpineReleases()}`,
  );
}

function readPort(text: string | undefined): number {
  const port = text === undefined ? standardDnsPort : Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`--port ${text}: a port is an integer from 1 to 65535`);
}
