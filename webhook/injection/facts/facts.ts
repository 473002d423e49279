/** Collects the facts about a pod that decide about its injection. */
import { parseServerAddress } from '../../../shared/resolv-conf/server-address.ts';
import { labels, labelValues, sidecar } from '../../../shared/values/names.ts';
import { earlierInjection } from './earlier-injection.ts';
import { shownText } from '../../../shared/values/shown-text.ts';
import {
  formatResolverConfiguration,
  hiddenFault,
  resolverConfigurationOf,
  type UnknownOriginal,
} from '../dns/dns-policy.ts';
import { isAlpineImage, isImageNamed } from './image.ts';
import { hasNativeSidecars } from '../../kubernetes/server-version.ts';
import { type InjectionContext } from './injection-context.ts';
import { objectsAt, stringAt, stringsAt, textOf, valueAt, type JsonObject } from '../../kubernetes/json.ts';
import { isExcludedNamespace, isOptedIn } from '../../kubernetes/namespace.ts';
import { allContainers, annotationsOf, labelsOf, otherContainers } from '../../kubernetes/pod.ts';
import { ownResolver, type OwnResolver } from './own-resolver.ts';
import { readPodSettings, type PodSettings } from './pod-settings.ts';
import { fitResources, type FittedResources } from '../resources/resources.ts';
import { portStartProblem } from './port-sysctl.ts';
import { dnsFieldsOf, noResolverPart, unknownScopeOf, type DnsFields, type Status } from './status.ts';
import { windowsSign } from './windows.ts';

/** Everything that the decision may look at, flattened, so that it reads like a checklist and is tested without pods. */
export interface Facts {
  readonly excludedNamespace: boolean;
  readonly namespaceOptedIn: boolean;
  readonly optedOutByLabel: boolean;
  readonly mirrorPod: boolean;
  readonly settings: PodSettings;
  readonly nativeSidecars: boolean;
  /** The scope in the status of an injection by another release, where this one does not know it. */
  readonly unknownScope: string | undefined;
  readonly hostNetwork: boolean;
  /** What says that the pod runs on Windows. */
  readonly windows: string | undefined;
  readonly clusterDnsPod: boolean;
  /** Who takes a port of the sidecar. */
  readonly portInUse: string | undefined;
  /** Which container, volume or mount that is not ours has the name of ours. */
  readonly nameTaken: string | undefined;
  /** The status of this very request, in which the webhook is called a second time. */
  readonly sameRequest: Pick<Status, 'scope' | 'version'> | undefined;
  /** Why the sidecar could not listen on port 53, where it must leave the pod's sysctls alone. */
  readonly portSysctl: string | undefined;
  readonly original: OriginalText;
  /** The DNS fields that the pod had before its injection. */
  readonly originalFields: DnsFields;
  /** Nothing says what they were: ClusterFirst is taken. */
  readonly originalLost: boolean;
  readonly resources: FittedResources;
  readonly alpine: boolean;
  /** Containers that bring a resolver of their own, as alpine-kubernetes does. */
  readonly ownResolver: OwnResolver;
  /** Which images the containers have, for people. */
  readonly images: string;
  /** Which container's image is known to bring a DNS server. */
  readonly dnsServerImage: string | undefined;
}

/** The resolver configuration that the pod would have had, as resolv.conf text. */
export type OriginalText = { readonly known: true; readonly text: string } | UnknownOriginal;

/** Judges the pod without what an earlier injection put into it. */
export function collectFacts(given: JsonObject, context: InjectionContext): Facts {
  const { namespace, ownNamespace } = context;
  const earlier = earlierInjection(given, { namespace: namespace.name, now: context.now });
  const { pod, status, sameRequest, storedText } = earlier;
  const podAnnotations = annotationsOf(pod);
  const podLabels = labelsOf(pod);
  const resolver = ownResolver(pod, {
    dnsServerImages: context.dnsServerImages,
    isOptedOutByUs: (container) => (status ? status.added.includes(noResolverPart(container)) : pod !== given),
  });
  const settings = readPodSettings(podAnnotations, namespace.annotations, context.injection, resolver.values);
  const images = [...new Set(otherContainers(pod).map(({ value }) => imageOf(value)))];
  return {
    excludedNamespace: isExcludedNamespace(namespace.name, ownNamespace),
    namespaceOptedIn: isOptedIn(namespace),
    optedOutByLabel: textOf(podLabels, labels.inject) === labelValues.optOut,
    mirrorPod: textOf(podAnnotations, 'kubernetes.io/config.mirror') !== undefined,
    settings,
    nativeSidecars: hasNativeSidecars(context.serverVersion),
    unknownScope: unknownScopeOf(given),
    hostNetwork: valueAt(pod, 'spec', 'hostNetwork') === true,
    windows: windowsSign(pod),
    clusterDnsPod: textOf(podLabels, 'k8s-app') === 'kube-dns',
    portInUse: portInUse(pod),
    nameTaken: nameTaken(pod),
    sameRequest,
    portSysctl: settings.injection.portSysctl === 'omit' ? portStartProblem(pod, status) : undefined,
    original: originalText(pod, { settings, context, storedText }),
    originalFields: dnsFieldsOf(pod['spec']),
    originalLost: earlier.isOriginalLost,
    resources: fitResources(pod, context.limitRanges, settings.injection),
    alpine: resolver.isThere || images.some((image) => isAlpineImage(image, context.alpineImages)),
    ownResolver: resolver,
    images: listImages(images),
    dnsServerImage: dnsServerImage(pod, context.dnsServerImages),
  };
}

/**
 * The text stored by an earlier injection, the one that the user brings, or what the kubelet would have written. The
 * pod's own DNS fields count before what the user brings where the API server might refuse them: we replace them.
 */
function originalText(
  pod: JsonObject,
  {
    settings,
    context,
    storedText,
  }: { settings: PodSettings; context: InjectionContext; storedText: string | undefined },
): OriginalText {
  if (storedText !== undefined) return { known: true, text: storedText };
  const server = context.serverVersion;
  if (settings.resolvConf !== undefined) return hiddenFault(pod, server) ?? { known: true, text: settings.resolvConf };
  const original = resolverConfigurationOf(pod, {
    namespace: context.namespace.name,
    cluster: context.clusterDns,
    server,
  });
  return original.known ? { known: true, text: formatResolverConfiguration(original.configuration) } : original;
}

/** A declared port, or a loopback nameserver that somebody in the pod must be serving. */
function portInUse(pod: JsonObject): string | undefined {
  for (const { name, value } of otherContainers(pod)) {
    const port = objectsAt(value, 'ports')
      .map(({ containerPort }) => containerPort)
      .find((number) => number === sidecar.dnsPort || number === sidecar.adminPort);
    if (port !== undefined) return `container ${name} declares port ${String(port)}`;
  }
  const loopback = stringsAt(pod, 'spec', 'dnsConfig', 'nameservers').find(isLoopback);
  return loopback === undefined ? undefined : `dnsConfig names the nameserver ${loopback} inside the pod`;
}

/** As glibc reads the address: 0177.0.0.1 is 127.0.0.1. */
function isLoopback(text: string): boolean {
  const address = parseServerAddress(text)?.address;
  return address !== undefined && (address === '::1' || /^(?:::ffff:)?127\./.test(address));
}

function imageOf(container: JsonObject): string {
  return stringAt(container, 'image') ?? '';
}

/** A pod may have a thousand containers, and an image any length. */
function listImages(images: readonly string[]): string {
  const maxShown = 5;
  if (images.length === 0) return 'no image';
  const shown = images.slice(0, maxShown).map((image) => shownText(image, maxShownImageLength));
  return images.length > maxShown ? `${shown.join(', ')} and ${images.length - maxShown} more` : shown.join(', ');
}

const maxShownImageLength = 100;

/** Such a server binds port 53 of all addresses, which fails beside the sidecar; its image need not declare the port. */
function dnsServerImage(pod: JsonObject, names: readonly string[]): string | undefined {
  const found = otherContainers(pod).find(({ value }) => isImageNamed(imageOf(value), names));
  return found && `${shownText(imageOf(found.value), maxShownImageLength)} in container ${found.name}`;
}

/** A mount whose volume does not exist is somebody else's too: with our volume the pod would be let in. */
function nameTaken(pod: JsonObject): string | undefined {
  const containers = allContainers(pod);
  if (containers.some(({ name }) => name === sidecar.containerName)) return `container ${sidecar.containerName}`;
  const hasOurs = (value: JsonObject, ...path: string[]): boolean =>
    objectsAt(value, ...path).some(({ name }) => name === sidecar.volumeName);
  if (hasOurs(pod, 'spec', 'volumes')) return `volume ${sidecar.volumeName}`;
  const mounting = containers.find(({ value }) => hasOurs(value, 'volumeMounts'));
  return mounting && `container ${mounting.name} mounts ${sidecar.volumeName}`;
}
