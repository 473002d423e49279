/** What of a manifest `uninject` could not bring back as it was. */
import { equalJson, isObject, type Json } from '../../webhook/kubernetes/json.ts';
import type { Namespace } from '../../webhook/kubernetes/namespace.ts';
import { changeManifest, manifestOf, type ChangedManifest, type Manifest, type Verdict } from './manifests.ts';
import { originalVerdict } from './uninject.ts';

interface Fresh {
  readonly change: ChangedManifest;
  /** The workloads that had nothing of ours before. */
  readonly fresh: readonly Verdict[];
  namespaceOf(name: string): Namespace;
}

/** A sentence for each document with a loss, found by undoing the change. */
export function lossesOf(manifest: Manifest, { change, fresh, namespaceOf }: Fresh): string[] {
  if (fresh.length === 0) return [];
  const { source, file } = manifest;
  const injected = manifestOf({ title: source.title, text: change.text }, change.file, '');
  const places = new Map(fresh.map(({ workload }) => [placeKey(workload), workload.namespace]));
  const verdicts = injected.workloads
    .filter((workload) => places.has(placeKey(workload)))
    // A namespace may be that of an option, which the text does not tell.
    .map((workload) => originalVerdict(workload, namespaceOf(places.get(placeKey(workload)) ?? '')));
  const restored = changeManifest(injected, verdicts, true);
  if (restored.text === source.text) return [];
  return file.documents.flatMap(({ document, object }, i) => {
    const other = restored.file.documents[i];
    if (!other || !fresh.some(({ workload }) => workload.document === i)) return [];
    const [start, end] = [document.range[0], document.range[2]];
    const [text, now] = [
      source.text.slice(start, end),
      restored.text.slice(other.document.range[0], other.document.range[2]),
    ];
    if (text === now) return [];
    const place = file.place(start + commonLength(text, now)).replace(/:\d+$/, '');
    return [
      equalJson(withoutNothing(object), withoutNothing(other.object))
        ? `${place}: from here on uninject restores the data, not each comment and form`
        : `${place}: from here on uninject restores not all: a value that another one replaces is noted nowhere`,
    ];
  });
}

function placeKey({ document, steps }: { document: number; steps: readonly string[] }): string {
  return JSON.stringify([document, steps]);
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return length;
}

/** The API takes null, an empty object and an empty list for nothing. */
function withoutNothing(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]): [string, Json] => [key, withoutNothing(member)]);
  return Object.fromEntries(members.filter(([, member]) => !isNothing(member)));
}

function isNothing(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
