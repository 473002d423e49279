import { annotations as fixedAnnotations, labels, noResolverVariable, sidecar } from '../shared/names.ts';
import { dnsLimits } from './dns-policy.ts';
import {
  cloneJson,
  equalJson,
  isObject,
  objectsAt,
  stringAt,
  stringsAt,
  valueAt,
  type Json,
  type JsonObject,
} from './json.ts';
import { allContainers, annotationsOf, containerLists } from './pod.ts';

/**
 * What is wrong with a changed pod, if anything: a rule of the API server that it breaks, or a change outside the parts
 * that are ours. Run on the result of every patch before it is sent.
 */
export function checkPod(before: JsonObject, after: JsonObject): string | undefined {
  return (
    repeated(
      'container',
      allContainers(after).map(({ name }) => name),
    ) ??
    repeated(
      'volume',
      objectsAt(after, 'spec', 'volumes').map((volume) => stringAt(volume, 'name') ?? ''),
    ) ??
    repeated(
      'sysctl',
      objectsAt(after, 'spec', 'securityContext', 'sysctls').map((sysctl) => stringAt(sysctl, 'name') ?? ''),
    ) ??
    mountProblem(after) ??
    dnsProblem(after) ??
    annotationProblem(after) ??
    (equalJson(withoutOurs(before), withoutOurs(after)) ? undefined : 'something changed that is not ours')
  );
}

function repeated(what: string, names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return `the ${what} ${name} stands twice`;
    seen.add(name);
  }
  return undefined;
}

/** Each path once per container, each volume known. */
function mountProblem(pod: JsonObject): string | undefined {
  const hasVolume = objectsAt(pod, 'spec', 'volumes').some(({ name }) => name === sidecar.volumeName);
  for (const { name: container, value } of allContainers(pod)) {
    const mounts = objectsAt(value, 'volumeMounts');
    const twice = repeated(
      'mount',
      mounts.map((mount) => stringAt(mount, 'mountPath') ?? ''),
    );
    if (twice !== undefined) return `container ${container}: ${twice}`;
    if (!hasVolume && mounts.some(({ name }) => name === sidecar.volumeName))
      return `container ${container}: the volume ${sidecar.volumeName} does not exist`;
  }
  return undefined;
}

function dnsProblem(pod: JsonObject): string | undefined {
  const nameservers = stringsAt(pod, 'spec', 'dnsConfig', 'nameservers');
  const searches = stringsAt(pod, 'spec', 'dnsConfig', 'searches');
  if (stringAt(pod, 'spec', 'dnsPolicy') === 'None' && nameservers.length === 0)
    return 'dnsPolicy None without nameserver';
  const isWithin =
    nameservers.length <= dnsLimits.nameservers &&
    searches.length <= dnsLimits.searches &&
    searches.join(' ').length <= dnsLimits.searchCharacters;
  return isWithin ? undefined : 'dnsConfig is beyond the limits of Kubernetes';
}

/** apimachinery pkg/api/validation TotalAnnotationSizeLimitB: keys and values together, in bytes. */
const annotationBytesLimit = 256 * 1024;

function annotationProblem(pod: JsonObject): string | undefined {
  const encoder = new TextEncoder();
  const bytes = Object.entries(annotationsOf(pod)).reduce(
    (sum, [name, text]) => sum + encoder.encode(name).length + encoder.encode(text).length,
    0,
  );
  return bytes <= annotationBytesLimit
    ? undefined
    : `the annotations would have ${bytes} bytes, ${annotationBytesLimit} are allowed`;
}

/** The pod less everything that an injection may touch; equal before and after, or the patch did more. */
function withoutOurs(pod: JsonObject): Json {
  const rest = cloneJson(pod);
  const ownAnnotations = new Set<string>([
    fixedAnnotations.resolvConf,
    fixedAnnotations.podResolvConf,
    fixedAnnotations.status,
  ]);
  removeMembers(valueAt(rest, 'metadata', 'labels'), (name) => name === labels.injected);
  removeMembers(valueAt(rest, 'metadata', 'annotations'), (name) => ownAnnotations.has(name));
  removeMembers(valueAt(rest, 'spec'), (name) => name === 'dnsPolicy' || name === 'dnsConfig');
  keepEntries(
    valueAt(rest, 'spec', 'securityContext'),
    'sysctls',
    (name) => !/^net[./]ipv4[./]ip_unprivileged_port_start$/.test(name),
  );
  keepEntries(valueAt(rest, 'spec'), 'volumes', (name) => name !== sidecar.volumeName);
  for (const list of containerLists) {
    keepEntries(valueAt(rest, 'spec'), list, (name) => name !== sidecar.containerName);
    for (const container of objectsAt(rest, 'spec', list)) {
      keepEntries(container, 'env', (name) => name !== noResolverVariable.name);
      keepEntries(container, 'volumeMounts', (name) => name !== sidecar.volumeName);
    }
  }
  return withoutEmpty(rest);
}

function removeMembers(object: Json | undefined, isOurs: (name: string) => boolean): void {
  if (isObject(object)) for (const name of Object.keys(object)) if (isOurs(name)) delete object[name];
}

function keepEntries(object: Json | undefined, list: string, isKept: (name: string) => boolean): void {
  if (!isObject(object)) return;
  const entries = object[list];
  if (Array.isArray(entries)) object[list] = entries.filter((entry) => isKept(stringAt(entry, 'name') ?? ''));
}

/** Absent, null and empty are the same to the API server where we add parents. */
function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withoutEmpty(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !isEmpty(member)));
}

function isEmpty(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
