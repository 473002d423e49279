/** Builds the JSON patch of an injection. */
import { noResolverVariable, portSysctl, sidecar } from '../../../shared/values/names.ts';
import { applyOperation, copyOf, pointer, type Copy, type Operation, type Steps } from './apply-patch.ts';
import { arrayAt, equalJson, isObject, objectsAt, valueAt, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { isOwnMount, sidecarOf } from '../../kubernetes/pod.ts';
import type { ContainerChange, PodChanges } from '../changes/pod-changes.ts';
import type { SysctlChange } from '../facts/port-sysctl.ts';

/**
 * The smallest patch that brings the changes into the pod, always in the same order: labels, annotations, DNS, sysctl,
 * volume, containers, our entry. What is there already costs no operation. Each index counts in the document as the
 * operations before it leave it; our entry moves last, so that the others keep theirs.
 */
export function buildPatch(pod: JsonObject, changes: PodChanges): Operation[] {
  const draft = new Draft(pod);
  for (const [name, text] of Object.entries(changes.labels)) draft.set(['metadata', 'labels', name], text);
  for (const [name, text] of Object.entries(changes.annotations)) draft.put(['metadata', 'annotations', name], text);
  if (changes.dns) {
    draft.put(['spec', 'dnsPolicy'], changes.dns.dnsPolicy);
    draft.put(['spec', 'dnsConfig'], changes.dns.dnsConfig);
  }
  draftSysctl(draft, changes.sysctl);
  if (changes.volume) draftVolume(draft, changes.volume);
  for (const change of changes.containers) draftContainer(draft, change);
  draftSidecar(draft, changes.sidecar);
  return draft.operations;
}

function draftSysctl(draft: Draft, change: SysctlChange): void {
  const path = ['spec', 'securityContext', 'sysctls'];
  switch (change.do) {
    case 'nothing':
      return;
    case 'append':
      return draft.append(path, { ...portSysctl });
    case 'lower':
      for (const index of change.indices) draft.set([...path, index, 'value'], portSysctl.value);
      return;
    case 'remove':
      return draft.put(arrayAt(draft.document, ...path).length > 1 ? [...path, change.index] : path, undefined);
  }
}

function draftVolume(draft: Draft, wanted: JsonObject): void {
  const path = ['spec', 'volumes'];
  const index = objectsAt(draft.document, ...path).findIndex(({ name }) => name === sidecar.volumeName);
  if (index < 0) draft.append(path, wanted);
  else draft.set([...path, index], wanted);
}

function draftContainer(draft: Draft, { list, index, noResolver, mount, unmounted }: ContainerChange): void {
  const container = ['spec', list, index];
  if (noResolver?.index !== undefined)
    draft.set([...container, 'env', noResolver.index, 'value'], noResolverVariable.value);
  else if (noResolver) draft.append([...container, 'env'], { ...noResolverVariable });
  const mounts = [...container, 'volumeMounts'];
  if (unmounted !== undefined) draft.put([...mounts, unmounted], undefined);
  if (!mount) return;
  const present = objectsAt(draft.document, ...mounts);
  const own = present.findIndex(isOwnMount);
  if (own < 0) draft.append(mounts, mount);
  else if (present[own]?.['subPath'] !== mount['subPath']) draft.set([...mounts, own], mount);
}

function draftSidecar(draft: Draft, wanted: JsonObject): void {
  const path = ['spec', 'initContainers'];
  const present = sidecarOf(draft.document);
  if (!present) return draft.prepend(path, wanted);
  draft.set([...path, present.index], wanted);
  if (present.index > 0) draft.move([...path, present.index], [...path, 0]);
}

/** A copy of the pod that is changed operation by operation. */
class Draft {
  readonly operations: Operation[] = [];
  readonly #copy: Copy;

  constructor(pod: JsonObject) {
    this.#copy = copyOf(pod);
  }

  get document(): JsonObject {
    return this.#copy.document;
  }

  /** Adds or replaces the member; nothing happens where it has the value. */
  set(path: Steps, value: Json): void {
    const present = valueAt(this.document, ...path);
    if (present !== undefined && equalJson(present, value)) return;
    if (present !== undefined) this.#perform({ op: 'replace', path: pointer(path), value }, path);
    else this.#add(path, value);
  }

  /** Sets the member, or removes it. */
  put(path: Steps, value: Json | undefined): void {
    if (value !== undefined) this.set(path, value);
    else if (valueAt(this.document, ...path) !== undefined) this.#perform({ op: 'remove', path: pointer(path) }, path);
  }

  append(path: Steps, entry: Json): void {
    this.#addEntry(path, '-', entry);
  }

  prepend(path: Steps, entry: Json): void {
    this.#addEntry(path, 0, entry);
  }

  move(from: Steps, to: Steps): void {
    this.#perform({ op: 'move', from: pointer(from), path: pointer(to) }, to);
  }

  #addEntry(list: Steps, place: 0 | '-', entry: Json): void {
    const path = [...list, place];
    if (!Array.isArray(valueAt(this.document, ...list))) return this.#add(list, [entry]);
    return this.#perform({ op: 'add', path: pointer(path), value: entry }, path);
  }

  /** An empty list or map is absent in an AdmissionReview (omitempty): the first missing parent is added with what it holds. */
  #add(path: Steps, value: Json): void {
    const parent = path.slice(0, -1);
    if (parent.length === 0 || isObject(valueAt(this.document, ...parent)))
      return this.#perform({ op: 'add', path: pointer(path), value }, path);
    return this.#add(parent, { [String(path.at(-1))]: value });
  }

  #perform(operation: Operation, steps: Steps): void {
    const problem = applyOperation(this.#copy, operation, steps);
    if (problem !== undefined) throw new Error(`${operation.op} ${operation.path}: ${problem}`);
    this.operations.push(operation);
  }
}
