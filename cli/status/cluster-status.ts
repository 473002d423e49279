/** What `status` says of a cluster: text and documents are made from this one value. */
import type { Known, KubectlTarget } from '../cluster/reader.ts';
import { countText } from '../terminal/count-text.ts';
import type { Trouble } from './metrics-text.ts';
import type { PodTally } from './tally.ts';

export interface ClusterStatus {
  readonly context: string;
  readonly kubectl: KubectlTarget;
  readonly webhook: WebhookStatus;
  /** Names of those that have opted in. */
  readonly namespaces: Known<readonly string[]>;
  readonly pods: Known<PodTally>;
  /** Pods that the webhook refused, as its events have it: they are not there. */
  readonly refusals: Known<readonly Refusal[]>;
  readonly troubles: Known<SampledTroubles>;
  /** Of what was read, what is not known and what was taken in its place. */
  readonly assumed: readonly string[];
  /** False: it was interrupted before all pods were read. */
  readonly isComplete: boolean;
}

export interface WebhookStatus {
  readonly namespace: string;
  readonly version: string | undefined;
  /** undefined: the Deployment is not there. */
  readonly replicas: Known<Replicas | undefined>;
  /** undefined: the configuration is not there. */
  readonly configuration: Known<WebhookConfiguration | undefined>;
  /** Of the certificate that is served. */
  readonly certificateEndsMs: Known<number>;
  /** Variables that its Deployment sets. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
}

export interface Replicas {
  readonly wanted: number;
  readonly ready: number;
}

export interface WebhookConfiguration {
  readonly failurePolicy: string;
  readonly timeoutSeconds: number;
  /** Those that the API server believes. */
  readonly authorities: readonly { readonly subject: string; readonly endsMs: number }[];
}

export interface Refusal {
  /** `Deployment shop/web` */
  readonly owner: string;
  readonly message: string;
  readonly count: number;
}

export interface SampledTroubles {
  readonly sampled: number;
  /** Those of the sample that gave nothing, and why the first of them did not; undefined: all gave something. */
  readonly unread: { readonly sidecars: number; readonly why: string } | undefined;
  readonly troubles: readonly Trouble[];
}

const dayMs = 86_400_000;

/** An authority is renewed long before. */
const soonMs = 14 * dayMs;

/** What somebody should look at, the worst first. */
export function problemsOf({ webhook, pods }: ClusterStatus, nowMs: number): string[] {
  const { replicas, configuration, certificateEndsMs, version } = webhook;
  const problems: string[] = [];
  if (configuration.isKnown && configuration.value === undefined)
    problems.push('the webhook configuration is not there: no pod is injected');
  if (replicas.isKnown) problems.push(...replicaProblems(replicas.value));
  if (configuration.isKnown && configuration.value !== undefined)
    problems.push(...configurationProblems(configuration.value, nowMs));
  if (certificateEndsMs.isKnown && certificateEndsMs.value <= nowMs)
    problems.push("the webhook's certificate has ended");
  if (pods.isKnown) problems.push(...podProblems(pods.value, version));
  return problems;
}

/** Without these, nobody can say that nothing is wrong. */
export function unknownOf({ webhook: { configuration }, namespaces, pods }: ClusterStatus): string[] {
  const parts = { 'the webhook configuration': configuration, namespaces, pods };
  return Object.entries(parts).flatMap(([name, { isKnown }]) => (isKnown ? [] : [name]));
}

function replicaProblems(replicas: Replicas | undefined): string[] {
  if (replicas === undefined) return ['the Deployment of the webhook is not there'];
  if (replicas.ready === 0) return ['no replica of the webhook is ready: pods start without the sidecar'];
  return replicas.ready < replicas.wanted ? [`${replicas.wanted - replicas.ready} replicas are not ready`] : [];
}

function configurationProblems({ authorities, failurePolicy }: WebhookConfiguration, nowMs: number): string[] {
  const last = Math.max(0, ...authorities.map(({ endsMs }) => endsMs));
  return [
    ...(authorities.length === 0 ? ['the webhook has not published its CA: the API server cannot call it'] : []),
    ...(authorities.length > 0 && last <= nowMs ? ['the CA has ended: the API server cannot call the webhook'] : []),
    ...(last > nowMs && last - nowMs < soonMs ? [`the CA ends in ${daysText(last - nowMs)}`] : []),
    ...(failurePolicy === 'Ignore' ? [] : [`failurePolicy is ${failurePolicy}: pods do not start without the webhook`]),
  ];
}

function podProblems({ missed, refused, versions, notStarted }: PodTally, version: string | undefined): string[] {
  const other = versions.filter((one) => one.version !== version).reduce((sum, { pods }) => sum + pods, 0);
  return [
    ...(missed > 0 ? [`${countText(missed, 'pod')} missed the sidecar: alpine-resolver status missed`] : []),
    ...(refused.length > 0 ? [`${countText(refused.length, 'pod')} would be refused if created anew`] : []),
    ...(notStarted > 0 ? [`the sidecar of ${countText(notStarted, 'pod')} has not started`] : []),
    ...(version !== undefined && other > 0
      ? [`the sidecar of ${countText(other, 'pod')} is of another release than the webhook`]
      : []),
  ];
}

export function daysText(ms: number): string {
  const days = Math.floor(ms / dayMs);
  if (days >= 2) return `${days} days`;
  const hours = Math.floor(ms / 3_600_000);
  return hours >= 2 ? `${hours} hours` : `${Math.max(0, Math.floor(ms / 60_000))} minutes`;
}
