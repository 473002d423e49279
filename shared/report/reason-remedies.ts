/** What to do about a reason, where there is something to do. */
import type {
  DropReason,
  RefuseReason,
  SearchOutcome,
  SkipReason,
  UpstreamReplyClass,
  WarningReason,
} from './reasons.ts';

type Reason = SkipReason | RefuseReason | WarningReason | DropReason | SearchOutcome | UpstreamReplyClass;

export const reasonRemedies: Partial<Readonly<Record<Reason, string>>> = {
  'namespace-not-opted-in':
    'Label the namespace: `kubectl label namespace NAMESPACE alpine-resolver.io/inject=enabled`, and create the pod anew.',
  'opted-out-by-label': 'Take the label off the pod template where that was not meant.',
  'opted-out': 'Take the annotation off the pod template or the namespace where that was not meant.',
  'native-sidecar-unsupported': 'The sidecar needs Kubernetes 1.29 or later.',
  'unknown-scope': 'Create the pod anew, so that this release injects it from the beginning.',
  'host-network': 'Nothing: such a pod has the resolver of its node.',
  'name-taken': 'Give the container, the volume or the mount another name.',
  'port-in-use':
    'If the program leaves port 53 alone, annotate the pod template with `alpine-resolver.io/inject: always`, or shorten `WEBHOOK_DNS_SERVER_IMAGES`; a declared port must go.',
  'port-sysctl': 'Take the sysctl `net.ipv4.ip_unprivileged_port_start` off the pod, or set `port-sysctl` for it.',
  'invalid-dns-config':
    'Mend `dnsPolicy` and `dnsConfig` of the pod as the detail says; without the sidecar it is refused, too.',
  'dns-config-unsure': 'Write the part of `dnsConfig` that the detail names in the form that every release takes.',
  'cluster-dns-unknown': 'Set `WEBHOOK_NAMESERVERS` and `WEBHOOK_CLUSTER_DOMAIN`.',
  'limit-range':
    'Raise the maximum of the LimitRange where it is below what the sidecar needs; else set `cpu-request`, `cpu-limit`, `memory-request` or `memory-limit` so that the LimitRange is met.',
  'not-alpine':
    'If an image is built on Alpine, annotate the pod template with `alpine-resolver.io/inject: always`, or add the image to `WEBHOOK_ALPINE_IMAGES`.',
  'internal-error': 'It is a fault of the webhook: report it with the log line.',
  'invalid-annotation': 'Mend the values that the message names.',
  'unknown-annotation': 'See the names in docs/settings.md.',
  'invalid-namespace-annotation': 'Mend the annotation of the namespace; until then it counts as not set.',
  'variables-not-copied':
    'Set the annotations of docs/from-alpine-kubernetes.md in their place, or the same variables as plain texts in all such containers.',
  'resolv-conf-mounted': 'Take the mount away where the container shall resolve names as glibc does.',
  'searches-full': 'Raise `max-searches`, or see which nameserver is slow: `alpine-resolver explain NAME`.',
  'connections-full': 'Raise `max-tcp-connections`.',
  again: 'See which nameserver fails or is silent: `alpine-resolver explain NAME` with its configuration.',
  'time-limit': 'See which nameserver is slow or silent: `alpine-resolver explain NAME` with its configuration.',
  lost: 'The nameserver is silent, or something between drops its packets.',
};
