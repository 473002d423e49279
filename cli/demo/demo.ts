/**
 * `alpine-resolver demo`: both real programs on loopback, a pod that the webhook changes, and names looked up with
 * and without the sidecar.
 */
import { version } from '../../shared/values/version.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { parseResolvConf } from '../../shared/resolv-conf/resolv-conf.ts';
import { readObjects } from '../manifests/documents.ts';
import { buildRealLibcs } from '../network/real-libcs.ts';
import { formatOthers, podsOf, type ManifestContents } from '../manifests/pods.ts';
import { fileTitle, readTextFile } from '../manifests/text.ts';
import type { NameLookups } from '../report/comparison.ts';
import { lookupTable, summaryText, type TableTitles } from '../report/lookup-table.ts';
import { remarksOf } from '../report/remarks.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { heading, outputColumns, print, printText, styled } from '../terminal/output.ts';
import { startProgress } from '../terminal/progress.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { ClusterDns } from './cluster-dns.ts';
import { defaultDomain, defaultNameserver, demoNames, sampleNodeSearch, type Cluster } from './cluster-zone.ts';
import { injectAndPrint, injectSample, samplePods } from './injection.ts';
import { printInvitation, printNews } from './invitation.ts';
import { configurationsOf, lookUpNames } from './lookups.ts';
import type { DemoOptions } from './options.ts';
import { writePodFiles, type PodFiles } from './pod-files.ts';
import { lookUpNamesReally } from './real-lookups.ts';
import {
  loopback,
  startNameserver,
  startSidecar,
  startWebhook,
  temporaryFolder,
  type Stage,
  type StartedSidecar,
} from './stage.ts';

const standardDnsPort = 53;
const internetNames = ['example.com', 'dns.google', 'www.wikipedia.org', 'no-such-host.example'];

/**
 * @param folder where the bundles of the programs are
 * @param stopped resolves when the user wants the demo to end, at whatever point it is
 * @returns the exit code
 */
export async function runDemo(options: DemoOptions, folder: string, stopped: Promise<void>): Promise<number> {
  await using stack = new AsyncDisposableStack();
  return await Promise.race([stopped.then(() => exitCodes.done), show(options, { stack, folder })]);
}

async function show(options: DemoOptions, stage: Stage): Promise<number> {
  const resolvConf = readNameservers(options);
  const given = readManifests(options);
  const cluster = clusterOf(options);
  print(`${styled('bold', `alpine-resolver ${version}`)}  both programs run on loopback: no root, no cluster`);

  print(heading('1  What the webhook changes in a pod'));
  const webhook = await startWebhook(stage, cluster);
  const review = { webhookPort: webhook.port, resolvConf, isFull: options.full };
  const { first, refused } = await injectAndPrint(given?.pods ?? samplePods(), review);
  if (given !== undefined) printAssumptions(options, cluster, given);
  const exitCode = refused > 0 ? exitCodes.no : exitCodes.done;
  if (given !== undefined && options.names.length === 0) return exitCode;
  if (first === undefined) print('', '  Below, names are looked up as in the sample pod.');
  const { namespace, pod } = first ?? (await injectSample(review));

  const injected = { options, cluster, namespace, pod };
  const resolvers = await startResolvers(stage, { ...injected, hasNameservers: resolvConf !== undefined });
  const { sidecar } = resolvers;
  print(heading('2  What its programs then resolve'));
  const rows = await showLookups(resolvers, injected);
  if (options.once) return exitCode;
  if (!options.real) printInvitation({ ...resolvers, name: exampleName(rows) });
  printNews(sidecar);
  return Promise.race([sidecar.program.ended.then(fail), webhook.program.ended.then(fail)]);
}

interface Injected {
  readonly options: DemoOptions;
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly pod: JsonObject;
}

interface Resolvers {
  /** Undefined: the nameservers are the user's. */
  readonly clusterDns: ClusterDns | undefined;
  readonly files: PodFiles;
  readonly upstreamPort: number;
  readonly sidecar: StartedSidecar;
}

/** The pod's sidecar, and a nameserver that plays the cluster's where the user names none. */
async function startResolvers(
  stage: Stage,
  { options, cluster, namespace, pod, hasNameservers }: Injected & { readonly hasNameservers: boolean },
): Promise<Resolvers> {
  const [dnsAddress, dnsPort] = options.real ? [cluster.nameserver, standardDnsPort] : [loopback, 0];
  const clusterDns = hasNameservers ? undefined : await startNameserver(stage, cluster, namespace, dnsAddress, dnsPort);
  const place = (text: string) => (dnsPort === 0 && clusterDns ? onLoopback(text) : text);
  const files = writePodFiles(temporaryFolder(stage.stack), pod, place);
  const upstreamPort = clusterDns?.port ?? options.port;
  const sidecar = await startSidecar(stage, files, upstreamPort, dnsPort);
  return { clusterDns, files, upstreamPort, sidecar };
}

/** Prints what each library makes of the names. */
async function showLookups(
  resolvers: Resolvers,
  { options, cluster, namespace }: Injected,
): Promise<readonly NameLookups[]> {
  const { clusterDns, files, upstreamPort, sidecar } = resolvers;
  const names = namesOf(options, demoNames(namespace));
  const warmUpName = clusterDns && `kubernetes.default.svc.${cluster.domain}`;
  const { rows, titles } = await lookUp(names, { ...resolvers, options, warmUpName });
  const configurations = configurationsOf({
    ...{ original: files.original, upstreamPort, seen: files.seen, sidecarPort: sidecar.port },
    generation: options.musl.generation,
  });
  print(...lookupTable(rows, titles, (row) => remarksOf(row, configurations), outputColumns()));
  print(...summaryText(rows, outputColumns()));
  if (clusterDns !== undefined && options.names.length > 0) printUnknownNames(rows);
  return rows;
}

function clusterOf({ clusterDomain, nameserver, podFiles }: DemoOptions): Cluster {
  return {
    domain: clusterDomain ?? defaultDomain,
    nameserver: nameserver ?? defaultNameserver,
    // Pods of the user's get nothing that their nodes do not have.
    nodeSearch: podFiles.length > 0 ? [] : sampleNodeSearch,
  };
}

/** Undefined: the user gave none. */
function readManifests({ podFiles, folder, namespace }: DemoOptions): ManifestContents | undefined {
  if (podFiles.length === 0) return undefined;
  const objects = podFiles.flatMap((file) => readObjects(readTextFile(file, folder), fileTitle(file)));
  const contents = podsOf(objects, namespace);
  if (contents.pods.length > 0) return contents;
  const has = contents.others.size > 0 ? formatOthers(contents.others) : 'nothing';
  throw new UsageError(
    `${podFiles.map(fileTitle).join(', ')}: no Pod and nothing with a pod template is in there; it has ${has}`,
  );
}

/** What the change above rests on, and what of the user's files it leaves out. */
function printAssumptions(options: DemoOptions, cluster: Cluster, { others }: ManifestContents): void {
  print('');
  if (others.size > 0) printText(`Beside them, without a pod: ${formatOthers(others)}.`, 'dim');
  const dns =
    options.resolvConfFile === undefined
      ? `cluster domain ${cluster.domain} (--cluster-domain), cluster DNS at ${cluster.nameserver} (--nameserver), no search domains of the nodes`
      : `nameservers and search list as in ${fileTitle(options.resolvConfFile)}`;
  printText(
    `Assumed: the namespace opted in and has no settings and limits of its own; ${options.namespace} is the namespace of objects that name none (--namespace); ${dns}.`,
    'dim',
  );
}

/** Of the names that a user gives most are of the world outside, which the embedded DNS does not know. */
function printUnknownNames(rows: readonly NameLookups[]): void {
  if (rows.some(({ glibc }) => glibc.outcome === 'NONAME'))
    printText(
      'The embedded cluster DNS knows the names of the sample only; --resolv-conf /etc/resolv.conf asks your own nameservers.',
      'dim',
    );
}

interface LookupParts extends Resolvers {
  readonly options: DemoOptions;
  readonly warmUpName: string | undefined;
}

/** By the models over real sockets, or by the machine's own libraries. */
async function lookUp(
  names: readonly string[],
  { files, clusterDns, upstreamPort, sidecar, options, warmUpName }: LookupParts,
): Promise<{ readonly rows: NameLookups[]; readonly titles: TableTitles }> {
  const total = names.length;
  const text = (done: number) => `  looking up, ${done} of ${total} done; some wait for timeouts …`;
  const progress = startProgress(text(0));
  const onDone = (done: number) => progress.show(text(done));
  try {
    if (options.real && clusterDns !== undefined) {
      const libcs = await buildRealLibcs(files.folder);
      const setup = { libcs, files, clusterDns, adminPort: sidecar.adminPort };
      const rows = await lookUpNamesReally(names, setup, onDone);
      return { rows, titles: titlesOf(`real musl ${libcs.musl.version}`, `real glibc ${libcs.glibc.version}`) };
    }
    const { original, seen } = files;
    const { generation, version: muslVersion } = options.musl;
    const setup = { original, upstreamPort, seen, sidecarPort: sidecar.port, generation, warmUpName };
    const rows = await lookUpNames(names, setup, onDone);
    return { rows, titles: titlesOf(`musl ${muslVersion}`, 'glibc (Debian)') };
  } finally {
    progress.end();
  }
}

function titlesOf(musl: string, glibc: string): TableTitles {
  // A real one has its kind in front; the columns have no room for more.
  const isReal = musl.startsWith('real');
  return { musl: isReal ? musl : `${musl} alone`, glibc, injected: 'musl + sidecar' };
}

/** Undefined: the user named no file. */
function readNameservers({ resolvConfFile, folder }: DemoOptions): string | undefined {
  if (resolvConfFile === undefined) return undefined;
  const text = readTextFile(resolvConfFile, folder);
  if (!parseResolvConf(text).hasNameserver) throw new UsageError(`${fileTitle(resolvConfFile)} names no nameserver`);
  return text;
}

function namesOf({ names, resolvConfFile }: DemoOptions, embedded: readonly string[]): readonly string[] {
  if (names.length > 0) return names;
  return resolvConfFile === undefined ? embedded : internetNames;
}

/** The demo's nameserver plays the cluster's; it is one, however many the pod has. */
function onLoopback(resolvConf: string): string {
  const lines = resolvConf.split('\n').filter((line) => !/^nameserver\s/.test(line));
  return ['# played on loopback: the cluster DNS', `nameserver ${loopback}`, ...lines].join('\n');
}

/** One that musl alone resolves otherwise, if there is one. */
function exampleName(rows: readonly NameLookups[]): string {
  const found = rows.find(({ musl, injected }) => musl.outcome !== 'OK' && injected.outcome === 'OK');
  return (found ?? rows[0])?.name ?? 'localhost';
}

function fail(error: Error): never {
  throw error;
}
