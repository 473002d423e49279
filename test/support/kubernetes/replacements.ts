/** Performs the replacements of a kustomize component. */
import { isDeepStrictEqual } from 'node:util';
import { isObject, stringAt, type Json, type JsonObject } from '../../../webhook/kubernetes/json.ts';

/** So much of kustomize's `replacements` as our component uses, for machines without kubectl. */
export interface Replacement {
  readonly source: Selector & { readonly fieldPath: string };
  readonly targets: readonly { readonly select: Selector; readonly fieldPaths: readonly string[] }[];
}

interface Selector {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** The objects after the replacements, without those that are not to be applied. Throws where a path leads nowhere. */
export function replaceIn(objects: readonly JsonObject[], replacements: readonly Replacement[]): JsonObject[] {
  // kustomize selects by what the objects were called before.
  const pairs = objects.map((before) => ({ before, after: structuredClone(before) }));
  for (const { source, targets } of replacements) {
    const from = pairs.find(({ before }) => isSelected(before, source));
    if (from === undefined) throw new Error(`there is no ${source.kind} ${source.name}`);
    const value = read(from.after, source.fieldPath);
    for (const { select, fieldPaths } of targets) {
      const selected = pairs.filter(({ before }) => isSelected(before, select));
      if (selected.length === 0) throw new Error(`nothing is selected by ${JSON.stringify(select)}`);
      for (const { after } of selected) writeAll(after, fieldPaths, value);
    }
  }
  const local = 'config.kubernetes.io/local-config';
  return pairs
    .map(({ after }) => after)
    .filter((object) => stringAt(object, 'metadata', 'annotations', local) !== 'true');
}

function isSelected(object: JsonObject, { kind, name, namespace }: Selector): boolean {
  return (
    (kind === undefined || object['kind'] === kind) &&
    (name === undefined || stringAt(object, 'metadata', 'name') === name) &&
    (namespace === undefined || stringAt(object, 'metadata', 'namespace') === namespace)
  );
}

function read(object: JsonObject, path: string): Json {
  const value = stepsOf(path).reduce<Json | undefined>((found, step) => at(found, step), object);
  if (value === undefined) throw new Error(`${path} leads nowhere`);
  return value;
}

function writeAll(object: JsonObject, paths: readonly string[], value: Json): void {
  for (const path of paths) write(object, path, value);
}

function write(object: JsonObject, path: string, value: Json): void {
  const steps = stepsOf(path);
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Json | undefined>((found, step) => at(found, step), object);
  if (at(parent, last) === undefined) throw new Error(`${path} leads nowhere in ${stringAt(object, 'kind')}`);
  (parent as Record<string, Json>)[last] = value;
}

/** Dots inside brackets belong to the value. */
function stepsOf(path: string): string[] {
  return path.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
}

function at(value: Json | undefined, step: string): Json | undefined {
  const entry = /^\[([^=]+)=(.*)\]$/.exec(step);
  if (entry && Array.isArray(value))
    return value.find((item) => isObject(item) && isDeepStrictEqual(item[entry[1] ?? ''], entry[2]));
  return (value as Record<string, Json> | undefined)?.[step];
}
