/** Reads parts of a pod's JSON. */
import { annotations, noResolverVariable, sidecar } from '../../shared/values/names.ts';
import { isObject, objectsAt, stringAt, textsAt, valueAt, type JsonObject } from './json.ts';

/** The lists of a pod that hold containers. Ephemeral containers cannot be part of a pod's creation. */
export const containerLists = ['initContainers', 'containers'] as const;
export type ContainerList = (typeof containerLists)[number];

export interface PlacedContainer {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string;
  readonly value: JsonObject;
}

/** All containers and init containers, ours included. */
export function allContainers(pod: JsonObject): PlacedContainer[] {
  const found: PlacedContainer[] = [];
  for (const list of containerLists)
    for (const [index, value] of objectsAt(pod, 'spec', list).entries())
      found.push({ list, index, name: stringAt(value, 'name') ?? '', value });
  return found;
}

/** The containers that are not ours. */
export function otherContainers(pod: JsonObject): PlacedContainer[] {
  return allContainers(pod).filter((container) => container.name !== sidecar.containerName);
}

/** Our entry among the init containers. */
export function sidecarOf(pod: JsonObject): PlacedContainer | undefined {
  const list = 'initContainers';
  const containers = objectsAt(pod, 'spec', list);
  const index = containers.findIndex(({ name }) => name === sidecar.containerName);
  const value = containers[index];
  return value && { list, index, name: sidecar.containerName, value };
}

/** Whether its containers have ended, or are about to. */
export function isOver(pod: JsonObject): boolean {
  const phase = stringAt(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed' || valueAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
}

/** Whether a container's mount is the changed resolv.conf that we put there (scope containers). */
export function isOwnMount({ name, mountPath }: JsonObject): boolean {
  return name === sidecar.volumeName && mountPath === '/etc/resolv.conf';
}

export function annotationsOf(object: JsonObject): Readonly<Record<string, string>> {
  return textsAt(object, 'metadata', 'annotations');
}

export function labelsOf(object: JsonObject): Readonly<Record<string, string>> {
  return textsAt(object, 'metadata', 'labels');
}

/** The value of a variable that is set as text. The last entry of a name counts, as in the kubelet. */
export function environmentText(container: JsonObject, name: string): string | undefined {
  const entry = objectsAt(container, 'env').findLast((variable) => variable['name'] === name);
  return stringAt(entry, 'value');
}

/** Whether the container's ALPINE_NO_RESOLVER opts it out of a resolver of its own: any text does, `false` too. */
export function isOptedOut(container: JsonObject): boolean {
  const entry = objectsAt(container, 'env').findLast(({ name }) => name === noResolverVariable.name);
  return (stringAt(entry, 'value') ?? '') !== '' || isObject(valueAt(entry, 'valueFrom'));
}

/** The stored original of an injected pod: the annotation, else the copy in the environment of our container. */
export function storedResolvConf(pod: JsonObject): string | undefined {
  const annotation = annotationsOf(pod)[annotations.resolvConf];
  if (annotation !== undefined && annotation !== '') return annotation;
  const entry = sidecarOf(pod);
  const escaped = entry && environmentText(entry.value, originalResolvConfVariable);
  return escaped === undefined ? undefined : unescapeEnvironmentText(escaped);
}

export const originalResolvConfVariable = 'RESOLVER_ORIGINAL_RESOLV_CONF';

/** The kubelet expands `$(NAME)` in values and reads `$$` as `$` (third_party/forked/golang/expansion). */
export function escapeEnvironmentText(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** What the kubelet makes of such a text. */
export function unescapeEnvironmentText(text: string): string {
  return text.replaceAll('$$', '$');
}
