import { equalJson, isObject, valueAt, type Json, type JsonObject } from './json.ts';

/**
 * `wanted` laid over `present`: what others added to our entry stays, what we write wins. Returns `present` itself where
 * nothing differs, so that the defaults that the API server filled in cause no change.
 */
export function overlay(present: JsonObject, wanted: JsonObject): JsonObject {
  const merged: JsonObject = { ...present };
  let isChanged = false;
  for (const [key, value] of Object.entries(wanted)) {
    const next = overlayValue(valueAt(present, key), value, keyOfList[key]);
    if (next === merged[key]) continue;
    merged[key] = next;
    isChanged = true;
  }
  return isChanged ? merged : present;
}

/** Lists whose entries are told apart by a member, as strategic merge patch has it. */
const keyOfList: Readonly<Record<string, string>> = { env: 'name', volumeMounts: 'mountPath', items: 'path' };

function overlayValue(present: Json | undefined, wanted: Json, entryKey: string | undefined): Json {
  if (isObject(wanted) && isObject(present)) return overlay(present, wanted);
  if (entryKey !== undefined && Array.isArray(wanted) && Array.isArray(present))
    return overlayList(present, wanted, entryKey);
  return present !== undefined && equalJson(present, wanted) ? present : wanted;
}

function overlayList(present: Json[], wanted: Json[], entryKey: string): Json[] {
  const merged = [...present];
  let isChanged = false;
  for (const entry of wanted) {
    const index = merged.findLastIndex((other) => equalJson(valueAt(other, entryKey), valueAt(entry, entryKey)));
    const found = merged[index];
    if (found === undefined) merged.push(entry);
    else {
      const next = isObject(found) && isObject(entry) ? overlayEntry(found, entry) : entry;
      if (next === found) continue;
      merged[index] = next;
    }
    isChanged = true;
  }
  return isChanged ? merged : present;
}

/** A variable has either a value or a source: `value` and `valueFrom` together are refused. */
function overlayEntry(found: JsonObject, entry: JsonObject): JsonObject {
  return Object.hasOwn(entry, 'value') && Object.hasOwn(found, 'valueFrom') ? entry : overlay(found, entry);
}
