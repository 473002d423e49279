/** `check --cluster`: the pods that run, each owner once, with what the cluster says around them. */
import { stringAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { sidecarOf } from '../../webhook/kubernetes/pod.ts';
import { readInstallation } from '../cluster/installation.ts';
import { paths } from '../cluster/paths.ts';
import { ownerOf } from '../cluster/pod-owner.ts';
import { collected, unlessForbidden, untilStopped, type ClusterReader, type Known } from '../cluster/reader.ts';
import { readSurroundings } from '../cluster/surroundings.ts';
import type { ClusterSelection } from '../terminal/cluster-target.ts';
import {
  countsOf,
  fingerprintOf,
  isSilencedBy,
  keptFindings,
  sortedFindings,
  type CheckResult,
  type JudgedFinding,
} from './check.ts';
import { namespaceFindings, nodeFindings } from './cluster-rules.ts';
import { dryRunFindings } from './dry-run.ts';
import type { CheckOptions } from './options.ts';
import { portFindings } from './port-rules.ts';
import { readPortSurroundings } from './port-surroundings.ts';
import { podFacts, surroundingsOf, type PodFacts } from './pod-facts.ts';

export interface ClusterCheck {
  readonly reader: ClusterReader;
  /** Where the name of a baseline begins. */
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
  /** Called now and then with the number of pods so far. */
  readonly onPods: (pods: number) => void;
  /** Called with one pod of each owner. */
  readonly onPod: (facts: PodFacts) => void;
}

export async function checkCluster(
  options: CheckOptions & { readonly selection: ClusterSelection },
  { reader, folder, signal, onPods, onPod }: ClusterCheck,
): Promise<CheckResult> {
  const { selection } = options;
  const namespace = selection.isAllNamespaces ? undefined : (selection.namespace ?? reader.namespace);
  const installation = await readInstallation(reader);
  const [surroundings, services, quotas, nodes, port] = await Promise.all([
    readSurroundings(reader, installation, namespace),
    unlessForbidden(collected(reader.list(paths.inNamespace('services', namespace)))),
    unlessForbidden(collected(reader.list(paths.inNamespace('resourcequotas', namespace)))),
    unlessForbidden(collected(reader.list(paths.nodes))),
    readPortSurroundings(reader, installation.namespace),
  ]);
  const objects = [...ofKind('Service', services), ...ofKind('ResourceQuota', quotas)];
  const around = { ...surroundingsOf(objects, ''), webhookVersion: installation.version, kubectl: reader.kubectl };
  const owners = new Map<string, PodFacts>();
  let pods = 0;
  const list = reader.list(paths.inNamespace('pods', namespace), { labelSelector: selection.selector });
  for await (const pod of untilStopped(list, signal)) {
    if (++pods % toldEvery === 0) onPods(pods);
    const { title, namespace: own } = ownerOf(pod);
    // Some pods of an owner may have the sidecar, and others may have missed it.
    const key = `${title} ${sidecarOf(pod) !== undefined}`;
    if (owners.has(key) || isOver(pod)) continue;
    const workload = { title, namespace: own, path: [], pod: withoutStatus(pod), document: 0, steps: [], place: '' };
    const found = podFacts(workload, surroundings.contextOf(own), around);
    owners.set(key, found);
    onPod(found);
  }
  const facts = [...owners.values()];
  const dryRun = options.isAskedOnServer ? await dryRunFindings(reader, facts, signal) : noDryRun;
  const ofPods = facts.flatMap((each) => [...sortedFindings(each)].map((finding) => judged(finding, each)));
  const ofCluster = [
    ...(nodes.isKnown ? nodeFindings(nodes.value) : []),
    ...portFindings({ ...port.found, nodes: nodes.isKnown ? nodes.value : [] }),
    ...(surroundings.namespaces.isKnown ? namespaceFindings(surroundings.namespaces.value, installation.settings) : []),
  ].map((finding) => ({ finding, isSilenced: false }));
  return {
    ...keptFindings([...ofCluster, ...ofPods, ...dryRun.findings], options, folder),
    ...{ ...countsOf(facts), workloads: facts.map(({ workload: { title, place } }) => ({ title, place })) },
    unknown: [
      ...surroundings.assumed,
      ...missing('no Service is known', services),
      ...missing('no ResourceQuota is known', quotas),
      ...missing('the kubelets are new enough', nodes),
      ...port.unknown,
      ...dryRun.unknown,
    ],
    isComplete: signal?.aborted !== true,
  };
}

const toldEvery = 100;

const noDryRun = { findings: [], unknown: [] };

function isOver(pod: JsonObject): boolean {
  return ['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase') ?? '');
}

/** What is held of a pod is what the rules look at; its phase says that it is one of a cluster. */
function withoutStatus(pod: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = pod['metadata'] as JsonObject;
  return { ...pod, kind: 'Pod', metadata, status: { phase: stringAt(pod, 'status', 'phase') ?? '' } };
}

/** Lists of the API server have their kind once, above their items. */
function ofKind(kind: string, objects: Known<readonly JsonObject[]>): JsonObject[] {
  return objects.isKnown ? objects.value.map((object) => ({ ...object, kind })) : [];
}

function missing(instead: string, fact: Known<unknown>): string[] {
  return fact.isKnown ? [] : [`${instead} (${fact.why})`];
}

export function judged(finding: Parameters<typeof fingerprintOf>[0], facts: PodFacts): JudgedFinding {
  const { title, namespace } = facts.workload;
  const place = { workload: title, namespace, file: '', line: 1, column: 1 };
  return {
    finding: { ...finding, ...place, fingerprint: fingerprintOf(finding, title) },
    isSilenced: isSilencedBy(facts, finding),
  };
}
