/** A pod without what an injection put into it. Pure. */
import { annotations, labels, noResolverVariable, portSysctl, sidecar } from '../../shared/values/names.ts';
import { meshAnnotationNames } from '../../webhook/injection/changes/mesh-ports.ts';
import { clientNameserver } from '../../webhook/injection/dns/client-configuration.ts';
import { earlierInjection, resolvConfPart } from '../../webhook/injection/facts/earlier-injection.ts';
import { isSysctlPart, sysctlPart } from '../../webhook/injection/facts/port-sysctl.ts';
import { noResolverPart, readStatus, unknownScopeOf, type Status } from '../../webhook/injection/facts/status.ts';
import {
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  textOf,
  valueAt,
  type Json,
  type JsonObject,
} from '../../webhook/kubernetes/json.ts';
import type { Namespace } from '../../webhook/kubernetes/namespace.ts';
import { annotationsOf, containerLists, type ContainerList } from '../../webhook/kubernetes/pod.ts';

export type OriginalPod =
  | {
      readonly found: true;
      readonly pod: JsonObject;
      /** What nothing in the pod tells any more. */
      readonly losses: readonly string[];
    }
  | { readonly found: false; readonly why: string; readonly isInjected: boolean };

/** @param namespace whose annotations a mesh takes where the pod has none */
export function originalPod(pod: JsonObject, namespace: Namespace): OriginalPod {
  const scope = unknownScopeOf(pod);
  if (scope !== undefined)
    return { found: false, isInjected: true, why: `it was injected by another release, with ${scope}` };
  const earlier = earlierInjection(pod, { namespace: namespace.name, now: undefined });
  const { status } = earlier;
  if (!status) {
    const isInjected = earlier.pod !== pod;
    const why = isInjected
      ? `the annotation ${annotations.status}, which says what the pod had, is missing`
      : 'not injected';
    return { found: false, isInjected, why };
  }
  const isDnsAsFound = valueAt(earlier.pod, 'spec', 'dnsConfig') === valueAt(pod, 'spec', 'dnsConfig');
  if (status.scope === 'pod' && isDnsAsFound && pointsAtSidecar(pod)) {
    const why =
      'its dnsConfig was changed after the injection and still points at the sidecar; restore it by hand first';
    return { found: false, isInjected: true, why };
  }
  const losses = [
    ...(status.scope === 'pod' && status.original === undefined
      ? ['its status does not say which dnsPolicy and dnsConfig it had; it has none now']
      : []),
    ...(status.added.includes(resolvConfPart) || status.original !== undefined
      ? []
      : ['the annotation resolv-conf is gone']),
  ];
  return { found: true, pod: withoutRest(earlier.pod, status, namespace), losses };
}

/** Without the sidecar no name would be found. `earlierInjection` restores the DNS fields only where they are as written. */
function pointsAtSidecar(pod: JsonObject): boolean {
  const servers = stringsAt(pod, 'spec', 'dnsConfig', 'nameservers');
  return (
    servers.includes(clientNameserver) || stringsAt(pod, 'spec', 'dnsConfig', 'searches').includes(sidecar.searchMarker)
  );
}

/** Of what `earlierInjection` leaves, because a new injection would add it again. */
function withoutRest(pod: JsonObject, status: Status, namespace: Namespace): JsonObject {
  const metadata = objectAt(pod, 'metadata');
  const spec = objectAt(pod, 'spec');
  const { [labels.injected]: _, ...otherLabels } = objectAt(metadata, 'labels');
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...('labels' in metadata && { labels: otherLabels }),
      annotations: withoutMeshPorts(objectAt(metadata, 'annotations'), status, namespace),
    },
    spec: {
      ...spec,
      ...Object.fromEntries(
        containerLists.flatMap((list): [string, Json][] =>
          Array.isArray(spec[list])
            ? [[list, objectsAt(spec, list).map((one) => withoutVariable(one, list, status))]]
            : [],
        ),
      ),
      ...('securityContext' in spec && { securityContext: withoutSysctl(spec['securityContext'] ?? null, status) }),
    },
  };
}

/** The last one counts, and an injection appends. */
function withoutVariable(container: JsonObject, list: ContainerList, { added }: Status): JsonObject {
  const { name, value } = noResolverVariable;
  if (!added.includes(noResolverPart({ list, name: stringAt(container, 'name') ?? '' }))) return container;
  const variables = objectsAt(container, 'env');
  const last = variables.findLastIndex((variable) => variable['name'] === name);
  if (last < 0 || variables[last]?.['value'] !== value) return container;
  return { ...container, env: variables.filter((_, i) => i !== last) };
}

function withoutSysctl(security: Json, { added }: Status): Json {
  const part = added.find(isSysctlPart);
  const sysctls = objectsAt(security, 'sysctls');
  if (part === undefined || sysctls.length === 0) return security;
  const isOurs = (entry: JsonObject): boolean =>
    stringAt(entry, 'name')?.replaceAll('/', '.') === portSysctl.name && entry['value'] === portSysctl.value;
  const restored =
    part === sysctlPart
      ? sysctls.filter((entry) => !isOurs(entry))
      : sysctls.map((entry) => (isOurs(entry) ? { ...entry, value: part.slice(sysctlPart.length + 1) } : entry));
  return { ...objectAt(security), sysctls: restored };
}

/** What the namespace says was copied in front of our port. */
function withoutMeshPorts(present: JsonObject, { added }: Status, namespace: Namespace): JsonObject {
  const kept = Object.entries(present).flatMap(([name, ports]): [string, Json][] => {
    const isOurs = meshAnnotationNames.includes(name) && added.includes(`annotations/${name}`);
    if (!isOurs || typeof ports !== 'string') return [[name, ports]];
    const items = ports.split(',');
    const rest = items.filter((item, i) => i < items.length - 1 || item !== String(sidecar.adminPort)).join(',');
    return rest === '' || rest === textOf(namespace.annotations, name) ? [] : [[name, rest]];
  });
  return Object.fromEntries(kept);
}

/** Whether the pod has a status of ours. */
export function hasStatus(pod: JsonObject): boolean {
  return readStatus(pod) !== undefined || textOf(annotationsOf(pod), annotations.status) !== undefined;
}
