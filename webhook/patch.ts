import { sidecar, noResolverVariable } from '../shared/names.ts';
import { applyOperation, copyOf, pointer, type Copy, type Operation } from './apply-patch.ts';
import { equalJson, isObject, objectsAt, valueAt, type Json, type JsonObject } from './json.ts';
import { overlay } from './overlay.ts';
import { sidecarOf } from './pod.ts';
import type { PodChanges } from './pod-changes.ts';

/**
 * The smallest patch that brings the changes into the pod, always in the same order: labels, annotations, DNS, sysctl,
 * volume, containers, our entry. What is there already costs no operation. Each index counts in the document as the
 * operations before it leave it; our entry moves last, so that the others keep theirs.
 */
export function buildPatch(pod: JsonObject, changes: PodChanges): Operation[] {
  const draft = new Draft(pod);
  for (const part of ['labels', 'annotations'] as const)
    for (const [name, text] of Object.entries(changes[part])) draft.set(['metadata', part, name], text);
  if (changes.dns) {
    draft.set(['spec', 'dnsPolicy'], changes.dns.dnsPolicy);
    draft.set(['spec', 'dnsConfig'], changes.dns.dnsConfig);
  }
  if (changes.sysctl) {
    const { name, value, index } = changes.sysctl;
    const path = ['spec', 'securityContext', 'sysctls'];
    if (index === undefined) draft.append(path, { name, value });
    else draft.set([...path, index, 'value'], value);
  }
  draftVolume(draft, changes.volume);
  for (const { list, index, noResolver, mount } of changes.containers) {
    const container = ['spec', list, index];
    if (noResolver?.index !== undefined)
      draft.set([...container, 'env', noResolver.index, 'value'], noResolverVariable.value);
    else if (noResolver) draft.append([...container, 'env'], { ...noResolverVariable });
    if (mount && !draft.has([...container, 'volumeMounts'], ({ mountPath }) => mountPath === mount['mountPath']))
      draft.append([...container, 'volumeMounts'], mount);
  }
  draftSidecar(draft, changes.sidecar);
  return draft.operations;
}

function draftVolume(draft: Draft, wanted: JsonObject): void {
  const path = ['spec', 'volumes'];
  const present = objectsAt(draft.document, ...path);
  const index = present.findIndex(({ name }) => name === sidecar.volumeName);
  const volume = present[index];
  if (volume) draft.set([...path, index], overlay(volume, wanted));
  else draft.append(path, wanted);
}

function draftSidecar(draft: Draft, wanted: JsonObject): void {
  const path = ['spec', 'initContainers'];
  const present = sidecarOf(draft.document);
  if (!present) return draft.prepend(path, wanted);
  draft.set([...path, present.index], wanted);
  if (present.index > 0) draft.move([...path, present.index], [...path, 0]);
}

type Path = readonly (string | number)[];

/** A pod under change: the operations so far, and the document as they leave it. */
class Draft {
  readonly operations: Operation[] = [];
  readonly #copy: Copy;

  constructor(pod: JsonObject) {
    this.#copy = copyOf(pod);
  }

  get document(): JsonObject {
    return this.#copy.document;
  }

  has(path: Path, matches: (entry: JsonObject) => boolean): boolean {
    return objectsAt(this.document, ...path).some(matches);
  }

  /** Adds or replaces the member; nothing happens where it has the value. */
  set(path: Path, value: Json): void {
    const present = valueAt(this.document, ...path);
    if (present !== undefined && equalJson(present, value)) return;
    if (present !== undefined) this.#perform({ op: 'replace', path: pointer(path), value });
    else this.#add(path, value);
  }

  append(path: Path, entry: Json): void {
    if (Array.isArray(valueAt(this.document, ...path)))
      this.#perform({ op: 'add', path: pointer([...path, '-']), value: entry });
    else this.#add(path, [entry]);
  }

  prepend(path: Path, entry: Json): void {
    if (Array.isArray(valueAt(this.document, ...path)))
      this.#perform({ op: 'add', path: pointer([...path, 0]), value: entry });
    else this.#add(path, [entry]);
  }

  move(from: Path, to: Path): void {
    this.#perform({ op: 'move', from: pointer(from), path: pointer(to) });
  }

  /** An empty list or map is absent in an AdmissionReview (omitempty): the first missing parent is added with what it holds. */
  #add(path: Path, value: Json): void {
    const parent = path.slice(0, -1);
    if (parent.length === 0 || isObject(valueAt(this.document, ...parent)))
      return this.#perform({ op: 'add', path: pointer(path), value });
    return this.#add(parent, { [String(path.at(-1))]: value });
  }

  #perform(operation: Operation): void {
    const problem = applyOperation(this.#copy, operation);
    if (problem !== undefined) throw new Error(`${operation.op} ${operation.path}: ${problem}`);
    this.operations.push(operation);
  }
}
