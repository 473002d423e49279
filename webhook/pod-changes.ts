import { parseOverridden } from '../sidecar/decide/overrides.ts';
import { annotations, labels, labelValues, noResolverVariable, sidecar } from '../shared/names.ts';
import { clientConfiguration, dnsConfigOf, formatClient } from './client-configuration.ts';
import type { Facts } from './facts.ts';
import type { InjectionContext } from './injection-context.ts';
import { arrayAt, isObject, objectAt, objectsAt, stringAt, valueAt, type JsonObject } from './json.ts';
import { isOnResolvConf } from './mount-path.ts';
import { overlay } from './overlay.ts';
import { otherContainers, sidecarOf, type ContainerList, type PlacedContainer } from './pod.ts';
import { sidecarContainer } from './sidecar-container.ts';
import { formatStatus, readStatus, type Scope } from './status.ts';

/** What the pod shall have. Whether it has it already is the patch's business. */
export interface PodChanges {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** undefined: the pod's DNS is left alone (scope containers). */
  readonly dns: { readonly dnsPolicy: string; readonly dnsConfig: JsonObject } | undefined;
  /** undefined: there is one that is low enough. */
  readonly sysctl: Sysctl | undefined;
  readonly volume: JsonObject;
  readonly containers: readonly ContainerChange[];
  /** Our entry, complete; it belongs at the front of the init containers. */
  readonly sidecar: JsonObject;
  /** Containers that mount /etc/resolv.conf or /etc themselves and are left alone. */
  readonly withOwnResolvConf: readonly string[];
}

export interface Sysctl {
  readonly name: string;
  readonly value: string;
  /** Where another value stands that is too high. */
  readonly index: number | undefined;
}

export interface ContainerChange {
  readonly list: ContainerList;
  readonly index: number;
  /** Index of the empty variable that gets the value; undefined: a new one. Absent: nothing to do. */
  readonly noResolver?: { readonly index: number | undefined };
  /** The resolv.conf that is mounted (scope containers). */
  readonly mount?: JsonObject;
}

export function podChanges(pod: JsonObject, { facts, scope, context }: ChangeInput): PodChanges {
  const { values, namespaceValues } = facts.settings;
  const originalText = scope === 'pod' && facts.original.known ? facts.original.text : undefined;
  const plain = values.mode === 'plain';
  const { trustAd } = parseOverridden(originalText ?? '', values, { hostName: '' });
  const client = clientConfiguration({ plain, trustAd });
  const others = otherContainers(pod);
  const containers = others.map((container) =>
    containerChange(container, { mounted: scope === 'containers' && !mountsResolvConf(container) }),
  );
  const sysctl = portSysctl(pod);
  const wanted = sidecarContainer({
    image: context.sidecarImage,
    userId: sidecarUser(pod, context),
    scope,
    originalText,
    resources: facts.resources.fits ? facts.resources.resources : undefined,
    namespaceValues,
    plain,
  });
  return {
    labels: { [labels.injected]: labelValues.injected },
    annotations: {
      ...(originalText !== undefined && { [annotations.resolvConf]: originalText }),
      ...(scope === 'containers' && { [annotations.podResolvConf]: formatClient(client) }),
      [annotations.status]: status(pod, { scope, sysctl, containers, version: context.version }),
    },
    dns: scope === 'pod' ? { dnsPolicy: 'None', dnsConfig: dnsConfigOf(client) } : undefined,
    sysctl,
    volume: configurationVolume(scope),
    containers,
    sidecar: completeSidecar(pod, wanted, { version: context.version, facts }),
    withOwnResolvConf: scope === 'pod' ? [] : others.filter(mountsResolvConf).map(({ name }) => name),
  };
}

export interface ChangeInput {
  readonly facts: Facts;
  readonly scope: Scope;
  readonly context: InjectionContext;
}

/**
 * Left to the cluster, the user is that of the pod where it has one. The sidecar must not run as root and would never
 * start as user 0; a cluster that admits a pod of user 0 admits any other user too.
 */
function sidecarUser(pod: JsonObject, { userId }: InjectionContext): number {
  const isOfRoot = valueAt(pod, 'spec', 'securityContext', 'runAsUser') === 0;
  return userId === 0 && isOfRoot ? sidecar.userId : userId;
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

const portSysctlName = 'net.ipv4.ip_unprivileged_port_start';

/** Lets a process without root listen on port 53. A lower start serves as well. The kubelet takes slashes for dots. */
function portSysctl(pod: JsonObject): Sysctl | undefined {
  const present = objectsAt(pod, 'spec', 'securityContext', 'sysctls');
  const index = present.findIndex((sysctl) => stringAt(sysctl, 'name')?.replaceAll('/', '.') === portSysctlName);
  const wanted = { name: portSysctlName, value: String(sidecar.dnsPort) };
  if (index < 0) return { ...wanted, index: undefined };
  return Number(stringAt(present[index], 'value')) > sidecar.dnsPort ? { ...wanted, index } : undefined;
}

function containerChange(container: PlacedContainer, { mounted }: { mounted: boolean }): ContainerChange {
  const { list, index, value } = container;
  const variables = objectsAt(value, 'env');
  const last = variables.findLastIndex(({ name }) => name === noResolverVariable.name);
  const entry = variables[last];
  // Any text opts such an image out, `false` too; only none or an empty one does not.
  const isSet = (stringAt(entry, 'value') ?? '') !== '' || isObject(valueAt(entry, 'valueFrom'));
  return {
    list,
    index,
    ...(!isSet && { noResolver: { index: entry ? last : undefined } }),
    ...(mounted && {
      mount: {
        name: sidecar.volumeName,
        mountPath: '/etc/resolv.conf',
        subPath: sidecar.podResolvConfFile,
        readOnly: true,
      },
    }),
  };
}

/** A second mount on the same path is refused, and one above it would hide ours or be changed by it. */
function mountsResolvConf({ value }: PlacedContainer): boolean {
  return objectsAt(value, 'volumeMounts').some(
    ({ name, mountPath }) => name !== sidecar.volumeName && typeof mountPath === 'string' && isOnResolvConf(mountPath),
  );
}

/**
 * Our entry as it shall be. On a second pass others may have put variables, mounts or defaults on it: they stay, and so
 * do resources that somebody changed after this release wrote them.
 */
function completeSidecar(
  pod: JsonObject,
  wanted: JsonObject,
  { version, facts }: { version: string; facts: Facts },
): JsonObject {
  const present = facts.earlier && sidecarOf(pod)?.value;
  if (!present) return wanted;
  const { resources: ofPresent, ...rest } = present;
  const { resources: ofWanted, ...wantedRest } = wanted;
  if (facts.resources.fits && !facts.resources.resources) {
    return ofPresent === undefined ? overlay(present, wanted) : overlay(rest, wantedRest);
  }
  const isOfThisRelease = readStatus(pod)?.version === version && Object.keys(objectAt(ofPresent)).length > 0;
  return overlay(present, isOfThisRelease || ofWanted === undefined ? wantedRest : wanted);
}

/** What was added, in the order of the patch. What stood there before and was kept is not ours. */
function status(
  pod: JsonObject,
  {
    scope,
    sysctl,
    containers,
    version,
  }: { scope: Scope; sysctl: Sysctl | undefined; containers: readonly ContainerChange[]; version: string },
): string {
  const before = new Set(readStatus(pod)?.added);
  const added: string[] = [];
  const add = (isAddedNow: boolean, part: string): void => {
    if (isAddedNow || before.has(part)) added.push(part);
  };
  add(scope === 'pod', 'dnsConfig');
  add(sysctl !== undefined, `sysctls/${portSysctlName}`);
  add(true, `volumes/${sidecar.volumeName}`);
  for (const { list, index, noResolver, mount } of containers) {
    const container = arrayAt(pod, 'spec', list)[index];
    const name = stringAt(container, 'name') ?? '';
    add(noResolver !== undefined, `${list}/${name}/env/${noResolverVariable.name}`);
    add(mount !== undefined, `${list}/${name}/volumeMounts/etc/resolv.conf`);
  }
  add(true, `initContainers/${sidecar.containerName}`);
  return formatStatus({ version, scope, added });
}
