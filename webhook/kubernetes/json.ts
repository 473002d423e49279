/** Read access to parsed JSON whose shape nobody has checked. Own members only: a key such as `__proto__` is data. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** The value below `path`, or undefined where any step of it is missing. */
export function valueAt(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let current = value;
  for (const step of path) {
    if (typeof step === 'number') current = Array.isArray(current) ? current[step] : undefined;
    else current = isObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
  }
  return current;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object below `path`; an empty one where there is none. */
export function objectAt(value: Json | undefined, ...path: (string | number)[]): JsonObject {
  const found = valueAt(value, ...path);
  return isObject(found) ? found : {};
}

/** The array below `path`; an empty one where there is none. */
export function arrayAt(value: Json | undefined, ...path: (string | number)[]): Json[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The array below `path`, with an empty object in place of each entry that is none. */
export function objectsAt(value: Json | undefined, ...path: (string | number)[]): readonly JsonObject[] {
  const entries = arrayAt(value, ...path);
  return areObjects(entries) ? entries : entries.map((entry) => (isObject(entry) ? entry : {}));
}

/** As lists of Kubernetes are: they need no copy. */
function areObjects(entries: Json[]): entries is JsonObject[] {
  return entries.every(isObject);
}

export function stringsAt(value: Json | undefined, ...path: (string | number)[]): string[] {
  return arrayAt(value, ...path).filter((entry) => typeof entry === 'string');
}

export function stringAt(value: Json | undefined, ...path: (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The string-valued members of the object below `path`: labels, annotations, node selectors. */
export function textsAt(value: Json | undefined, ...path: (string | number)[]): Readonly<Record<string, string>> {
  const members = objectAt(value, ...path);
  if (areTexts(members)) return members;
  return Object.fromEntries(Object.entries(members).filter((member): member is [string, string] => isText(member[1])));
}

/** As maps of Kubernetes are: they need no copy. */
function areTexts(members: JsonObject): members is Record<string, string> {
  return Object.values(members).every(isText);
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

/** The member of a string map, never an inherited one. */
export function textOf(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Equality of content; the order of object members does not count. */
export function equalJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => equalJson(item, right[index]));
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && equalJson(left[key], right[key]))
    );
  }
  return false;
}
