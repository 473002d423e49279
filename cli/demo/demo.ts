/**
 * `alpine-resolver demo`: both real programs on loopback, a pod that the webhook changes, and names looked up with
 * and without the sidecar.
 */
import { version } from '../../shared/version.ts';
import { parseResolvConf } from '../../sidecar/decide/resolv-conf.ts';
import { heading, print, styled } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import type { ClusterDns } from './cluster-dns.ts';
import { CLUSTER_DNS_ADDRESS, demoNames } from './cluster-zone.ts';
import { injectAndPrint, injectSample, samplePods } from './injection.ts';
import { printInvitation } from './invitation.ts';
import { lookUpNames, type NameLookups } from './lookups.ts';
import { readManifestFile, readTextFile } from './manifests.ts';
import type { DemoOptions } from './options.ts';
import { writePodFiles, type PodFiles } from './pod-files.ts';
import { startProgress } from './progress.ts';
import { buildRealLibcs, lookUpNamesReally } from './real-lookups.ts';
import {
  LOOPBACK,
  startNameserver,
  startSidecar,
  startWebhook,
  temporaryFolder,
  type Stage,
  type StartedSidecar,
} from './stage.ts';
import { lookupTable, summaryText, type TableTitles } from './table.ts';

const DNS_PORT = 53;
const WARM_UP_NAME = 'kubernetes.default.svc';
const INTERNET_NAMES = ['example.com', 'dns.google', 'www.wikipedia.org', 'no-such-host.example'];

/**
 * @param folder where the bundles of the programs are
 * @param stopped resolves when the user wants the demo to end, at whatever point it is
 */
export async function runDemo(options: DemoOptions, folder: string, stopped: Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  await Promise.race([stopped, show(options, { stack, folder })]);
}

async function show(options: DemoOptions, stage: Stage): Promise<void> {
  const { stack } = stage;
  const resolvConf = options.resolvConfFile === undefined ? undefined : readNameservers(options.resolvConfFile);
  const given = options.podFiles.flatMap(readManifestFile);
  print(`${styled('bold', `alpine-resolver ${version}`)}  both programs run on loopback: no root, no cluster`);

  print(heading('1  What the webhook changes in a pod'));
  const webhook = await startWebhook(stage);
  const review = { webhookPort: webhook.port, resolvConf, isFull: options.full };
  const injected = await injectAndPrint(given.length > 0 ? given : samplePods(), review);
  if (injected === undefined) print('  Below, names are looked up as in the sample pod.');
  const { namespace, pod } = injected ?? (await injectSample(review));

  const [dnsAddress, dnsPort] = options.real ? [CLUSTER_DNS_ADDRESS, DNS_PORT] : [LOOPBACK, 0];
  const clusterDns =
    resolvConf === undefined ? await startNameserver(stage, namespace, dnsAddress, dnsPort) : undefined;
  const place = (text: string) => (dnsPort === 0 && clusterDns ? onLoopback(text) : text);
  const files = writePodFiles(temporaryFolder(stack), pod, place);
  const upstreamPort = clusterDns?.port ?? options.port;
  const sidecar = await startSidecar(stage, files, upstreamPort, dnsPort);

  print(heading('2  What its programs then resolve'));
  const whys = demoNames(namespace);
  const names = namesOf(
    options,
    whys.map(({ name }) => name),
  );
  const setup = { files, clusterDns, upstreamPort, sidecar, options };
  const { rows, titles } = await lookUp(names, setup);
  print(...lookupTable(rows, titles, (name) => whys.find((why) => why.name === name)?.why ?? ''));
  print(...summaryText(rows));
  if (options.once) return;
  if (!options.real) printInvitation({ files, sidecar, clusterDns, name: exampleName(rows) });
  await Promise.race([sidecar.program.ended.then(fail), webhook.program.ended.then(fail)]);
}

interface LookupParts {
  readonly files: PodFiles;
  /** Undefined: the nameservers are the user's. */
  readonly clusterDns: ClusterDns | undefined;
  readonly upstreamPort: number;
  readonly sidecar: StartedSidecar;
  readonly options: DemoOptions;
}

/** By the models over real sockets, or by the machine's own libraries. */
async function lookUp(
  names: readonly string[],
  { files, clusterDns, upstreamPort, sidecar, options }: LookupParts,
): Promise<{ readonly rows: NameLookups[]; readonly titles: TableTitles }> {
  const progress = startProgress(names.length);
  try {
    if (options.real && clusterDns !== undefined) {
      const libcs = await buildRealLibcs(files.folder);
      const setup = { libcs, files, clusterDns, adminPort: sidecar.adminPort };
      const rows = await lookUpNamesReally(names, setup, progress.show);
      return { rows, titles: titlesOf(`real musl ${libcs.musl.version}`, `real glibc ${libcs.glibc.version}`) };
    }
    const { original, seen } = files;
    const { generation, muslVersion } = options;
    const warmUp = clusterDns === undefined ? {} : { warmUpName: WARM_UP_NAME };
    const setup = { original, upstreamPort, seen, sidecarPort: sidecar.port, generation, ...warmUp };
    const rows = await lookUpNames(names, setup, progress.show);
    return { rows, titles: titlesOf(`musl ${muslVersion}`, 'glibc (Debian)') };
  } finally {
    progress.end();
  }
}

function titlesOf(musl: string, glibc: string): TableTitles {
  return { musl: `${musl} alone`, glibc, injected: `${musl} + sidecar` };
}

function readNameservers(file: string): string {
  const text = readTextFile(file);
  if (!parseResolvConf(text, { hostName: '' }).hasNameserver) throw new UsageError(`${file} names no nameserver`);
  return text;
}

function namesOf({ names, resolvConfFile }: DemoOptions, embedded: readonly string[]): readonly string[] {
  if (names.length > 0) return names;
  return resolvConfFile === undefined ? embedded : INTERNET_NAMES;
}

/** The demo's nameserver plays the cluster's; it is one, however many the pod has. */
function onLoopback(resolvConf: string): string {
  const lines = resolvConf.split('\n').filter((line) => !/^nameserver\s/.test(line));
  return [`# played by ${LOOPBACK}: ${CLUSTER_DNS_ADDRESS}`, `nameserver ${LOOPBACK}`, ...lines].join('\n');
}

/** One that musl alone resolves otherwise, if there is one. */
function exampleName(rows: readonly NameLookups[]): string {
  const found = rows.find(({ musl, injected }) => musl.outcome !== 'OK' && injected.outcome === 'OK');
  return (found ?? rows[0])?.name ?? 'localhost';
}

function fail(error: Error): never {
  throw error;
}
