/** Finds the owner of a pod in its metadata. */
import { objectsAt, stringAt, type JsonObject } from './json.ts';

/** The object that a person would look at for a pod: the one on which events are written. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Unknown for a pod that is only being created. */
  readonly uid: string | undefined;
}

/** RFC 1123 subdomain, the longest that Kubernetes takes as a name. Owners are remembered: what is longer is none. */
const maxNameLength = 253;

/** The controller of a pod, as its metadata names it. */
export function controllerOf(pod: JsonObject): Owner | undefined {
  const reference = objectsAt(pod, 'metadata', 'ownerReferences').find(({ controller }) => controller === true);
  const [apiVersion, kind, name, uid] = ['apiVersion', 'kind', 'name', 'uid'].map((key) => stringAt(reference, key));
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const isUsual = [apiVersion, kind, name, uid ?? ''].every((text) => text.length <= maxNameLength);
  return isUsual ? { apiVersion, kind, name, uid } : undefined;
}

/** A pod that nothing controls, if it has a name already. */
export function barePod(pod: JsonObject): Owner | undefined {
  const name = stringAt(pod, 'metadata', 'name');
  return name === undefined || name.length > maxNameLength
    ? undefined
    : { apiVersion: 'v1', kind: 'Pod', name, uid: undefined };
}
