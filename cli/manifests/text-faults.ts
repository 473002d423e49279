/** What YAML reads as a number or a boolean where the API wants text: the API server refuses such an object whole. */
import { isObject, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';

/** Members of a pod whose values are text: `*` is every member of an object or item of a list. */
const texts: readonly string[] = [
  'metadata.annotations.*',
  'metadata.labels.*',
  'metadata.name',
  'metadata.namespace',
  'spec.nodeSelector.*',
  'spec.dnsPolicy',
  'spec.dnsConfig.nameservers.*',
  'spec.dnsConfig.searches.*',
  'spec.dnsConfig.options.*.name',
  'spec.dnsConfig.options.*.value',
  'spec.securityContext.sysctls.*.name',
  'spec.securityContext.sysctls.*.value',
  ...['containers', 'initContainers'].flatMap((list) =>
    ['name', 'image', 'env.*.name', 'env.*.value', 'args.*', 'command.*'].map((member) => `spec.${list}.*.${member}`),
  ),
];

/** Labels and annotations have dots in their keys, so that they stand in brackets. */
const plainKey = /^[\w-]+$/;

/**
 * The first value that is no text, in words; undefined where each is.
 * @param path of the pod in its object, '' for a pod itself
 */
export function findTextFault(pod: JsonObject, path: string): string | undefined {
  for (const pattern of texts) {
    const fault = faultAt(pod, pattern.split('.'), path);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultAt(value: Json | undefined, pattern: readonly string[], path: string): string | undefined {
  // The API takes null for a member that is not there.
  if (value === undefined || value === null) return undefined;
  const [step, ...rest] = pattern;
  if (step === undefined) return typeof value === 'string' ? undefined : faultText(value, path);
  if (step !== '*')
    return isObject(value) ? faultAt(value[step], rest, path === '' ? step : `${path}.${step}`) : undefined;
  if (Array.isArray(value)) return firstOf(value.map((item, i) => () => faultAt(item, rest, `${path}[${i}]`)));
  if (!isObject(value)) return undefined;
  return firstOf(
    Object.entries(value).map(
      ([key, member]) =>
        () =>
          faultAt(member, rest, plainKey.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`),
    ),
  );
}

function firstOf(looks: readonly (() => string | undefined)[]): string | undefined {
  for (const look of looks) {
    const found = look();
    if (found !== undefined) return found;
  }
  return undefined;
}

function faultText(value: Json, path: string): string {
  if (typeof value === 'object') return `${path} is ${Array.isArray(value) ? 'a list' : 'an object'}; it must be text`;
  const kind = typeof value === 'boolean' ? 'the boolean' : 'the number';
  return `${path} is ${kind} ${String(value)}; it must be text: write it in quotes`;
}
