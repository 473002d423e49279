import { cloneJson, isObject, type Json, type JsonObject } from './json.ts';

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
  const value = cloneJson(document);
  for (const operation of patch) {
    const problem = applyOperation(value, operation);
    if (problem !== undefined) return { applies: false, problem: `${operation.op} ${operation.path}: ${problem}` };
  }
  return { applies: true, value };
}

export type Applied =
  | { readonly applies: true; readonly value: JsonObject }
  | { readonly applies: false; readonly problem: string };

/** RFC 6901 §3: `~` first, or the escape of `/` would be escaped again. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Applies one operation to the document itself; the result says why it does not apply. */
export function applyOperation(document: JsonObject, operation: Operation): string | undefined {
  switch (operation.op) {
    case 'add':
      return put(locate(document, operation.path), cloneJson(operation.value));
    case 'replace':
      return replace(locate(document, operation.path), cloneJson(operation.value));
    case 'remove':
      return take(locate(document, operation.path)) ? undefined : noTarget;
    case 'move': {
      const moved = take(locate(document, operation.from));
      return moved ? put(locate(document, operation.path), moved.value) : noTarget;
    }
  }
}

const noTarget = 'the target does not exist';

interface Place {
  readonly parent: Json[] | JsonObject;
  readonly step: string;
}

/** The place that a pointer names; undefined when its parent is missing. The whole document is no place. */
function locate(document: JsonObject, path: string): Place | undefined {
  const [, ...steps] = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  let parent: Json = document;
  for (const step of steps) {
    if (Array.isArray(parent)) parent = (isIndex(step) ? parent[Number(step)] : undefined) ?? null;
    else if (isObject(parent)) parent = (Object.hasOwn(parent, step) ? parent[step] : undefined) ?? null;
  }
  return last !== undefined && (Array.isArray(parent) || isObject(parent)) ? { parent, step: last } : undefined;
}

function isIndex(step: string): boolean {
  return /^(0|[1-9]\d*)$/.test(step);
}

function exists({ parent, step }: Place): boolean {
  return Array.isArray(parent) ? isIndex(step) && Number(step) < parent.length : Object.hasOwn(parent, step);
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
function setMember(object: JsonObject, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}
