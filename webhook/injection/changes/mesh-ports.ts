/** Keeps service meshes from capturing the admin port. */
import { sidecar } from '../../../shared/values/names.ts';
import { textOf, type JsonObject } from '../../kubernetes/json.ts';
import type { Namespace } from '../../kubernetes/namespace.ts';
import { allContainers, annotationsOf, labelsOf } from '../../kubernetes/pod.ts';

/**
 * Annotations that keep a mesh from capturing our admin port: mutual TLS would fail the kubelet's probes of the sidecar,
 * which would then be restarted for ever. Only those that change; what stands there is kept.
 */
export function meshAnnotations(pod: JsonObject, namespace: Namespace): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const mesh of meshes) {
    if (!mesh.isAskedFor(pod, namespace) && !hasContainer(pod, mesh.container)) continue;
    const ofPod = textOf(annotationsOf(pod), mesh.annotation);
    const present = ofPod ?? (mesh.isInherited ? textOf(namespace.annotations, mesh.annotation) : undefined) ?? '';
    if (!coversAdminPort(present)) changed[mesh.annotation] = withAdminPort(present);
  }
  return changed;
}

interface Mesh {
  readonly annotation: string;
  /** The mesh takes the namespace's annotation where the pod has none, so that a new one of the pod would hide it. */
  readonly isInherited: boolean;
  readonly container: string;
  isAskedFor(pod: JsonObject, namespace: Namespace): boolean;
}

/** Istio reads these as yes in any letter case, an empty text as none, any other as no (pkg/kube/inject injectRequired). */
const istioYes = ['true', 'yes', 'y', 'on'];

const istio: Mesh = {
  annotation: 'traffic.sidecar.istio.io/excludeInboundPorts',
  isInherited: false,
  container: 'istio-proxy',
  isAskedFor: (pod, namespace) => {
    const name = 'sidecar.istio.io/inject';
    const ofPod = textOf(labelsOf(pod), name) ?? textOf(annotationsOf(pod), name);
    if (ofPod !== undefined && ofPod !== '') return istioYes.includes(ofPod.toLowerCase());
    if ((textOf(labelsOf(pod), 'istio.io/rev') ?? '') !== '') return true;
    const ofNamespace = textOf(namespace.labels, 'istio-injection');
    return ofNamespace === undefined
      ? (textOf(namespace.labels, 'istio.io/rev') ?? '') !== ''
      : ofNamespace === 'enabled';
  },
};

const linkerd: Mesh = {
  annotation: 'config.linkerd.io/skip-inbound-ports',
  isInherited: true,
  container: 'linkerd-proxy',
  isAskedFor: (pod, namespace) => {
    const name = 'linkerd.io/inject';
    const value = textOf(annotationsOf(pod), name) ?? textOf(namespace.annotations, name);
    return value === 'enabled' || value === 'ingress';
  },
};

const meshes: readonly Mesh[] = [istio, linkerd];

/** Annotations of others in which our port may stand. */
export const meshAnnotationNames: readonly string[] = meshes.map(({ annotation }) => annotation);

function hasContainer(pod: JsonObject, name: string): boolean {
  return allContainers(pod).some((container) => container.name === name);
}

/** Ports and, for Linkerd, ranges of them, separated by commas; `*` is all of them. */
function coversAdminPort(list: string): boolean {
  return list.split(',').some((item) => {
    const [first = '', last = first] = item.split('-').map((bound) => bound.trim());
    if (first === '*') return true;
    return first !== '' && Number(first) <= sidecar.adminPort && sidecar.adminPort <= Number(last);
  });
}

function withAdminPort(list: string): string {
  const items = list.split(',').filter((item) => item.trim() !== '');
  return [...items, String(sidecar.adminPort)].join(',');
}
