/** `version` for people and for programs. */
import { knownDocument, unknownDocument, unknownText } from '../cluster/known.ts';
import type { VersionCount } from '../cluster/version-counts.ts';
import { countText } from '../terminal/count-text.ts';
import { documentVersion } from '../terminal/output-format.ts';
import { printable, styled } from '../terminal/output.ts';
import { rowOf } from '../terminal/rows.ts';
import { skewOf, type ClusterVersions, type Versions } from './versions.ts';

export function versionsText({ client, node, cluster }: Versions, columns: number): string[] {
  const first = `alpine-resolver ${client} (Node.js ${node})`;
  if (cluster === undefined) return [first];
  const row = rowOf(columns);
  if (!cluster.isKnown) return [first, ...row('cluster', [unknownText(cluster)], 'yellow')];
  const { context, isComplete } = cluster.value;
  return [
    first,
    '',
    styled('bold', printable(`in context ${context}`)),
    ...(isComplete ? [] : row('', ['Interrupted: of the sidecars, what was read so far.'])),
    ...row('webhook', webhookLines(cluster.value)),
    ...row('sidecars', sidecarLines(cluster.value)),
    ...skewOf(client, cluster.value).flatMap((line) => row('✗', [line], 'yellow')),
  ];
}

function webhookLines({ webhook }: ClusterVersions): string[] {
  if (!webhook.isKnown) return [unknownText(webhook)];
  if (webhook.value === undefined) return ['not installed'];
  const { namespace, versions } = webhook.value;
  if (versions.length === 0) return [`no pod of it runs in namespace ${namespace}`];
  return versions.map((one) => `${countedText(one)} of namespace ${namespace}`);
}

function sidecarLines({ sidecars }: ClusterVersions): string[] {
  if (!sidecars.isKnown) return [unknownText(sidecars)];
  return sidecars.value.length === 0 ? ['none'] : sidecars.value.map(countedText);
}

function countedText({ version, pods }: VersionCount): string {
  return `${version || 'an unknown release'} in ${countText(pods, 'pod')}`;
}

/** docs/schemas/versions-v1.schema.json says what it holds. */
export function versionsDocument({ client, node, cluster }: Versions): object {
  return {
    apiVersion: documentVersion,
    kind: 'Versions',
    client,
    node,
    ...(cluster !== undefined && {
      cluster: cluster.isKnown ? clusterDocument(client, cluster.value) : unknownDocument(cluster),
    }),
  };
}

function clusterDocument(client: string, cluster: ClusterVersions): object {
  const { context, webhook, sidecars, isComplete } = cluster;
  return {
    ...{ context, isComplete },
    webhook: knownDocument(webhook),
    sidecars: knownDocument(sidecars),
    skew: skewOf(client, cluster),
  };
}
