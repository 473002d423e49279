/** Reads which versions a cluster has: of the webhook by the images of its pods, of the sidecars by what injected them. */
import { labels, labelValues } from '../../shared/values/names.ts';
import { readStatus } from '../../webhook/injection/facts/status.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { isOver, sidecarOf } from '../../webhook/kubernetes/pod.ts';
import { readInstallation, readWebhookPods, webhookVersionOf } from '../cluster/installation.ts';
import { paths } from '../cluster/paths.ts';
import { unlessForbidden, untilStopped, type ClusterReader, type Known } from '../cluster/reader.ts';
import { createVersionCounts, type VersionCount } from '../cluster/version-counts.ts';
import type { ClusterVersions, WebhookVersions } from './versions.ts';

export interface VersionsRequest {
  /** Of the sidecars; undefined: all. */
  readonly namespace: string | undefined;
  /** Ends the reading of pods. */
  readonly signal: AbortSignal | undefined;
  /** Called now and then with the number of pods so far. */
  readonly onPods: (pods: number) => void;
}

export async function readVersions(reader: ClusterReader, request: VersionsRequest): Promise<ClusterVersions> {
  const webhook = await readWebhookVersions(reader);
  const sidecars = await unlessForbidden(countSidecars(reader, request));
  return { context: reader.context, webhook, sidecars, isComplete: request.signal?.aborted !== true };
}

async function readWebhookVersions(reader: ClusterReader): Promise<Known<WebhookVersions | undefined>> {
  const { namespace, configuration } = await readInstallation(reader);
  const pods = await unlessForbidden(readWebhookPods(reader, namespace));
  if (!pods.isKnown) return pods;
  const versions = countedVersions(pods.value.map(webhookVersionOf));
  if (versions.length > 0) return { isKnown: true, value: { namespace, versions } };
  // Without its configuration nobody knows in which namespace it would be.
  if (!configuration.isKnown) return configuration;
  return { isKnown: true, value: configuration.value && { namespace, versions } };
}

/** So often the number of pods is told. */
const toldEvery = 100;

async function countSidecars(
  reader: ClusterReader,
  { namespace, signal, onPods }: VersionsRequest,
): Promise<VersionCount[]> {
  const labelSelector = `${labels.injected}=${labelValues.injected}`;
  const counts = createVersionCounts();
  let read = 0;
  for await (const pod of untilStopped(reader.list(paths.inNamespace('pods', namespace), { labelSelector }), signal)) {
    if (isCounted(pod)) counts.add(readStatus(pod)?.version ?? '');
    if (++read % toldEvery === 0) onPods(read);
  }
  return counts.result();
}

function isCounted(pod: JsonObject): boolean {
  return !isOver(pod) && sidecarOf(pod) !== undefined;
}

function countedVersions(versions: readonly (string | undefined)[]): VersionCount[] {
  const counts = createVersionCounts();
  for (const version of versions) counts.add(version ?? '');
  return counts.result();
}
