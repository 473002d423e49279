/** What `version` says: text and document are made from this one value. */
import type { Known } from '../cluster/reader.ts';
import type { VersionCount } from '../cluster/version-counts.ts';

export interface Versions {
  readonly client: string;
  readonly node: string;
  /** undefined: no cluster was asked. */
  readonly cluster: Known<ClusterVersions> | undefined;
}

export interface ClusterVersions {
  readonly context: string;
  /** undefined: it is not installed. */
  readonly webhook: Known<WebhookVersions | undefined>;
  readonly sidecars: Known<readonly VersionCount[]>;
  /** False: it was interrupted before all pods were read. */
  readonly isComplete: boolean;
}

export interface WebhookVersions {
  readonly namespace: string;
  readonly versions: readonly VersionCount[];
}

/** Whether everything is known that was asked for. */
export function isWhole({ cluster }: Versions): boolean {
  if (cluster === undefined) return true;
  return cluster.isKnown && cluster.value.webhook.isKnown && cluster.value.sidecars.isKnown;
}

/** Where versions differ, and what comes of it. */
export function skewOf(client: string, { webhook, sidecars }: ClusterVersions): string[] {
  const ofWebhook = webhook.isKnown ? namesOf(webhook.value?.versions ?? []) : [];
  const ofSidecars = sidecars.isKnown ? sidecars.value : [];
  if (ofWebhook.length === 0) return skewAmong(namesOf(ofSidecars));
  const others = ofSidecars.filter(({ version }) => version !== '' && !ofWebhook.includes(version));
  const count = others.reduce((sum, { pods }) => sum + pods, 0);
  return [
    ...(ofWebhook.length > 1
      ? [`the webhook runs as ${ofWebhook.join(' and ')}: an update is going on, or is stuck`]
      : []),
    ...(count > 0
      ? [
          count === 1
            ? '1 sidecar is of another release than the webhook, until its pod is created anew'
            : `${count} sidecars are of another release than the webhook, until their pods are created anew`,
        ]
      : []),
    ...(ofWebhook.includes(client)
      ? []
      : [
          `this tool is ${client} and the webhook ${ofWebhook.join(' and ')}: check, inject and status decide as ${client}`,
        ]),
  ];
}

function skewAmong(ofSidecars: readonly string[]): string[] {
  return ofSidecars.length > 1 ? [`sidecars are of several releases: ${ofSidecars.join(', ')}`] : [];
}

function namesOf(versions: readonly VersionCount[]): string[] {
  return versions.flatMap(({ version }) => (version === '' ? [] : [version]));
}
