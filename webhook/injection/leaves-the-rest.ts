/** Compares two pods outside the parts that an injection may touch. */
import { annotations, labels, noResolverVariable, sidecar } from '../../shared/values/names.ts';
import { meshAnnotationNames } from './changes/mesh-ports.ts';
import { isObject, stringAt, valueAt, type Json, type JsonObject } from '../kubernetes/json.ts';

/** Whether two pods are equal but for what an injection may touch. Compared in one pass: a copy of a pod can be large. */
export function leavesTheRest(before: JsonObject, after: JsonObject): boolean {
  return isEqual(before, after, ourParts);
}

/** What is ours below a place, by names. */
interface Ours {
  /** Members of an object. */
  readonly members?: (name: string) => boolean;
  /** Entries of a list, by their member `name`. */
  readonly entries?: (name: string) => boolean;
  /** In the members. */
  readonly below?: Readonly<Record<string, Ours>>;
  /** In each entry. */
  readonly each?: Ours;
}

const ownAnnotations: readonly string[] = [
  annotations.resolvConf,
  annotations.podResolvConf,
  annotations.status,
  ...meshAnnotationNames,
];

const ourContainerParts: Ours = {
  entries: (name) => name === sidecar.containerName,
  each: {
    below: {
      env: { entries: (name) => name === noResolverVariable.name },
      volumeMounts: { entries: (name) => name === sidecar.volumeName },
    },
  },
};

const ourParts: Ours = {
  below: {
    metadata: {
      below: {
        labels: { members: (name) => name === labels.injected },
        annotations: { members: (name) => ownAnnotations.includes(name) },
      },
    },
    spec: {
      members: (name) => name === 'dnsPolicy' || name === 'dnsConfig',
      below: {
        securityContext: {
          below: { sysctls: { entries: (name) => /^net[./]ipv4[./]ip_unprivileged_port_start$/.test(name) } },
        },
        volumes: { entries: (name) => name === sidecar.volumeName },
        initContainers: ourContainerParts,
        containers: ourContainerParts,
      },
    },
  },
};

function isEqual(left: Json | undefined, right: Json | undefined, ours: Ours | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    const [kept, others] = [othersOf(left, ours), othersOf(right, ours)];
    return kept.length === others.length && kept.every((entry, index) => isEqual(entry, others[index], ours?.each));
  }
  if (!isObject(left) || !isObject(right)) return isEmpty(left, ours) && isEmpty(right, ours);
  return haveEqualMembers(left, right, ours);
}

function haveEqualMembers(left: JsonObject, right: JsonObject, ours: Ours | undefined): boolean {
  for (const name of Object.keys(left)) if (!isSame(name, left[name], valueAt(right, name), ours)) return false;
  for (const name of Object.keys(right))
    if (!Object.hasOwn(left, name) && !isSame(name, undefined, right[name], ours)) return false;
  return true;
}

function isSame(name: string, left: Json | undefined, right: Json | undefined, ours: Ours | undefined): boolean {
  return left === right || ours?.members?.(name) === true || isEqual(left, right, partOf(ours, name));
}

/** Absent, null and empty are the same to the API server where we add parents. */
function isEmpty(value: Json | undefined, ours: Ours | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return othersOf(value, ours).length === 0;
  return (
    isObject(value) &&
    Object.keys(value).every(
      (name) => ours?.members?.(name) === true || isEmpty(valueAt(value, name), partOf(ours, name)),
    )
  );
}

/** The entries that are not ours. */
function othersOf(list: readonly Json[], ours: Ours | undefined): readonly Json[] {
  const isOurs = ours?.entries;
  return isOurs ? list.filter((entry) => !isOurs(stringAt(entry, 'name') ?? '')) : list;
}

function partOf(ours: Ours | undefined, name: string): Ours | undefined {
  return ours?.below && Object.hasOwn(ours.below, name) ? ours.below[name] : undefined;
}
