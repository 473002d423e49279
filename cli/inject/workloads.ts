/** The pods and pod templates in a file, and the file with others in their place. */
import { isCollection, type Document } from 'yaml';
import { equalJson, isObject, objectAt, stringAt, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { itemsOf, type ManifestFile } from '../manifests/documents.ts';
import { podsOfObject, type ManifestPod } from '../manifests/pods.ts';

export interface Workload extends ManifestPod {
  /** Index of its document. */
  readonly document: number;
  /** From the top of the document to the pod or template. */
  readonly steps: readonly string[];
  /** `FILE:LINE` */
  readonly place: string;
}

export interface FileContents {
  readonly workloads: readonly Workload[];
  /** Objects without a pod, and those with. */
  readonly objects: readonly JsonObject[];
  readonly others: readonly JsonObject[];
}

/** @param defaultNamespace of objects that name none */
export function contentsOf(file: ManifestFile, defaultNamespace: string): FileContents {
  const workloads: Workload[] = [];
  const objects: JsonObject[] = [];
  const others: JsonObject[] = [];
  file.documents.forEach(({ document, object }, index) => {
    for (const { item, steps } of itemsOf(object)) {
      const pods = podsOfObject(item, defaultNamespace);
      objects.push(item);
      if (pods.length === 0) others.push(item);
      const place = file.place(offsetOf(document, steps)).replace(/:\d+$/, '');
      for (const pod of pods) workloads.push({ ...pod, document: index, steps: [...steps, ...pod.path], place });
    }
  });
  return { workloads, objects, others };
}

function offsetOf(document: Document.Parsed, steps: readonly string[]): number {
  const node = steps.length === 0 ? document.contents : document.getIn(steps, true);
  return (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? document.range[0];
}

/** The document with the labels, annotations and spec of another pod in the template. */
export function withPod(object: JsonObject, steps: readonly string[], pod: JsonObject): JsonObject {
  return changedAt(object, steps, (template) => {
    const { labels: _, annotations: __, ...metadata } = objectAt(template, 'metadata');
    const { labels, annotations } = objectAt(pod, 'metadata');
    const wanted = {
      ...metadata,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    };
    const isWithout = !('metadata' in objectAt(template)) && Object.keys(wanted).length === 0;
    return { ...objectAt(template), ...(!isWithout && { metadata: wanted }), spec: pod['spec'] ?? null };
  }) as JsonObject;
}

function changedAt(value: Json, [step, ...rest]: readonly string[], change: (value: Json) => Json): Json {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === step ? changedAt(item, rest, change) : item));
  const object = objectAt(value);
  return { ...object, [step]: changedAt(object[step] ?? null, rest, change) };
}

/**
 * What an injection filled is gone again: objects and lists that became empty go with their keys, but for those in
 * brackets beside which there are none, which a user had written empty.
 */
export function withoutEmptied(document: Document.Parsed, before: JsonObject, after: JsonObject): JsonObject {
  return pruned(before, after, []) as JsonObject;

  function pruned(old: Json | undefined, value: Json, steps: readonly string[]): Json {
    if (old === undefined || equalJson(old, value)) return value;
    if (Array.isArray(value) && Array.isArray(old))
      // Entries that went have moved the others: those of one name belong together.
      return value.map((item, i) => {
        const name = stringAt(item, 'name');
        const at = name === undefined ? -1 : old.findIndex((other) => stringAt(other, 'name') === name);
        const index = at < 0 ? i : at;
        return pruned(old[index], item, [...steps, String(index)]);
      });
    if (!isObject(value) || !isObject(old)) return value;
    const members = Object.entries(value).flatMap(([key, member]): [string, Json][] => {
      const path = [...steps, key];
      const kept = pruned(old[key], member, path);
      const isEmptied = isEmpty(kept) && old[key] !== undefined && !isEmpty(old[key]);
      return isEmptied && !wasWrittenEmpty(document, path) ? [] : [[key, kept]];
    });
    return Object.fromEntries(members);
  }
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function wasWrittenEmpty(document: Document.Parsed, path: readonly string[]): boolean {
  const [node, parent] = [document.getIn(path, true), document.getIn(path.slice(0, -1), true)];
  return isCollection(node) && node.flow === true && isCollection(parent) && parent.flow !== true;
}
