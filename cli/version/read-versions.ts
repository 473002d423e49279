/** Reads which versions a cluster has: of the webhook by the images of its pods, of the sidecars by what injected them. */
import { labels, labelValues } from '../../shared/values/names.ts';
import { readStatus } from '../../webhook/injection/facts/status.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { isOver, sidecarOf } from '../../webhook/kubernetes/pod.ts';
import { readInstallation, readWebhookPods, webhookVersionOf } from '../cluster/installation.ts';
import { paths } from '../cluster/paths.ts';
import { unlessForbidden, untilStopped, type ClusterReader, type Known } from '../cluster/reader.ts';
import type { ClusterVersions, VersionCount, WebhookVersions } from './versions.ts';

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
  const counts = new Map<string, number>();
  let read = 0;
  for await (const pod of untilStopped(reader.list(paths.inNamespace('pods', namespace), { labelSelector }), signal)) {
    if (isCounted(pod)) addTo(counts, readStatus(pod)?.version ?? '');
    if (++read % toldEvery === 0) onPods(read);
  }
  return sorted(counts);
}

function isCounted(pod: JsonObject): boolean {
  return !isOver(pod) && sidecarOf(pod) !== undefined;
}

function countedVersions(versions: readonly (string | undefined)[]): VersionCount[] {
  const counts = new Map<string, number>();
  for (const version of versions) addTo(counts, version ?? '');
  return sorted(counts);
}

function addTo(counts: Map<string, number>, version: string): void {
  counts.set(version, (counts.get(version) ?? 0) + 1);
}

/** The most frequent first. */
function sorted(counts: ReadonlyMap<string, number>): VersionCount[] {
  return [...counts]
    .map(([version, pods]) => ({ version, pods }))
    .toSorted((a, b) => b.pods - a.pods || (a.version < b.version ? -1 : 1));
}
