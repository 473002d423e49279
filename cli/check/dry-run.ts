/** Asks the API server what it would say to the injected pods, without creating one (dryRun=All). */
import { objectAt, stringAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { paths } from '../cluster/paths.ts';
import { ClusterError, type ClusterReader } from '../cluster/reader.ts';
import { fingerprintOf, isSilencedBy, type JudgedFinding } from './check.ts';
import type { Finding } from './finding.ts';
import type { PodFacts } from './pod-facts.ts';

export interface DryRun {
  readonly findings: readonly JudgedFinding[];
  readonly unknown: readonly string[];
}

/** Of those that the webhook would inject. A missing right ends it, and is said. */
export async function dryRunFindings(
  reader: ClusterReader,
  pods: readonly PodFacts[],
  signal: AbortSignal | undefined,
): Promise<DryRun> {
  const findings: JudgedFinding[] = [];
  for (const facts of pods) {
    if (signal?.aborted === true) break;
    const refusal = await refusalOf(reader, facts);
    if (refusal === undefined) continue;
    if (isMissingRight(refusal)) return { findings, unknown: [`the API server takes the injected pods (${refusal})`] };
    findings.push(placed(refusal, facts));
  }
  return { findings, unknown: [] };
}

async function refusalOf(reader: ClusterReader, { injection, workload }: PodFacts): Promise<string | undefined> {
  if (injection.verdict !== 'inject') return undefined;
  try {
    await reader.dryRun(paths.inNamespace('pods', workload.namespace), newPod(injection.pod));
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError && ['forbidden', 'failed'].includes(error.code)) return error.message;
    throw error;
  }
}

/** Pod Security and quotas forbid as well, with other words (apiserver `handlers/responsewriters`). */
function isMissingRight(message: string): boolean {
  return /User ".*" cannot create resource/.test(message);
}

/**
 * As its owner would create it: without a name, a node and what the API server had added. Ephemeral containers come into a
 * pod that is there, and with them none can be created (validation of pods, `spec.ephemeralContainers`).
 */
function newPod(pod: JsonObject): JsonObject {
  const { labels, annotations, namespace } = objectAt(pod, 'metadata');
  const { nodeName: _, ephemeralContainers: __, ...spec } = objectAt(pod, 'spec');
  // A label of a name ends in a letter or a digit, wherever it is cut.
  const start = (stringAt(pod, 'metadata', 'name') ?? 'pod').slice(0, 50).replace(/[.-]+$/, '');
  const generateName = `${start}-`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ generateName, namespace: namespace ?? 'default' },
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    },
    spec,
  };
}

function placed(refusal: string, facts: PodFacts): JudgedFinding {
  const { title, namespace } = facts.workload;
  const finding: Finding = {
    code: 'refused-by-server',
    severity: 'error',
    certainty: 'certain',
    text: `the API server refuses the injected pod: ${refusal}`,
    facts: ['asked with dryRun=All'],
    fix: 'see what it names: a quota, a LimitRange, Pod Security or another webhook',
    path: ['spec'],
  };
  const place = { workload: title, namespace, file: '', line: 1, column: 1 };
  return {
    finding: { ...finding, ...place, fingerprint: fingerprintOf(finding, title) },
    isSilenced: isSilencedBy(facts, finding),
  };
}
