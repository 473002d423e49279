/** Reads the status annotation that an injection leaves. */
import { annotations, noResolverVariable } from '../../../shared/values/names.ts';
import { isObject, stringAt, stringsAt, valueAt, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { annotationsOf, type PlacedContainer } from '../../kubernetes/pod.ts';

/** What the status annotation says of an injection. */
export interface Status {
  /** Release of the webhook. */
  readonly version: string;
  /** When it was injected (RFC 3339, UTC). Undefined where no webhook did it. */
  readonly at: string | undefined;
  /** Where it was injected. Undefined in a status of an older release. */
  readonly namespace: string | undefined;
  /** The DNS fields that the pod had before its injection. Undefined in a status of an older release. */
  readonly original: DnsFields | undefined;
  readonly scope: Scope;
  /** In a fixed order, so that a second call writes the same text. */
  readonly added: readonly string[];
}

/** `pod`: the pod's DNS configuration is rewritten. `containers`: it is left alone and a file is mounted over it. */
export type Scope = 'pod' | 'containers';

/** The fields of a pod's spec; undefined: it has none. */
export interface DnsFields {
  readonly dnsPolicy: Json | undefined;
  readonly dnsConfig: Json | undefined;
}

export function dnsFieldsOf(spec: Json | undefined): DnsFields {
  return { dnsPolicy: valueAt(spec, 'dnsPolicy'), dnsConfig: valueAt(spec, 'dnsConfig') };
}

/** In `added`: the container was opted out of a resolver of its own by us. */
export function noResolverPart({ list, name }: Pick<PlacedContainer, 'list' | 'name'>): string {
  return `${list}/${name}/env/${noResolverVariable.name}`;
}

export function readStatus(pod: JsonObject): Status | undefined {
  const value = statusObject(pod);
  const scope = stringAt(value, 'scope');
  if (scope !== 'pod' && scope !== 'containers') return undefined;
  const original = valueAt(value, 'original');
  return {
    version: stringAt(value, 'version') ?? '',
    at: stringAt(value, 'at'),
    namespace: stringAt(value, 'namespace'),
    original: isObject(original) ? dnsFieldsOf(original) : undefined,
    scope,
    added: stringsAt(value, 'added'),
  };
}

/** The scope of a status that another release wrote, if this one does not know it. */
export function unknownScopeOf(pod: JsonObject): string | undefined {
  const scope = stringAt(statusObject(pod), 'scope');
  return scope === undefined || scope === 'pod' || scope === 'containers' ? undefined : `scope ${scope}`;
}

export function formatStatus({ version, at, namespace, original, scope, added }: Status): string {
  return JSON.stringify({ version, at, namespace, original, scope, added });
}

/** The pod's status with another list of what was added; what only another release knows stays. */
export function statusWith(pod: JsonObject, added: readonly string[]): string {
  const value = statusObject(pod);
  const isSame = stringsAt(value, 'added').join('\n') === added.join('\n');
  const present = annotationsOf(pod)[annotations.status];
  return isSame && present !== undefined ? present : JSON.stringify({ ...(isObject(value) && value), added });
}

function statusObject(pod: JsonObject): Json | undefined {
  const text = annotationsOf(pod)[annotations.status];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Seconds from one time of RFC 3339 in UTC to another; NaN where one is none. */
export function secondsBetween(from: string, to: string): number {
  return secondsOf(to) - secondsOf(from);
}

function secondsOf(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z$/.exec(text);
  if (!match) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  // Years begin with March here, so that the day of a leap year comes last.
  const leapYears = month > 2 ? year : year - 1;
  const leapDays = Math.floor(leapYears / 4) - Math.floor(leapYears / 100) + Math.floor(leapYears / 400);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day;
  return (((365 * leapYears + leapDays + dayOfYear) * 24 + hour) * 60 + minute) * 60 + second;
}
