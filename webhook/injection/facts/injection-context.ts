/** The values outside the pod that its injection depends on. */
import type { ServerVersion } from '../../kubernetes/server-version.ts';
import type { InjectionSettings } from '../../../shared/settings/settings.ts';
import type { ClusterDns } from '../dns/dns-policy.ts';
import type { ImagePattern } from './image.ts';
import type { Namespace } from '../../kubernetes/namespace.ts';
import type { LimitRangeItem } from '../resources/limit-range.ts';

/** Everything outside the pod that its injection depends on. Values only: who fetched them does not matter here. */
export interface InjectionContext {
  readonly namespace: Namespace;
  /** The webhook's own namespace, which is never injected. */
  readonly ownNamespace: string;
  /** undefined: not known. */
  readonly clusterDns: ClusterDns | undefined;
  readonly limitRanges: readonly LimitRangeItem[];
  /** undefined: not known, and taken as new enough. */
  readonly serverVersion: ServerVersion | undefined;
  readonly sidecarImage: string;
  /** The policy under which the image was proved; undefined: IfNotPresent. */
  readonly sidecarPullPolicy?: 'Always' | undefined;
  readonly alpineImages: readonly ImagePattern[];
  /** Names of images that bring a DNS server. */
  readonly dnsServerImages: readonly string[];
  /** User and group of the sidecar; 0 leaves the choice to the cluster, undefined to what the namespace says. */
  readonly userId: number | undefined;
  /** What the webhook's own settings say for all pods. */
  readonly injection: InjectionSettings;
  /** RFC 3339 in UTC. undefined: no webhook injects, and the status says no time. */
  readonly now: string | undefined;
  /** Release that the status annotation names. */
  readonly version: string;
}
