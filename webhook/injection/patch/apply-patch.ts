/** Applies a JSON patch as the API server does. */
import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';

/** The operations of RFC 6902 that our patches use. */
export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move'; readonly from: string; readonly path: string };

/**
 * Applies a patch to a copy, as strictly as the API server's library does: a missing parent, a missing target and an
 * index beyond the end are faults. The API server refuses the pod for one, whatever the failurePolicy.
 */
export function applyPatch(document: JsonObject, patch: readonly Operation[]): Applied {
  const copy = copyOf(document);
  for (const operation of patch) {
    const problem = applyOperation(copy, operation);
    if (problem !== undefined) return { applies: false, problem: `${operation.op} ${operation.path}: ${problem}` };
  }
  return { applies: true, value: copy.document };
}

export type Applied =
  | { readonly applies: true; readonly value: JsonObject }
  | { readonly applies: false; readonly problem: string };

/** A document under change. What no operation has reached yet is shared with the original, which never changes. */
export interface Copy {
  readonly document: JsonObject;
  /** Containers that belong to the copy alone. */
  readonly own: Set<Json>;
}

export function copyOf(document: JsonObject): Copy {
  const copy = { ...document };
  return { document: copy, own: new Set([copy]) };
}

/** Where a pointer goes, step by step. */
export type Steps = readonly (string | number)[];

/** RFC 6901 §3: `~` first, or the escape of `/` would be escaped again. */
export function pointer(path: Steps): string {
  let text = '';
  for (const step of path) text += `/${typeof step === 'number' ? step : escapeStep(step)}`;
  return text;
}

function escapeStep(step: string): string {
  // Few have one.
  return /[~/]/.test(step) ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step;
}

/**
 * Applies one operation to the copy; returns why it does not apply.
 * @param steps of its path, from whoever has them
 */
export function applyOperation(
  copy: Copy,
  operation: Operation,
  steps: Steps = stepsOf(operation.path),
): string | undefined {
  switch (operation.op) {
    case 'add':
      return put(locate(copy, steps), operation.value);
    case 'replace':
      return replace(locate(copy, steps), operation.value);
    case 'remove':
      return take(locate(copy, steps)) ? undefined : noTarget;
    case 'move': {
      const moved = take(locate(copy, stepsOf(operation.from)));
      return moved ? put(locate(copy, steps), moved.value) : noTarget;
    }
  }
}

const noTarget = 'the target does not exist';

interface Place {
  readonly parent: Json[] | JsonObject;
  readonly step: string | number;
}

function stepsOf(path: string): Steps {
  const [, ...steps] = path.split('/');
  return path.includes('~') ? steps.map(unescapeStep) : steps;
}

/** The place that a pointer names, made our own; undefined when its parent is missing. The whole document is no place. */
function locate({ document, own }: Copy, steps: Steps): Place | undefined {
  const last = steps.at(-1);
  let parent: Json[] | JsonObject = document;
  for (const step of steps.slice(0, -1)) {
    const place: Place = { parent, step };
    const child = valueOf(place);
    if (!Array.isArray(child) && !isObject(child)) return undefined;
    if (own.has(child)) parent = child;
    else {
      parent = Array.isArray(child) ? [...child] : { ...child };
      own.add(parent);
      replace(place, parent);
    }
  }
  return last === undefined ? undefined : { parent, step: last };
}

function unescapeStep(step: string): string {
  return step.includes('~') ? step.replaceAll('~1', '/').replaceAll('~0', '~') : step;
}

function isIndex(step: string | number): boolean {
  return typeof step === 'number' || /^(0|[1-9]\d*)$/.test(step);
}

function exists({ parent, step }: Place): boolean {
  return Array.isArray(parent) ? isIndex(step) && Number(step) < parent.length : Object.hasOwn(parent, step);
}

function valueOf(place: Place): Json | undefined {
  if (!exists(place)) return undefined;
  const { parent, step } = place;
  return Array.isArray(parent) ? parent[Number(step)] : parent[step];
}

function put(place: Place | undefined, value: Json): string | undefined {
  if (!place) return 'the parent does not exist';
  const { parent, step } = place;
  if (!Array.isArray(parent)) setMember(parent, step, value);
  else if (step === '-') parent.push(value);
  else if (isIndex(step) && Number(step) <= parent.length) parent.splice(Number(step), 0, value);
  else return 'the index is beyond the end';
  return undefined;
}

function replace(place: Place | undefined, value: Json): string | undefined {
  if (!place || !exists(place)) return noTarget;
  const { parent, step } = place;
  if (Array.isArray(parent)) parent[Number(step)] = value;
  else setMember(parent, step, value);
  return undefined;
}

function take(place: Place | undefined): { value: Json } | undefined {
  if (!place || !exists(place)) return undefined;
  const { parent, step } = place;
  if (Array.isArray(parent)) return { value: parent.splice(Number(step), 1)[0] ?? null };
  const value = parent[step] ?? null;
  delete parent[step];
  return { value };
}

/** An assignment to `__proto__` would change the prototype and not the data. */
function setMember(object: JsonObject, name: string | number, value: Json): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}
