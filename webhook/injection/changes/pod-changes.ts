/** Decides what an injected pod has that the given one lacks. */
import { parseOverridden } from '../../../shared/resolv-conf/overrides.ts';
import { annotations, labels, labelValues, noResolverVariable, sidecar } from '../../../shared/values/names.ts';
import { isAsWritten } from '../../kubernetes/api-defaults.ts';
import {
  clientConfiguration,
  dnsConfigOf,
  formatClient,
  type ClientConfiguration,
} from '../dns/client-configuration.ts';
import { resolvConfPart } from '../facts/earlier-injection.ts';
import type { Facts } from '../facts/facts.ts';
import type { InjectionContext } from '../facts/injection-context.ts';
import {
  arrayAt,
  isObject,
  objectsAt,
  stringAt,
  stringsAt,
  textOf,
  valueAt,
  type JsonObject,
} from '../../kubernetes/json.ts';
import { meshAnnotationNames, meshAnnotations } from './mesh-ports.ts';
import { isOnResolvConf } from './mount-path.ts';
import {
  annotationsOf,
  isOptedOut,
  isOwnMount,
  otherContainers,
  sidecarOf,
  type ContainerList,
  type PlacedContainer,
} from '../../kubernetes/pod.ts';
import {
  isSysctlPart,
  loweredPortStart,
  omittedPortStart,
  sysctlPartOf,
  type SysctlChange,
} from '../facts/port-sysctl.ts';
import { keptEntry, keptVolume } from './second-call.ts';
import { sidecarContainer } from './sidecar-container.ts';
import { formatStatus, noResolverPart, readStatus, statusWith, type DnsFields, type Scope } from '../facts/status.ts';

/** What the pod shall have. Whether it has it already is the patch's business. */
export interface PodChanges {
  readonly labels: Readonly<Record<string, string>>;
  /** undefined: removed. */
  readonly annotations: Readonly<Record<string, string | undefined>>;
  /** undefined: left as they are. */
  readonly dns: DnsFields | undefined;
  readonly sysctl: SysctlChange;
  /** undefined: left as it is. */
  readonly volume: JsonObject | undefined;
  readonly containers: readonly ContainerChange[];
  /** Our entry, complete; it belongs at the front of the init containers. */
  readonly sidecar: JsonObject;
  /** Containers that mount /etc/resolv.conf or /etc themselves and are left alone. */
  readonly withOwnResolvConf: readonly string[];
}

export interface ContainerChange {
  readonly list: ContainerList;
  readonly index: number;
  /** Index of the empty variable that gets the value; undefined: a new one. Absent: nothing to do. */
  readonly noResolver?: { readonly index: number | undefined };
  /** The resolv.conf that is mounted (scope containers). */
  readonly mount?: JsonObject;
  /** Index of such a mount of an earlier injection, which goes (scope pod). */
  readonly unmounted?: number;
}

export interface ChangeInput {
  readonly facts: Facts;
  readonly scope: Scope;
  readonly context: InjectionContext;
}

/**
 * In the second call of a request our entry belongs to whoever changed it meanwhile, and only what the pod needs is put
 * back. Any other pod gets our parts whole, whatever an earlier injection left in it.
 */
export function podChanges(pod: JsonObject, input: ChangeInput): PodChanges {
  const whole = wholeChanges(pod, input);
  const { sameRequest } = input.facts;
  if (!sameRequest) return whole;
  return secondChanges(pod, { whole, input, isOwnRelease: sameRequest.version === input.context.version });
}

/** Of the pod's own dnsConfig, which the kubelet puts behind those of the node. */
function ownSearches({ dnsConfig }: DnsFields): string[] {
  return isObject(dnsConfig) ? stringsAt(dnsConfig, 'searches') : [];
}

function wholeChanges(pod: JsonObject, { facts, scope, context }: ChangeInput): PodChanges {
  const { values, namespaceValues, injection, resolvConf } = facts.settings;
  const originalText = scope === 'pod' && facts.original.known ? facts.original.text : undefined;
  const client = clientOf(facts, originalText);
  const others = otherContainers(pod);
  const earlier = readStatus(pod);
  const parts = {
    scope,
    sysctl: injection.portSysctl === 'omit' ? omittedPortStart(pod, earlier) : loweredPortStart(pod),
    containers: others.map((container) => containerChange(container, scope)),
    mesh: injection.meshPorts === 'add' ? meshAnnotations(pod, context.namespace) : {},
    copied: copiedParts(facts),
  };
  /** What stands beside a status is ours, and goes where nothing takes its place. */
  const unlessOurs = (name: string): string | undefined => (earlier ? undefined : textOf(annotationsOf(pod), name));
  const isOwnText = originalText !== undefined && resolvConf === undefined;
  const volume = configurationVolume(scope);
  const entry = sidecarContainer({
    image: context.sidecarImage,
    pullPolicy: context.sidecarPullPolicy,
    userId: sidecarUser(pod, context),
    scope,
    originalText,
    resources: facts.resources.fits ? facts.resources.resources : undefined,
    namespaceValues,
    oldVariables: facts.ownResolver.variables,
    plain: values.mode === 'plain',
  });
  return {
    labels: { [labels.injected]: labelValues.injected },
    annotations: {
      [annotations.resolvConf]: originalText ?? unlessOurs(annotations.resolvConf),
      [annotations.podResolvConf]:
        scope === 'containers' ? formatClient(client) : unlessOurs(annotations.podResolvConf),
      ...parts.mesh,
      [annotations.status]: formatStatus({
        version: context.version,
        at: context.now,
        namespace: context.namespace.name,
        original: facts.originalFields,
        scope,
        added: addedParts(pod, parts, isOwnText),
      }),
    },
    dns: scope === 'pod' ? { dnsPolicy: 'None', dnsConfig: dnsConfigOf(client) } : facts.originalFields,
    sysctl: parts.sysctl,
    volume: unlessAsWritten(ownVolume(pod), volume),
    containers: parts.containers,
    sidecar: wholeEntry(sidecarOf(pod)?.value, entry),
    withOwnResolvConf: others.filter(hasResolvConf).map(({ name }) => name),
  };
}

/** @param originalText undefined: the configuration is the one that the kubelet writes, unknown here */
function clientOf({ settings, originalFields }: Facts, originalText: string | undefined): ClientConfiguration {
  const { values, injection } = settings;
  const plain = values.mode === 'plain';
  const isTrustAdNamed = [originalText ?? '', ...(values.options ?? [])].some((text) => text.includes('trust-ad'));
  // Most pods ask for neither: nothing of the text counts then.
  if (!isTrustAdNamed && !injection.keepSearches)
    return clientConfiguration({ plain, trustAd: false, keptSearches: [] });
  const { trustAd, search } = parseOverridden(originalText ?? '', values);
  const isSearchUnknown = originalText === undefined && values.searches === undefined;
  const known = isSearchUnknown ? ownSearches(originalFields) : search;
  return clientConfiguration({ plain, trustAd, keptSearches: injection.keepSearches ? known : [] });
}

/** Only the policy that other software demands of every container stays, or it would refuse the pod. */
function wholeEntry(present: JsonObject | undefined, wanted: JsonObject): JsonObject {
  const isAlways = present?.['imagePullPolicy'] === 'Always';
  return unlessAsWritten(present, isAlways ? { ...wanted, imagePullPolicy: 'Always' } : wanted);
}

function unlessAsWritten(present: JsonObject | undefined, wanted: JsonObject): JsonObject {
  return present && isAsWritten(present, wanted) ? present : wanted;
}

function ownVolume(pod: JsonObject): JsonObject | undefined {
  return objectsAt(pod, 'spec', 'volumes').find(({ name }) => name === sidecar.volumeName);
}

interface Second {
  readonly whole: PodChanges;
  readonly input: ChangeInput;
  /** The first call was answered by this release. */
  readonly isOwnRelease: boolean;
}

function secondChanges(pod: JsonObject, { whole, input, isOwnRelease }: Second): PodChanges {
  const { resources } = input.facts;
  const entry = sidecarOf(pod)?.value;
  const present = annotationsOf(pod);
  const ofContainers = isOwnRelease ? whole.containers : whole.containers.map(withoutMount);
  const common = {
    containers: ofContainers,
    sidecar: entry
      ? keptEntry(entry, whole.sidecar, {
          isOwnRelease,
          hasResources: !resources.fits || resources.resources !== undefined,
        })
      : whole.sidecar,
    withOwnResolvConf: whole.withOwnResolvConf,
  };
  const { scope } = input;
  if (!isOwnRelease) {
    const copied = readStatus(pod)?.added.filter(isCopiedPart) ?? [];
    const added = addedParts(pod, { scope, sysctl: { do: 'nothing' }, containers: ofContainers, mesh: {}, copied });
    return {
      ...common,
      labels: {},
      annotations: { [annotations.status]: statusWith(pod, added) },
      dns: undefined,
      sysctl: { do: 'nothing' },
      volume: undefined,
    };
  }
  const volume = ownVolume(pod);
  const own: readonly string[] = [annotations.resolvConf, annotations.podResolvConf];
  const kept = Object.entries(whole.annotations).map(([name, text]): [string, string | undefined] => [
    name,
    own.includes(name) ? (textOf(present, name) ?? text) : text,
  ]);
  const added = addedParts(pod, {
    scope,
    // Raised since, it is put back, and what it replaced in the first call still counts.
    sysctl: readStatus(pod)?.added.some(isSysctlPart) === true ? { do: 'nothing' } : whole.sysctl,
    containers: ofContainers,
    mesh: Object.fromEntries(kept.filter(([name]) => meshAnnotationNames.includes(name))),
    copied: copiedParts(input.facts),
  });
  return {
    ...whole,
    ...common,
    annotations: { ...Object.fromEntries(kept), [annotations.status]: statusWith(pod, added) },
    volume: volume ? keptVolume(volume, configurationVolume(scope)) : whole.volume,
  };
}

function withoutMount({ list, index, noResolver }: ContainerChange): ContainerChange {
  return { list, index, ...(noResolver && { noResolver }) };
}

/**
 * Left to the cluster, the user is that of the pod where it has one. The sidecar must not run as root and would never
 * start as user 0; a cluster that admits a pod of user 0 admits any other user too.
 */
function sidecarUser(pod: JsonObject, { userId, namespace }: InjectionContext): number {
  const isOfRoot = valueAt(pod, 'spec', 'securityContext', 'runAsUser') === 0;
  const hasRange = textOf(namespace.annotations, 'openshift.io/sa.scc.uid-range') !== undefined;
  const wanted = userId ?? (hasRange ? 0 : sidecar.userId);
  return wanted === 0 && isOfRoot ? sidecar.userId : wanted;
}

function configurationVolume(scope: Scope): JsonObject {
  const text = (path: string, annotation: string): JsonObject => ({
    path,
    fieldRef: { fieldPath: `metadata.annotations['${annotation}']` },
  });
  const configuration =
    scope === 'pod'
      ? text(sidecar.resolvConfFile, annotations.resolvConf)
      : text(sidecar.podResolvConfFile, annotations.podResolvConf);
  return {
    name: sidecar.volumeName,
    downwardAPI: {
      items: [configuration, { path: sidecar.annotationsFile, fieldRef: { fieldPath: 'metadata.annotations' } }],
    },
  };
}

function containerChange(container: PlacedContainer, scope: Scope): ContainerChange {
  const { list, index, value } = container;
  const variables = objectsAt(value, 'env');
  const last = variables.findLastIndex(({ name }) => name === noResolverVariable.name);
  const entry = variables[last];
  const ownMount = objectsAt(value, 'volumeMounts').findIndex(isOwnMount);
  return {
    list,
    index,
    ...(!isOptedOut(value) && { noResolver: { index: entry ? last : undefined } }),
    ...(scope === 'containers' && !hasResolvConf(container) && { mount: resolvConfMount }),
    ...(scope === 'pod' && ownMount >= 0 && { unmounted: ownMount }),
  };
}

const resolvConfMount: JsonObject = {
  name: sidecar.volumeName,
  mountPath: '/etc/resolv.conf',
  subPath: sidecar.podResolvConfFile,
  readOnly: true,
};

/** A second volume on the same path is refused, and one above it would hide ours or be changed by it. */
function hasResolvConf({ value }: PlacedContainer): boolean {
  const mounts = objectsAt(value, 'volumeMounts').filter(({ name }) => name !== sidecar.volumeName);
  const paths = [
    ...mounts.map(({ mountPath }) => mountPath),
    ...objectsAt(value, 'volumeDevices').map(({ devicePath }) => devicePath),
  ];
  return paths.some((path) => typeof path === 'string' && isOnResolvConf(path));
}

interface Parts {
  readonly scope: Scope;
  readonly sysctl: SysctlChange;
  readonly containers: readonly ContainerChange[];
  readonly mesh: Readonly<Record<string, unknown>>;
  /** Variables of a container that our entry has, too. */
  readonly copied: readonly string[];
}

const entryPart = `initContainers/${sidecar.containerName}`;

function copiedParts({ ownResolver }: Facts): string[] {
  return ownResolver.variables.map(({ name }) => `${entryPart}/env/${name}`);
}

function isCopiedPart(part: string): boolean {
  return part.startsWith(`${entryPart}/env/`);
}

/** What was added, in the order of the patch. What stood there before and was kept is not ours. */
function addedParts(
  pod: JsonObject,
  { scope, sysctl, containers, mesh, copied }: Parts,
  isOwnText = readStatus(pod)?.added.includes(resolvConfPart) === true,
): string[] {
  const before = readStatus(pod)?.added ?? [];
  const knownParts = new Set(before);
  const unlessKept = (isAddedNow: boolean, part: string): string[] =>
    isAddedNow || knownParts.has(part) ? [part] : [];
  const ofContainer = ({ list, index, noResolver, mount }: ContainerChange): string[] => {
    const name = stringAt(arrayAt(pod, 'spec', list)[index], 'name') ?? '';
    const place = `${list}/${name}`;
    return [
      ...unlessKept(noResolver !== undefined, noResolverPart({ list, name })),
      ...(scope === 'containers' ? unlessKept(mount !== undefined, `${place}/volumeMounts/etc/resolv.conf`) : []),
    ];
  };
  const sysctlPart = sysctlPartOf(sysctl) ?? (sysctl.do === 'nothing' ? before.find(isSysctlPart) : undefined);
  return [
    ...(isOwnText ? [resolvConfPart] : []),
    ...meshAnnotationNames.flatMap((name) => unlessKept(name in mesh, `annotations/${name}`)),
    ...(scope === 'pod' ? ['dnsConfig'] : []),
    ...(sysctlPart === undefined ? [] : [sysctlPart]),
    `volumes/${sidecar.volumeName}`,
    ...containers.flatMap(ofContainer),
    entryPart,
    ...copied,
  ];
}
