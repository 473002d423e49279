/** Reads of JSON of which nothing is taken for granted. */

export type Json = unknown;

export function member(value: Json, ...path: readonly string[]): Json {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

/** Empty where it is no text. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: Json): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: Json): readonly string[] {
  return listOf(value).flatMap((item) => (typeof item === 'string' && item !== '' ? [item] : []));
}

export function entriesOf(value: Json): readonly (readonly [string, Json])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
