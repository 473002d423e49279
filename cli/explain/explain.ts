/** `explain NAME`: what musl, glibc and the sidecar make of a name. */
import { hostname } from 'node:os';
import { readEnvironment } from '../../shared/settings/read-settings.ts';
import { webhookSettings } from '../../shared/settings/settings.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import { contextFrom } from '../inject/context.ts';
import { readManifests } from '../inject/manifests.ts';
import type { Workload } from '../inject/workloads.ts';
import { fileTitle, readTextFile } from '../manifests/text.ts';
import { readGlibcConfiguration } from '../models/glibc-configuration.ts';
import { chooseMusl } from '../models/musl-choice.ts';
import type { Explanation } from '../report/explanation.ts';
import { readScenario, scriptFor, type Scenario } from '../simulation/scenario.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { assumedClusterDns, type ExplainOptions } from './options.ts';
import { play } from './play.ts';
import { clusterPodParts } from './cluster-pod.ts';
import { podSource } from './pod-source.ts';
import { askRealLibraries } from './real-libraries.ts';
import { createRedactor, noRedaction } from './redact.ts';
import { resolverSource, type ResolverSource, type SourceParts } from './sources.ts';
import { realStage, simulatedStage, type Stage } from './stage.ts';

const machineResolvConf = '/etc/resolv.conf';

/**
 * @param folder where relative names of files begin
 * @param onDone called after each lookup
 * @param reader of the cluster with the pod, where one is asked for
 */
export async function explain(
  options: ExplainOptions,
  { folder, onDone, reader }: ExplainSurroundings,
): Promise<Explanation> {
  const scenario = readScenarioFile(options, folder);
  const parts =
    reader === undefined || options.pod === undefined
      ? sourceParts(options, scenario, folder)
      : await clusterParts(reader, { ...options, podName: options.pod.name }, folder);
  const source = resolverSource(parts, options);
  const musl = options.musl.length > 0 ? chooseMusl(options.musl) : source.musl;
  const stage = scenario === undefined ? realStage : simulatedStage(scriptFor(scenario, addressesOf(source)));
  const redactor = options.isRedacted ? createRedactor() : noRedaction;
  const playOn = (on: Stage, told: typeof onDone) =>
    play({ name: options.name, source, musl, stage: on, redactor, onDone: told });
  // The first lookups pay for the compilation of the models and the pipeline.
  if (!stage.isSimulated) await playOn(denyingStage(source), () => {});
  const explanation = await playOn(stage, onDone);
  return options.isReal ? { ...explanation, real: await askRealLibraries(options.name, source.original) } : explanation;
}

export interface ExplainSurroundings {
  readonly folder: string;
  readonly onDone: (done: number, total: number) => void;
  readonly reader?: ClusterReader | undefined;
}

function clusterParts(
  reader: ClusterReader,
  { podName, target, resolvConfFile }: Pick<ExplainOptions, 'target' | 'resolvConfFile'> & { readonly podName: string },
  folder: string,
): Promise<SourceParts> {
  const nodeResolvConf = resolvConfFile === undefined ? undefined : readTextFile(resolvConfFile, folder);
  return clusterPodParts(reader, { namespace: target.namespace ?? reader.namespace, name: podName }, nodeResolvConf);
}

function readScenarioFile({ scenarioFile }: ExplainOptions, folder: string): Scenario | undefined {
  if (scenarioFile === undefined) return undefined;
  return readScenario(readTextFile(scenarioFile, folder), fileTitle(scenarioFile));
}

function sourceParts(options: ExplainOptions, scenario: Scenario | undefined, folder: string): SourceParts {
  const { files, resolvConfFile } = options;
  const given = resolvConfFile === undefined ? undefined : readTextFile(resolvConfFile, folder);
  if (files.length > 0) return podParts(options, given, folder);
  const common = { hostName: scenario === undefined ? hostname() : (scenario.hostName ?? 'pod'), remarks: [] };
  if (given !== undefined) return { ...common, title: fileTitle(resolvConfFile ?? ''), original: given };
  if (scenario !== undefined) return { ...common, ...scenarioConfiguration(options, scenario) };
  return { ...common, title: machineResolvConf, original: readTextFile(machineResolvConf, '/') };
}

function scenarioConfiguration(
  { scenarioFile = '', nameservers }: ExplainOptions,
  scenario: Scenario,
): Pick<SourceParts, 'title' | 'original'> {
  const title = fileTitle(scenarioFile);
  const original = scenario.resolvConf ?? serverLines(scenario);
  if (original !== '' || nameservers.length > 0) return { title, original };
  throw new UsageError(
    `${title} has no resolvConf and names no servers; --resolv-conf or --nameserver says whom to ask`,
  );
}

function serverLines({ servers }: Scenario): string {
  return Object.keys(servers)
    .map((address) => `nameserver ${address}\n`)
    .join('');
}

/** Nameservers that know no name. */
function denyingStage(source: ResolverSource): Stage {
  return simulatedStage({ servers: Object.fromEntries(addressesOf(source).map((address) => [address, {}])) });
}

function addressesOf({ original, hostName, port }: ResolverSource): string[] {
  return readGlibcConfiguration(original, hostName, port).servers.map(({ address }) => address);
}

function podParts(options: ExplainOptions, nodeResolvConf: string | undefined, folder: string): SourceParts {
  const { values: settings } = readEnvironment(webhookSettings, {});
  const inject = {
    ...options,
    isDiff: false,
    nameservers: options.nameservers.length > 0 ? options.nameservers : undefined,
    namespaceLabels: {},
    namespaceAnnotations: {},
    serverVersion: undefined,
    settings,
  };
  const manifests = readManifests(inject, folder);
  const workloads = manifests.flatMap((manifest) => manifest.workloads);
  const workload = chosenWorkload(workloads, options.workload);
  const contextOf = contextFrom(
    manifests.flatMap((manifest) => manifest.objects),
    inject,
  );
  const remarks = [
    ...(options.nameservers.length > 0 ? [] : [assumedClusterDns]),
    ...(workloads.length > 1 && options.workload === undefined
      ? [`it is the first of ${workloads.length} workloads (--workload KIND/NAME)`]
      : []),
  ];
  return podSource(workload, { contextOf, nodeResolvConf, remarks });
}

function chosenWorkload(workloads: readonly Workload[], wanted: string | undefined): Workload {
  const [first] = workloads;
  if (first === undefined) throw new UsageError('no Pod and nothing with a pod template is in the manifests');
  if (wanted === undefined) return first;
  const found = workloads.find(({ title }) => namesOf(title).includes(wanted.toLowerCase()));
  if (found !== undefined) return found;
  throw new UsageError(`--workload ${wanted}: there are ${workloads.map(({ title }) => namesOf(title)[0]).join(', ')}`);
}

/** Of `Deployment shop/web`: `deployment/web` and `web`. */
function namesOf(title: string): string[] {
  const [kind = '', place = ''] = title.toLowerCase().split(' ');
  const name = place.split('/').at(-1) ?? '';
  return [`${kind}/${name}`, name, place];
}
