/** Decides whether a pod is injected, skipped or refused. */
import { annotations } from '../../shared/values/names.ts';
import type { InjectReason, RefuseReason, SkipReason } from '../../shared/report/reasons.ts';
import type { SettingIssue } from '../../shared/settings/read-settings.ts';
import { environmentName, type WebhookSettings } from '../../shared/settings/settings.ts';
import type { Facts } from './facts/facts.ts';
import type { Scope } from './facts/status.ts';

/**
 * What happens to a pod. The first row that fits decides; `docs/injection.md` shows the same table to users.
 *
 *  | #  | namespace label | pod label  | annotation inject (pod, else namespace) | pod                                  | verdict                         |
 *  |----|-----------------|------------|-----------------------------------------|--------------------------------------|---------------------------------|
 *  |  1 | any             | any        | any                                     | in a system or our own namespace     | skip excluded-namespace         |
 *  |  2 | not `enabled`   | any        | any                                     | any                                  | skip namespace-not-opted-in     |
 *  |  3 | `enabled`       | `disabled` | any                                     | any                                  | skip opted-out-by-label         |
 *  |  4 | `enabled`       | else       | any                                     | mirror of a static pod               | skip mirror-pod                 |
 *  |  5 | `enabled`       | else       | never                                   | any                                  | skip opted-out                  |
 *  |  6 | `enabled`       | else       | auto, always                            | on a cluster before 1.29             | skip native-sidecar-unsupported |
 *  |  7 | `enabled`       | else       | auto, always                            | has a status of a scope unknown here | skip unknown-scope              |
 *  |  8 | `enabled`       | else       | auto, always                            | uses the node's network              | skip host-network               |
 *  |  9 | `enabled`       | else       | auto, always                            | runs on Windows                      | skip windows                    |
 *  | 10 | `enabled`       | else       | auto, always                            | is the cluster's DNS                 | skip cluster-dns                |
 *  | 11 | `enabled`       | else       | auto, always                            | injected in this very request        | inject already-injected         |
 *  | 12 | `enabled`       | else       | auto, always                            | has a name of ours                   | skip name-taken                 |
 *  | 13 | `enabled`       | else       | auto, always                            | has a port of ours                   | skip port-in-use                |
 *  | 14 | `enabled`       | else       | auto, always                            | keeps port 53 for root               | skip port-sysctl                |
 *  | 15 | `enabled`       | else       | auto, always                            | its own DNS fields are not valid     | skip invalid-dns-config         |
 *  | 16 | `enabled`       | else       | auto, always                            | replaced DNS fields may not be valid | skip dns-config-unsure          |
 *  | 17 | `enabled`       | else       | auto, always                            | needs the cluster's DNS, unknown     | skip cluster-dns-unknown        |
 *  | 18 | `enabled`       | else       | auto, always                            | no room in a LimitRange              | skip limit-range                |
 *  | 19 | `enabled`       | else       | auto                                    | has no Alpine image                  | skip not-alpine                 |
 *  | 20 | `enabled`       | else       | auto                                    | has the image of a DNS server        | skip port-in-use                |
 *  | 21 | `enabled`       | else       | auto, always                            | has an annotation with a bad value   | refuse invalid-annotation       |
 *  | 22 | `enabled`       | else       | auto, always                            | any other                            | inject injected                 |
 *
 * A bad value of the namespace counts as not set. Row 21 stands behind the skips: a pod that would not be injected
 * is never refused. It holds for row 11 too.
 */
export function decide(facts: Facts): Decision {
  const skip = notConcerned(facts) ?? notPossible(facts);
  if (skip) return skip;
  const invalid = facts.settings.podIssues.filter(({ problem }) => problem === 'invalid');
  if (invalid.length > 0) return { verdict: 'refuse', reason: 'invalid-annotation', message: allFaults(invalid) };
  if (facts.sameRequest) return { verdict: 'inject', reason: 'already-injected', scope: facts.sameRequest.scope };
  return { verdict: 'inject', reason: 'injected', scope: facts.original.known ? 'pod' : 'containers' };
}

export type Decision =
  | { readonly verdict: 'inject'; readonly reason: InjectReason; readonly scope: Scope }
  | Skip
  | { readonly verdict: 'refuse'; readonly reason: RefuseReason; readonly message: string };

export interface Skip {
  readonly verdict: 'skip';
  readonly reason: SkipReason;
  /** What in particular, where the reason leaves it open. */
  readonly detail?: string;
}

/** Rows 1 to 10. */
function notConcerned(facts: Facts): Skip | undefined {
  if (facts.excludedNamespace) return skipped('excluded-namespace');
  if (!facts.namespaceOptedIn) return skipped('namespace-not-opted-in');
  if (facts.optedOutByLabel) return skipped('opted-out-by-label');
  if (facts.mirrorPod) return skipped('mirror-pod');
  if (facts.settings.inject === 'never') return skipped('opted-out');
  if (!facts.nativeSidecars) return skipped('native-sidecar-unsupported');
  if (facts.unknownScope !== undefined) return skipped('unknown-scope', facts.unknownScope);
  if (facts.hostNetwork) return skipped('host-network');
  if (facts.windows !== undefined) return skipped('windows', facts.windows);
  return facts.clusterDnsPod ? skipped('cluster-dns') : undefined;
}

/** Rows 12 to 20. In the second call of a request the pod keeps what it has. */
function notPossible(facts: Facts): Skip | undefined {
  if (facts.sameRequest) return undefined;
  const { original, resources } = facts;
  if (facts.nameTaken !== undefined) return skipped('name-taken', facts.nameTaken);
  if (facts.portInUse !== undefined) return skipped('port-in-use', facts.portInUse);
  if (facts.portSysctl !== undefined) return skipped('port-sysctl', facts.portSysctl);
  if (!original.known && original.why !== 'node') return skipped(whyUnknown[original.why], original.detail);
  if (!resources.fits) return skipped('limit-range', resources.problem);
  return facts.settings.inject === 'always' ? undefined : notByItsImages(facts);
}

/** Rows 19 and 20, with the ways to say otherwise. */
function notByItsImages({ alpine, images, dnsServerImage }: Facts): Skip | undefined {
  const always = `annotate the pod with ${annotations.inject}: always`;
  if (!alpine)
    return skipped('not-alpine', `${images}; if one is, ${always} or add the image to ${variableOf('alpineImages')}`);
  if (dnsServerImage === undefined) return undefined;
  const wayOut = `if it leaves port 53 alone, ${always} or set ${variableOf('dnsServerImages')}`;
  return skipped('port-in-use', `${dnsServerImage} brings a DNS server; ${wayOut}`);
}

function variableOf(key: keyof WebhookSettings): string {
  return environmentName({ key, program: 'webhook' });
}

/** Rows 15 to 17. */
const whyUnknown = {
  invalid: 'invalid-dns-config',
  unsure: 'dns-config-unsure',
  cluster: 'cluster-dns-unknown',
} as const;

/** Who mends one would otherwise learn of the next. */
function allFaults(issues: readonly SettingIssue[]): string {
  const maxTold = 10;
  const told = issues.slice(0, maxTold).map(({ message }) => message);
  return [...told, ...(issues.length > maxTold ? [`${issues.length - maxTold} more`] : [])].join('; also ');
}

function skipped(reason: SkipReason, detail?: string): Skip {
  return { verdict: 'skip', reason, ...(detail !== undefined && { detail }) };
}
