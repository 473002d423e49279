/** Pods out of the objects that a user gives: pods themselves, and templates of whatever makes pods. */
import { isObject, objectAt, stringAt, valueAt, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { findTextFault } from './text-faults.ts';

export interface ManifestPod {
  /** `Deployment shop/storefront` */
  readonly title: string;
  readonly namespace: string;
  /** Where the pod, or the template of it, stands in its object; empty for a pod itself. */
  readonly path: readonly string[];
  readonly pod: JsonObject;
  /** Why the API server refuses the object before any webhook sees the pod. */
  readonly fault?: string;
}

export interface ManifestContents {
  readonly pods: readonly ManifestPod[];
  /** Kinds of the objects that have no pod in them, and how many there are of each. */
  readonly others: ReadonlyMap<string, number>;
}

/** Where the template stands in the kinds of Kubernetes itself; what is there is a template, whatever it holds. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  PodTemplate: ['template'],
};

const maxDepth = 32;
const withoutKind = 'an object without kind';

/** @param defaultNamespace of objects that name none */
export function podsOf(objects: readonly JsonObject[], defaultNamespace: string): ManifestContents {
  const pods: ManifestPod[] = [];
  const others = new Map<string, number>();
  for (const object of objects) {
    const found = podsOfObject(object, defaultNamespace);
    if (found.length === 0) {
      const kind = stringAt(object, 'kind') ?? withoutKind;
      others.set(kind, (others.get(kind) ?? 0) + 1);
    } else for (const pod of found) pods.push(pod);
  }
  return { pods, others };
}

/** `2 Service, 1 ConfigMap` */
export function formatOthers(others: ReadonlyMap<string, number>): string {
  return [...others].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

/** The pods of one object that is no List. */
export function podsOfObject(object: JsonObject, defaultNamespace: string): ManifestPod[] {
  const kind = stringAt(object, 'kind') ?? '';
  const name = stringAt(object, 'metadata', 'name') ?? stringAt(object, 'metadata', 'generateName') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace') || defaultNamespace;
  const title = `${kind === '' ? withoutKind : kind} ${namespace}/${name}`;
  if (kind === 'Pod')
    return [{ title, namespace, path: [], pod: inNamespace(object, namespace), ...faultOf(object, []) }];
  const found = templatesOf(object, kind);
  return found.map(({ path, template }) => ({
    // Some kinds make pods of several sorts.
    title: found.length > 1 ? `${title} (${path.join('.')})` : title,
    namespace,
    path,
    pod: podOfTemplate(template, name, namespace),
    ...faultOf(template, path),
  }));
}

interface FoundTemplate {
  /** `spec`, `template` */
  readonly path: readonly string[];
  readonly template: JsonObject;
}

function templatesOf(object: JsonObject, kind: string): FoundTemplate[] {
  const path = Object.hasOwn(templates, kind) ? templates[kind] : undefined;
  const known = path === undefined ? undefined : valueAt(object, ...path);
  if (path !== undefined && isObject(known)) return [{ path, template: known }];
  const found: FoundTemplate[] = [];
  collectTemplates(object, [], found);
  return found;
}

/** In custom resources: every object below the top whose `spec` has a list of containers, at whatever depth. */
function collectTemplates(value: Json, path: readonly string[], found: FoundTemplate[]): void {
  if (path.length > maxDepth) return;
  if (Array.isArray(value)) return value.forEach((item, i) => collectTemplates(item, [...path, String(i)], found));
  if (!isObject(value)) return;
  const containers = valueAt(value, 'spec', 'containers');
  if (path.length > 0 && Array.isArray(containers) && containers.every(isObject))
    return void found.push({ path, template: value });
  for (const [key, member] of Object.entries(value)) collectTemplates(member, [...path, key], found);
}

/** As the controllers make it (pkg/controller GetPodFromTemplate): of the template's metadata these members count. */
const templateMetadata = ['labels', 'annotations', 'finalizers'];

function podOfTemplate(template: JsonObject, name: string, namespace: string): JsonObject {
  const given = objectAt(template, 'metadata');
  const kept = Object.fromEntries(Object.entries(given).filter(([key]) => templateMetadata.includes(key)));
  const metadata = { generateName: `${name}-`, namespace, ...kept };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template['spec'] ?? {} };
}

function inNamespace(pod: JsonObject, namespace: string): JsonObject {
  return { ...pod, metadata: { ...objectAt(pod, 'metadata'), namespace } };
}

function faultOf(pod: JsonObject, path: readonly string[]): Pick<ManifestPod, 'fault'> {
  const fault = findTextFault(pod, path.join('.'));
  return fault === undefined ? {} : { fault };
}
