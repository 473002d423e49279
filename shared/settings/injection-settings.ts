/** The table of settings for what the webhook adds to a pod. */
import { quantity } from '../values/kubernetes-kinds.ts';
import { defineSettings, type SettingValues } from './setting-definition.ts';
import { sidecarAmounts } from './sidecar-amounts.ts';
import { choice, flag } from '../values/value-kinds.ts';

const { cpu, memory } = sidecarAmounts;

/**
 * The webhook's environment sets them for all pods, annotations for a
 * namespace or a pod; the sidecar never reads them, so they change nothing in a running pod.
 */
export const injectionSettings = defineSettings('webhook', [
  {
    key: 'portSysctl',
    kind: choice(['set', 'omit']),
    default: 'set',
    meaning:
      'Whether the pod gets the sysctl `net.ipv4.ip_unprivileged_port_start=0`, without which some container runtimes keep port 53 for root. `omit` only where the runtime opens the port by itself: a pod whose own sysctl keeps port 53 for root is then left alone.',
    annotation: true,
  },
  {
    key: 'meshPorts',
    kind: choice(['add', 'omit']),
    default: 'add',
    meaning:
      "Whether the sidecar's admin port is added to the annotation that keeps a mesh (Istio, Linkerd) from capturing it, in pods that ask for one. A captured port can fail the kubelet's probes.",
    annotation: true,
  },
  {
    key: 'keepSearches',
    kind: flag(),
    default: false,
    meaning:
      "Puts the original search domains behind the marker into the file that the containers see, as many as fit into the longest line that musl reads (254 bytes), for programs that read its `search` line themselves. What programs resolve stays the same; for each name that does not exist the C library asks the sidecar once more per domain. Nothing in plain mode, which has no search line; where only the node knows its domains (`dnsPolicy: Default`), those of the pod's `dnsConfig`.",
    annotation: true,
  },
  {
    key: 'cpuRequest',
    kind: quantity({ resource: 'cpu', min: cpu.minRequest, max: cpu.max }),
    default: undefined,
    defaultText: `\`${cpu.request}\``,
    meaning:
      "The sidecar's request for CPU; one above the limit is lowered to it. In Guaranteed pods it equals the limit.",
    annotation: true,
  },
  {
    key: 'cpuLimit',
    kind: quantity({ resource: 'cpu', min: cpu.minLimit, max: cpu.max, orNone: true }),
    default: undefined,
    defaultText: `\`${cpu.limit}\`, \`${cpu.guaranteed}\` in Guaranteed pods`,
    meaning:
      "The sidecar's limit of CPU. With `none` it has none, but for Guaranteed pods and where a LimitRange says something about limits: there the default counts.",
    annotation: true,
  },
  {
    key: 'memoryRequest',
    kind: quantity({ resource: 'memory', min: memory.minRequest, max: memory.max }),
    default: undefined,
    defaultText: `\`${memory.request}\``,
    meaning: "The sidecar's request for memory; the rules are those of CPU.",
    annotation: true,
  },
  {
    key: 'memoryLimit',
    kind: quantity({ resource: 'memory', min: memory.minLimit, max: memory.max, orNone: true }),
    default: undefined,
    defaultText: `\`${memory.limit}\``,
    meaning: "The sidecar's limit of memory; the rules are those of CPU.",
    annotation: true,
  },
]);

export type InjectionSettings = SettingValues<typeof injectionSettings>;

/** What is added where nobody set anything. */
export const injectionDefaults = Object.fromEntries(
  injectionSettings.map(({ key, default: value }) => [key, value]),
) as unknown as InjectionSettings;
