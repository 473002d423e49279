import { annotations } from '../shared/names.ts';
import { isObject, stringAt, stringsAt, type Json, type JsonObject } from './json.ts';
import { annotationsOf } from './pod.ts';

/** What the status annotation says: which release changed the pod, in which scope, and what it added. */
export interface Status {
  readonly version: string;
  readonly scope: Scope;
  /** In a fixed order, so that a second pass writes the same text. */
  readonly added: readonly string[];
}

/** `pod`: the pod's DNS configuration is rewritten. `containers`: it is left alone and a file is mounted over it. */
export type Scope = 'pod' | 'containers';

export function readStatus(pod: JsonObject): Status | undefined {
  const text = annotationsOf(pod)[annotations.status];
  const value = text === undefined ? undefined : parseJson(text);
  if (!isObject(value)) return undefined;
  const scope = stringAt(value, 'scope');
  if (scope !== 'pod' && scope !== 'containers') return undefined;
  return { version: stringAt(value, 'version') ?? '', scope, added: stringsAt(value, 'added') };
}

/** The scope of a status that another release wrote, if this one does not know it. */
export function unknownScopeOf(pod: JsonObject): string | undefined {
  const text = annotationsOf(pod)[annotations.status];
  const scope = text === undefined ? undefined : stringAt(parseJson(text), 'scope');
  return scope === undefined || scope === 'pod' || scope === 'containers' ? undefined : `scope ${scope}`;
}

export function formatStatus({ version, scope, added }: Status): string {
  return JSON.stringify({ version, scope, added });
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
