/**
 * Reason codes: stable identifiers that stand in log lines, events, metric labels and the docs. The sentences are for
 * people and may change.
 */

/** Why a pod was admitted without a change. */
export const skipReasons = {
  'not-a-pod': 'The request is not the creation of a pod.',
  'excluded-namespace': "The namespace is never injected: a system namespace or the webhook's own.",
  'namespace-not-opted-in': 'The namespace does not have the label alpine-resolver.io/inject=enabled.',
  'opted-out-by-label': 'The pod has the label alpine-resolver.io/inject=disabled.',
  'opted-out': 'The annotation alpine-resolver.io/inject of the pod or its namespace says never.',
  'mirror-pod': 'The pod is the mirror of a static pod; the kubelet ignores changes to it.',
  'native-sidecar-unsupported': 'The cluster is older than Kubernetes 1.29 and has no native sidecars.',
  'unknown-scope': 'The pod was injected by another release, in a way that this one does not know.',
  'host-network': 'The pod uses the network of its node, where port 53 is not its own.',
  windows: 'The pod runs on Windows.',
  'cluster-dns': "The pod is the cluster's own DNS server.",
  'name-taken': 'A container, a volume or a mount that is not ours has the name that ours needs.',
  'port-in-use':
    "A container declares port 53 or the sidecar's admin port, its image brings a DNS server, or dnsConfig names a nameserver in the pod.",
  'port-sysctl': "The pod's own sysctl keeps port 53 for root, and port-sysctl says that it must stay.",
  'invalid-dns-config': "The pod's own dnsPolicy or dnsConfig is not valid; the API server refuses it.",
  'dns-config-unsure': "The API server may refuse the pod's own dnsConfig; releases of Kubernetes differ in it.",
  'cluster-dns-unknown': "The cluster's nameservers or domain are not known to the webhook.",
  'limit-range': 'A LimitRange of the namespace cannot be met by the sidecar.',
  'not-alpine': 'No container image is recognised as Alpine.',
  unchanged: 'The pod was injected and is complete.',
  'patch-failed': 'The pod is too large to look at, or did not pass the check with the patch; it was left alone.',
  'internal-error': 'A fault in the webhook; the pod was left alone and the log has the error.',
} as const;

/** Why a pod was changed. */
export const injectReasons = {
  injected: 'The sidecar was added.',
  'already-injected': 'Another webhook changed the pod in the same request; what it needs was put back.',
} as const;

/** Why a pod was refused. */
export const refuseReasons = {
  'invalid-annotation': 'An annotation of the pod has a value that is not accepted.',
} as const;

/** What an admitted pod's creator is warned about. */
export const warningReasons = {
  'unknown-annotation': 'An annotation under our prefix is not known.',
  'invalid-pod-annotation':
    'The annotation alpine-resolver.io/inject of a pod that is left alone has a value that is not accepted.',
  'invalid-namespace-annotation': 'An annotation of the namespace has a value that is not accepted; it was ignored.',
  'not-injected': 'The pod has no owner for an event that says why it was not injected.',
  'request-lowered': 'A request of the sidecar was set above its limit and was lowered to it.',
  'original-lost': 'A copy of an injected pod does not say which DNS fields it had; ClusterFirst was taken.',
  'variables-not-copied':
    'Variables by which a container sets the resolver of its own image (alpine-kubernetes) are not handed to the sidecar.',
  'resolv-conf-mounted': 'A container mounts /etc/resolv.conf or /etc itself and keeps its own resolver configuration.',
} as const;

/** Why the sidecar left a query without a reply, or closed a connection. */
export const dropReasons = {
  'too-short': 'The message is shorter than a DNS header.',
  response: 'The message is a response, not a query.',
  'searches-full':
    'A bound is reached: the searches that max-searches or the file descriptors allow, the queries that may wait for replies (four times max-searches, 64 for the same reply), or 4 MiB of replies that wait for the other half of their pair.',
  'connections-full': 'As many TCP connections as max-tcp-connections allows are open.',
  'connection-idle': 'The TCP connection was silent for tcp-idle-seconds.',
  'connection-slow': 'The client did not take its replies in time.',
  'time-limit': 'The search took longer than any client waits (45 s).',
  'send-failed': 'The reply could not be sent.',
} as const;

/** How a search ended, as programs see it. */
export const searchOutcomes = {
  positive: 'A candidate has what was asked for.',
  unusable:
    'The search ended at an answer without what was asked for: a CNAME that leads nowhere, records in front of their CNAME or under the name of another owner. Programs then see no such name (glibc) or no addresses (musl).',
  unreadable: 'The search ended at an answer that cannot be parsed. Programs see that there is no such name.',
  nodata: 'A candidate exists, without addresses of the asked kind.',
  noname: 'No candidate exists.',
  again: 'No conclusive answer: a nameserver failed or was silent.',
  norecovery:
    'A nameserver answered with an unusual rcode. C libraries see that there is no such name, programs with EDNS see the rcode.',
  'time-limit': 'The search was ended by its time limit (45 s).',
} as const;

/** Why an answer was asked for anew while nobody waited, and what became of it. */
export const refreshPurposes = {
  prefetch: 'It is used, and its lifetime is nearly over.',
  stale: 'It was given although its lifetime is over.',
} as const;

export const refreshEnds = {
  kept: 'The new answer is in its place.',
  gone: 'The new answer is none that may be kept: the next lookup asks again.',
  failed: 'The search failed: the answer stays until its lifetime is over.',
} as const;

/** Why an answer was given although its lifetime was over. */
export const staleReasons = {
  failed: 'The search ended without a conclusive answer.',
  slow: 'The search had nothing that could be used after 1.8 s.',
  recent: 'It was given for one of these reasons less than 5 s before.',
} as const;

/** The outcome of a candidate, one name of a search; the log has it at level `debug`. */
export const candidateOutcomes = {
  pos: 'It has what was asked for; the search ends here.',
  unusable:
    'It has an answer, but not what was asked for: a CNAME that leads nowhere, records in front of their CNAME or under the name of another owner. The search ends here, as in glibc.',
  unreadable: 'It has an answer that cannot be parsed; the search ends here.',
  nodata: 'It exists without addresses of the asked kind; the search goes on.',
  nx: 'It does not exist; the search goes on.',
  sf: 'The last nameserver that answered failed (SERVFAIL); the search goes on.',
  temp: 'No conclusive answer (refused, silence); the search stops and the name as it is comes next.',
  fatal: 'An unusual rcode, or a name that cannot be sent; the search stops and the name as it is comes next.',
  dead: 'No nameserver can be reached; everything stops.',
} as const;

/** Why no nameserver can be asked: every search fails. */
export const upstreamFaults = {
  'no-nameserver':
    'The original configuration names no nameserver, so that glibc would ask 127.0.0.1. Name one in the file of `RESOLVER_RESOLV_CONF`, in `RESOLVER_ORIGINAL_RESOLV_CONF`, or by the annotation `alpine-resolver.io/nameservers` (`RESOLVER_NAMESERVERS`).',
  'own-nameserver':
    "Every nameserver of the original configuration is the sidecar's own address, which is never asked: the file is the one that was rewritten, not the original. Name the original file in `RESOLVER_RESOLV_CONF`, or the servers by the annotation `alpine-resolver.io/nameservers` (`RESOLVER_NAMESERVERS`).",
} as const;

/** Why a nameserver is never asked: it counts as dead. */
export const deadServerReasons = {
  loop: 'It leads back to the sidecar: a query would go in a circle. It may be its own address, or a resolver of the machine (systemd-resolved at 127.0.0.53, Docker at 127.0.0.11) that forwards to the sidecar. Name the servers behind it in `RESOLVER_NAMESERVERS`.',
} as const;

/** The class of the reply to a query upstream; data, alias and bad are distinguished only where the answer is read. */
export const upstreamReplyClasses = {
  data: 'Records of what was asked for.',
  alias: 'An answer, but no record of what was asked for to which its aliases lead.',
  bad: 'An answer that cannot be parsed.',
  empty: 'The name exists, without records of the type (no data).',
  nx: 'The name does not exist (NXDOMAIN).',
  sf: 'SERVFAIL: the next nameserver is asked.',
  ni: 'NOTIMP: the next nameserver is asked.',
  rf: 'REFUSED: the next nameserver is asked.',
  lame: 'Empty, from a server that neither owns the name nor recurses: the next nameserver is asked.',
  odd: 'Another rcode; it counts as the answer.',
  tc: 'Truncated: the same nameserver is asked over TCP.',
  lost: 'None within its time.',
} as const;

/** Why a message on an upstream socket was not the reply. */
export const ignoredReplyReasons = {
  'too-short': 'Shorter than a DNS header.',
  'wrong-id': 'The ID is not that of the query.',
  'wrong-question': 'The question is not the one asked.',
} as const;

export type SkipReason = keyof typeof skipReasons;
export type InjectReason = keyof typeof injectReasons;
export type RefuseReason = keyof typeof refuseReasons;
export type WarningReason = keyof typeof warningReasons;
export type DropReason = keyof typeof dropReasons;
export type UpstreamReplyClass = keyof typeof upstreamReplyClasses;
export type StaleReason = keyof typeof staleReasons;
export type RefreshPurpose = keyof typeof refreshPurposes;
export type RefreshEnd = keyof typeof refreshEnds;
export type SearchOutcome = keyof typeof searchOutcomes;
export type CandidateOutcomeCode = keyof typeof candidateOutcomes;
export type UpstreamFault = keyof typeof upstreamFaults;
export type IgnoredReplyReason = keyof typeof ignoredReplyReasons;
