/**
 * `alpine-resolver demo`: both real programs on loopback, a pod that the webhook changes, and names looked up with
 * and without the sidecar.
 */
import { version } from '../../shared/version.ts';
import { heading, print, styled } from '../terminal.ts';
import { CLUSTER_DNS_ADDRESS, demoNames } from './cluster-zone.ts';
import { injectAndPrint, injectSample, samplePods } from './injection.ts';
import { printInvitation } from './invitation.ts';
import { lookUpNames, type NameLookups } from './lookups.ts';
import { readManifestFile, readTextFile } from './manifests.ts';
import type { DemoOptions } from './options.ts';
import { writePodFiles } from './pod-files.ts';
import { startProgress } from './progress.ts';
import { LOOPBACK, startNameserver, startSidecar, startWebhook } from './stage.ts';
import { lookupTable, summaryText } from './table.ts';

const WARM_UP_NAME = 'kubernetes.default.svc';
const INTERNET_NAMES = ['example.com', 'dns.google', 'registry.npmjs.org', 'no-such-host.example'];

/**
 * @param folder where the bundles of the programs are
 * @param stopped resolves when the user wants the demo to end
 */
export async function runDemo(options: DemoOptions, folder: string, stopped: Promise<void>): Promise<void> {
  const resolvConf = options.resolvConfFile === undefined ? undefined : readTextFile(options.resolvConfFile);
  const given = options.podFiles.flatMap(readManifestFile);
  await using stack = new AsyncDisposableStack();
  const stage = { stack, folder };
  print(`${styled('bold', `alpine-resolver ${version}`)}  both programs run on loopback: no root, no cluster`);

  print(heading('1  What the webhook changes in a pod'));
  const webhook = await startWebhook(stage);
  const setup = { webhookPort: webhook.port, resolvConf, isFull: options.full };
  const injected = await injectAndPrint(given.length > 0 ? given : samplePods(), setup);
  if (injected === undefined) print('  Below, names are looked up as in the sample pod.');
  const { namespace, pod } = injected ?? (await injectSample(setup));

  const clusterDns = resolvConf === undefined ? await startNameserver(stage, namespace) : undefined;
  const files = await writePodFiles(pod, (text) => (clusterDns === undefined ? text : onLoopback(text)));
  stack.defer(files.remove);
  const upstreamPort = clusterDns?.port ?? options.port;
  const sidecar = await startSidecar(stage, files, upstreamPort);

  print(heading('2  What its programs then resolve'));
  const whys = demoNames(namespace);
  const names = namesOf(
    options,
    whys.map(({ name }) => name),
  );
  const progress = startProgress(names.length);
  const { original, seen } = files;
  const lookups = {
    original,
    upstreamPort,
    seen,
    sidecarPort: sidecar.port,
    generation: options.generation,
    ...(clusterDns !== undefined && { warmUpName: WARM_UP_NAME }),
  };
  const rows = await lookUpNames(names, lookups, progress.show);
  progress.end();
  const musl = `musl ${options.muslVersion}`;
  const titles = { musl: `${musl} alone`, glibc: 'glibc (Debian)', injected: `${musl} + sidecar` };
  print(...lookupTable(rows, titles, (name) => whys.find((why) => why.name === name)?.why ?? ''));
  print(...summaryText(rows));
  if (options.once) return;
  printInvitation({ files, sidecar, webhook, clusterDns, name: exampleName(rows) });
  await Promise.race([stopped, sidecar.program.ended.then(fail), webhook.program.ended.then(fail)]);
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
