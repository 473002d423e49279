/** Decides what is put back into our entry in the second call of one request. */
import { isAsWritten } from '../../kubernetes/api-defaults.ts';
import { isObject, objectAt, objectsAt, valueAt, type Json, type JsonObject } from '../../kubernetes/json.ts';

/**
 * Our entry in the second call of one request: it belongs to whoever changed it, and only this is put back. Without it
 * the pod would not start: the restart policy, and the startup probe's handler as a whole, which meshes point at
 * themselves. Of an entry that this release wrote also our mounts, and our variables where they are absent; of another
 * release's neither, because it ends on a variable that it does not know.
 */
export function keptEntry(present: JsonObject, wanted: JsonObject, { isOwnRelease, hasResources }: Kept): JsonObject {
  const { resources, ...rest } = present;
  const kept = hasResources || resources === undefined ? resources : withoutPodLevel(objectAt(resources));
  const entry: JsonObject = {
    ...rest,
    ...(kept !== undefined && { resources: kept }),
    restartPolicy: 'Always',
    startupProbe: withHandler(objectAt(present, 'startupProbe'), objectAt(wanted, 'startupProbe')),
  };
  if (!isOwnRelease) return entry;
  return {
    ...entry,
    env: withAbsent(objectsAt(present, 'env'), objectsAt(wanted, 'env')),
    volumeMounts: withMounts(objectsAt(present, 'volumeMounts'), objectsAt(wanted, 'volumeMounts')),
  };
}

interface Kept {
  /** The entry was written by this release. */
  readonly isOwnRelease: boolean;
  /** The entry may have resources. */
  readonly hasResources: boolean;
}

/**
 * Where the pod has resources of its own we write none; the defaults of a LimitRange for the same resources are refused
 * then. What it puts there of others, such as ephemeral-storage, it may demand (component-helpers
 * IsSupportedPodLevelResource). undefined: nothing is left.
 */
function withoutPodLevel(resources: JsonObject): JsonObject | undefined {
  const isOfPod = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
  const isAsked = ['requests', 'limits'].some((part) => Object.keys(objectAt(resources, part)).some(isOfPod));
  if (!isAsked) return resources;
  const rest = Object.entries(resources).flatMap(([part, amounts]): [string, Json][] => {
    if (!isObject(amounts)) return [[part, amounts]];
    const others = Object.entries(amounts).filter(([name]) => !isOfPod(name));
    return others.length === 0 ? [] : [[part, Object.fromEntries(others)]];
  });
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const;

/** A probe has one handler. Its times stay as others left them; where nothing is left, the whole probe comes back. */
function withHandler(present: JsonObject, wanted: JsonObject): JsonObject {
  if (Object.keys(present).length === 0) return wanted;
  if (isAsWritten(handlerOf(present), handlerOf(wanted))) return present;
  const times = Object.entries(present).filter(([name]) => !(handlers as readonly string[]).includes(name));
  return { ...Object.fromEntries(times), ...handlerOf(wanted) };
}

function handlerOf(probe: JsonObject): JsonObject {
  return Object.fromEntries(
    handlers.flatMap((name): [string, Json][] => {
      const handler = valueAt(probe, name);
      return handler === undefined ? [] : [[name, handler]];
    }),
  );
}

function withAbsent(present: readonly JsonObject[], wanted: readonly JsonObject[]): JsonObject[] {
  const names = new Set(present.map(({ name }) => name));
  return [...present, ...wanted.filter(({ name }) => !names.has(name))];
}

function withMounts(present: readonly JsonObject[], wanted: readonly JsonObject[]): JsonObject[] {
  const paths = new Map(wanted.map((mount) => [mount['mountPath'], mount]));
  const kept = present.map((mount) => {
    const own = paths.get(mount['mountPath'] ?? null);
    paths.delete(mount['mountPath'] ?? null);
    return own && !isMounted(mount, own) ? own : mount;
  });
  return [...kept, ...paths.values()];
}

/** Whether the mount shows our volume as ours does. */
function isMounted(mount: JsonObject, own: JsonObject): boolean {
  const isWhole = ['subPath', 'subPathExpr'].every((name) => (mount[name] ?? '') === (own[name] ?? ''));
  return isWhole && mount['name'] === own['name'] && mount['readOnly'] === own['readOnly'];
}

/** Our volume in the second call: what others added to its source stays, another source gives way as a whole. */
export function keptVolume(present: JsonObject, wanted: JsonObject): JsonObject {
  const { name: _, downwardAPI: source, ...otherSources } = present;
  const isOurSource = isObject(source) && Object.values(otherSources).every((other) => other === null);
  if (!isOurSource) return wanted;
  const ofWanted = objectsAt(wanted, 'downwardAPI', 'items');
  const ofPresent = objectsAt(source, 'items');
  const isComplete = ofWanted.every((item) => ofPresent.some((other) => isAsWritten(other, item)));
  if (isComplete) return present;
  const paths = new Set(ofWanted.map(({ path }) => path));
  const items = [...ofWanted, ...ofPresent.filter(({ path }) => !paths.has(path))];
  return { ...present, downwardAPI: { ...source, items } };
}
