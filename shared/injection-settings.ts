import { defineSettings, type SettingValues } from './setting-definition.ts';
import { choice } from './value-kinds.ts';

/**
 * Settings of what the webhook adds to a pod. The webhook's environment sets them for all pods, annotations for a
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
]);

export type InjectionSettings = SettingValues<typeof injectionSettings>;

/** What is added where nobody set anything. */
export const injectionDefaults = Object.fromEntries(
  injectionSettings.map(({ key, default: value }) => [key, value]),
) as unknown as InjectionSettings;
