/** Checks a changed pod before its patch is sent. */
import { sidecar } from '../../shared/values/names.ts';
import { dnsLimits } from './dns/dns-config.ts';
import { isObject, objectsAt, stringAt, stringsAt, valueAt, type Json, type JsonObject } from '../kubernetes/json.ts';
import { leavesTheRest } from './leaves-the-rest.ts';
import { allContainers, annotationsOf, sidecarOf, unescapeEnvironmentText } from '../kubernetes/pod.ts';
import { charactersIn, maxAnnotationBytes } from './pod-bounds.ts';

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
    environmentProblem(after) ??
    (leavesTheRest(before, after) ? undefined : 'something changed that is not ours')
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
  if (!hasDnsShape(pod)) return 'dnsPolicy or dnsConfig is not of the type that Kubernetes reads';
  if (stringAt(pod, 'spec', 'dnsPolicy') === 'None' && nameservers.length === 0)
    return 'dnsPolicy None without nameserver';
  const isWithin =
    nameservers.length <= dnsLimits.nameservers &&
    searches.length <= dnsLimits.searches &&
    searches.join(' ').length <= dnsLimits.searchCharacters;
  return isWithin ? undefined : 'dnsConfig is beyond the limits of Kubernetes';
}

/** What comes back from the status of a copy may be anything that people wrote there. */
function hasDnsShape(pod: JsonObject): boolean {
  const isText = (value: Json | undefined): boolean => typeof value === 'string';
  const isList = (value: Json | undefined, isEntry: (entry: Json) => boolean): boolean =>
    isNone(value) || (Array.isArray(value) && value.every(isEntry));
  const isOption = (value: Json): boolean =>
    isObject(value) && ['name', 'value'].every((key) => isNone(value[key]) || isText(value[key]));
  const [policy, config] = [valueAt(pod, 'spec', 'dnsPolicy'), valueAt(pod, 'spec', 'dnsConfig')];
  if (!isNone(policy) && !isText(policy)) return false;
  if (isNone(config)) return true;
  return (
    ['nameservers', 'searches'].every((list) => isList(valueAt(config, list), isText)) &&
    isObject(config) &&
    isList(config['options'], isOption)
  );
}

function isNone(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** Of UTF-8, for a unit of UTF-16: most texts are short enough however many bytes they have. */
const maxBytesOfUnit = 3;

function annotationProblem(pod: JsonObject): string | undefined {
  if (charactersIn(pod, 'annotations') * maxBytesOfUnit <= maxAnnotationBytes) return undefined;
  const encoder = new TextEncoder();
  const bytes = Object.entries(annotationsOf(pod)).reduce(
    (sum, [name, text]) => sum + encoder.encode(name).length + encoder.encode(text).length,
    0,
  );
  return bytes <= maxAnnotationBytes
    ? undefined
    : `the annotations would have ${bytes} bytes, ${maxAnnotationBytes} are allowed`;
}

/** Linux MAX_ARG_STRLEN: the longest string that execve takes, with its NUL. */
const environmentBytesLimit = 131_072;

/** What the kernel does not take as environment: our container would never start. */
function environmentProblem(pod: JsonObject): string | undefined {
  for (const variable of objectsAt(sidecarOf(pod)?.value, 'env')) {
    const name = stringAt(variable, 'name') ?? '';
    const text = `${name}=${unescapeEnvironmentText(stringAt(variable, 'value') ?? '')}`;
    if (text.includes('\0')) return `the variable ${name} would hold a NUL`;
    if (text.length * maxBytesOfUnit < environmentBytesLimit) continue;
    const bytes = new TextEncoder().encode(text).length + 1;
    if (bytes > environmentBytesLimit)
      return `the variable ${name} would have ${bytes} bytes, ${environmentBytesLimit} are allowed`;
  }
  return undefined;
}
