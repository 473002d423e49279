import { objectsAt, stringAt, type JsonObject } from './json.ts';

/** The object that a person would look at for a pod: the one on which events are written. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Unknown for a pod that is only being created. */
  readonly uid: string | undefined;
}

/** The controller of a pod, as its metadata names it. */
export function controllerOf(pod: JsonObject): Owner | undefined {
  const reference = objectsAt(pod, 'metadata', 'ownerReferences').find(({ controller }) => controller === true);
  const [apiVersion, kind, name] = ['apiVersion', 'kind', 'name'].map((key) => stringAt(reference, key));
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  return { apiVersion, kind, name, uid: stringAt(reference, 'uid') };
}
