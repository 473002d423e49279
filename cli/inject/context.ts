/** What a cluster would tell the webhook, from the manifests and the options. */
import { imageRepository } from '../../shared/values/names.ts';
import { version } from '../../shared/values/version.ts';
import { findClusterDns } from '../../webhook/injection/dns/cluster-dns.ts';
import { readImagePattern } from '../../webhook/injection/facts/image.ts';
import type { InjectionContext } from '../../webhook/injection/facts/injection-context.ts';
import { limitRangeItems } from '../../webhook/injection/resources/limit-range.ts';
import { stringAt, textsAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { optedInNamespace, type Namespace } from '../../webhook/kubernetes/namespace.ts';
import { assumedDomain, assumedNameserver, type InjectOptions } from './options.ts';

/** The context of a pod, by the name of its namespace. */
export function contextFrom(
  objects: readonly JsonObject[],
  options: Omit<InjectOptions, 'output' | 'isDiff'>,
): (namespace: string) => InjectionContext {
  const { settings } = options;
  const namespaceOf = namespacesFrom(objects, options);
  const clusterDns = findClusterDns({
    resolvConfText: '',
    ownNamespace: settings.namespace,
    nameservers: options.nameservers ?? [assumedNameserver],
    clusterDomain: options.clusterDomain ?? assumedDomain,
  });
  const limitRanges = objects.filter(({ kind }) => kind === 'LimitRange');
  const common = {
    ownNamespace: settings.namespace,
    clusterDns,
    serverVersion: options.serverVersion,
    sidecarImage: settings.sidecarImage ?? `${imageRepository}/sidecar:${version}`,
    alpineImages: settings.alpineImages.map(readImagePattern),
    dnsServerImages: settings.dnsServerImages,
    userId: settings.runAsUser,
    injection: settings,
    now: undefined,
    version,
  };
  return (name) => ({
    ...common,
    namespace: namespaceOf(name),
    limitRanges: limitRanges
      .filter((object) => (stringAt(object, 'metadata', 'namespace') || options.namespace) === name)
      .flatMap(limitRangeItems),
  });
}

/** A namespace is as its object says, or opted in where there is none; the options say more of each. */
export function namespacesFrom(
  objects: readonly JsonObject[],
  { namespaceLabels, namespaceAnnotations }: Pick<InjectOptions, 'namespaceLabels' | 'namespaceAnnotations'>,
): (name: string) => Namespace {
  const found = new Map(
    objects.flatMap((object): [string, JsonObject][] =>
      object['kind'] === 'Namespace' ? [[stringAt(object, 'metadata', 'name') ?? '', object]] : [],
    ),
  );
  return (name) => {
    const object = found.get(name);
    if (!object) {
      const { labels } = optedInNamespace(name);
      return { name, labels: { ...labels, ...namespaceLabels }, annotations: namespaceAnnotations };
    }
    return {
      name,
      labels: { ...namespaceLabels, ...textsAt(object, 'metadata', 'labels') },
      annotations: { ...namespaceAnnotations, ...textsAt(object, 'metadata', 'annotations') },
    };
  };
}
