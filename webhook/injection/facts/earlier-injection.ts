/** Reads what an earlier injection left in a pod. */
import { parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import { annotations, sidecar } from '../../../shared/values/names.ts';
import { environmentName, sidecarSettings } from '../../../shared/settings/settings.ts';
import { objectAt, objectsAt, stringAt, stringsAt, textOf, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { clientNameserver } from '../dns/client-configuration.ts';
import { annotationsOf, containerLists, isOwnMount, sidecarOf, storedResolvConf } from '../../kubernetes/pod.ts';
import { dnsFieldsOf, readStatus, secondsBetween, type DnsFields, type Status } from './status.ts';

/** What an earlier injection left in a pod. */
export interface EarlierInjection {
  /**
   * The status of this very request: another webhook changed the pod, and ours is called a second time. Undefined: the
   * pod never met us, or it is a copy, and is decided like a new one.
   */
  readonly sameRequest: Status | undefined;
  readonly status: Status | undefined;
  /** The pod without our parts, with the DNS fields that it had before: the pod that is judged. */
  readonly pod: JsonObject;
  /**
   * Original configuration that the first call of this request wrote, which another replica may see differently; or one
   * of this namespace that survived where the DNS fields did not.
   */
  readonly storedText: string | undefined;
  /** Nothing says what the pod's DNS fields were. */
  readonly isOriginalLost: boolean;
}

/** Where and when the pod is created. */
export interface Place {
  readonly namespace: string;
  /** RFC 3339 in UTC. */
  readonly now: string | undefined;
}

export function earlierInjection(pod: JsonObject, place: Place): EarlierInjection {
  const status = readStatus(pod);
  const sameRequest = status && isSameRequest(pod, status, place) ? status : undefined;
  const evidence = evidenceOf(pod, status, sameRequest !== undefined);
  if (!status && !evidence.hasEntry && !evidence.hasDns)
    return { sameRequest, status, pod, storedText: undefined, isOriginalLost: false };
  const isWithoutFields = evidence.hasDns && status?.original === undefined;
  const storedText = usableText(pod, {
    isOfThisRequest: sameRequest?.scope === 'pod',
    isWithoutFields,
    namespace: place.namespace,
  });
  return {
    sameRequest,
    status,
    pod: withoutOurs(pod, { status, ...evidence }),
    storedText,
    isOriginalLost: isWithoutFields && storedText === undefined,
  };
}

interface StoredText {
  readonly isOfThisRequest: boolean;
  readonly isWithoutFields: boolean;
  readonly namespace: string;
}

/** The text that stands in the pod, where it counts: what it says, the DNS fields of the pod do not. */
function usableText(pod: JsonObject, { isOfThisRequest, isWithoutFields, namespace }: StoredText): string | undefined {
  if (isOfThisRequest) return storedResolvConf(pod);
  const stored = isWithoutFields ? storedResolvConf(pod) : undefined;
  return stored !== undefined && isOfNamespace(stored, namespace) ? stored : undefined;
}

/** The API server ends a request after 34 s at the latest; two minutes leave room for clocks that differ. */
const maxRequestSeconds = 120;

function isSameRequest(pod: JsonObject, { at, namespace }: Status, { namespace: present, now }: Place): boolean {
  if (at === undefined || now === undefined || namespace !== present || !sidecarOf(pod)) return false;
  return Math.abs(secondsBetween(at, now)) <= maxRequestSeconds;
}

interface Evidence {
  /** The init container of our name is ours. */
  readonly hasEntry: boolean;
  readonly hasVolume: boolean;
  /** The DNS fields are ours. */
  readonly hasDns: boolean;
}

/**
 * A name alone is no evidence: the entry is ours beside a status, our DNS fields or our variables; our DNS fields, which
 * a user might have written too, are ours beside another part of ours. A status alone makes nothing ours but what has
 * our form.
 */
function evidenceOf(pod: JsonObject, status: Status | undefined, isSame: boolean): Evidence {
  const hasStatus = status !== undefined;
  const entry = sidecarOf(pod)?.value;
  const volume = objectsAt(pod, 'spec', 'volumes').find(({ name }) => name === sidecar.volumeName);
  const hasDnsForm = isOwnDnsConfig(pod);
  const hasEntry = entry !== undefined && (hasStatus || hasDnsForm || hasOwnVariable(entry));
  const isBesideOurs = hasEntry || hasStatus || volume !== undefined || hasStoredText(pod);
  const hasDns = isSame ? status?.scope === 'pod' : hasDnsForm && isBesideOurs;
  const isOwnVolume = (found: JsonObject): boolean => hasEntry || hasDns || (hasStatus && hasOwnForm(found));
  return { hasEntry, hasVolume: volume !== undefined && isOwnVolume(volume), hasDns };
}

function hasStoredText(pod: JsonObject): boolean {
  return (textOf(annotationsOf(pod), annotations.resolvConf) ?? '') !== '';
}

/** Our nameserver, and the marker in front or, in plain mode, our options. */
function isOwnDnsConfig(pod: JsonObject): boolean {
  const searches = stringsAt(pod, 'spec', 'dnsConfig', 'searches');
  const options = objectsAt(pod, 'spec', 'dnsConfig', 'options').map(
    (option) => `${stringAt(option, 'name')}:${stringAt(option, 'value')}`,
  );
  return (
    stringAt(pod, 'spec', 'dnsPolicy') === 'None' &&
    stringsAt(pod, 'spec', 'dnsConfig', 'nameservers').join() === clientNameserver &&
    (searches[0] === sidecar.searchMarker ||
      (searches.length === 0 && ['ndots:0', 'timeout:10', 'attempts:5'].every((word) => options.includes(word))))
  );
}

const ownVariables = new Set(sidecarSettings.map((definition) => environmentName(definition)));

function hasOwnVariable(entry: JsonObject): boolean {
  return objectsAt(entry, 'env').some(({ name }) => typeof name === 'string' && ownVariables.has(name));
}

function hasOwnForm(volume: JsonObject): boolean {
  const paths = objectsAt(volume, 'downwardAPI', 'items').map((item) => stringAt(item, 'fieldRef', 'fieldPath'));
  return paths.includes('metadata.annotations');
}

/** The kubelet's search list for ClusterFirst begins so. */
function isOfNamespace(text: string, namespace: string): boolean {
  const [first = ''] = parseResolvConf(text).search;
  return first.startsWith(`${namespace}.svc.`);
}

/** In `added`: the annotation was written by us and not brought by the user. */
export const resolvConfPart = `annotations/${annotations.resolvConf}`;

function withoutOurs(pod: JsonObject, ours: Evidence & { status: Status | undefined }): JsonObject {
  const metadata = objectAt(pod, 'metadata');
  const { status } = ours;
  const isBrought = status ? status.original !== undefined && !status.added.includes(resolvConfPart) : !ours.hasDns;
  const dropped: readonly string[] = [
    annotations.status,
    annotations.podResolvConf,
    ...(isBrought ? [] : [annotations.resolvConf]),
  ];
  const kept = Object.entries(objectAt(metadata, 'annotations')).filter(([name]) => !dropped.includes(name));
  return {
    ...pod,
    metadata: { ...metadata, annotations: Object.fromEntries(kept) },
    spec: specWithoutOurs(objectAt(pod, 'spec'), ours),
  };
}

function specWithoutOurs(
  spec: JsonObject,
  { status, hasEntry, hasVolume, hasDns }: Evidence & { status: Status | undefined },
): JsonObject {
  const { dnsPolicy, dnsConfig, ...rest } = spec;
  const lists = containerLists.flatMap((list): [string, Json][] => {
    if (!Array.isArray(spec[list])) return [];
    const containers = objectsAt(spec, list).filter(
      ({ name }) => list === 'containers' || !hasEntry || name !== sidecar.containerName,
    );
    return [[list, hasVolume ? containers.map(withoutOwnMount) : containers]];
  });
  const volumes = objectsAt(spec, 'volumes').filter(({ name }) => !hasVolume || name !== sidecar.volumeName);
  const fields: DnsFields = hasDns ? (status?.original ?? dnsFieldsOf({})) : { dnsPolicy, dnsConfig };
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined)),
    ...Object.fromEntries(lists),
    ...(Array.isArray(spec['volumes']) && { volumes }),
  };
}

function withoutOwnMount(container: JsonObject): JsonObject {
  if (!objectsAt(container, 'volumeMounts').some(isOwnMount)) return container;
  return { ...container, volumeMounts: objectsAt(container, 'volumeMounts').filter((mount) => !isOwnMount(mount)) };
}
