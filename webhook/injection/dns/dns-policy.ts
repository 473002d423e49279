/** Builds the resolver configuration that the kubelet would have written for a pod. */
import { dnsConfigFault, dnsLimits, maxSearchLength } from './dns-config.ts';
import type { ServerVersion } from '../../kubernetes/server-version.ts';
import { objectsAt, stringAt, stringsAt, valueAt, type JsonObject } from '../../kubernetes/json.ts';

/**
 * What the kubelet would have written into the pod's /etc/resolv.conf, had the pod not been changed
 * (kubernetes pkg/kubelet/network/dns/dns.go: GetPodDNS, appendDNSConfig, formDNSConfigFitsLimits; pods with
 * hostNetwork never come here).
 */
export function resolverConfigurationOf(pod: JsonObject, { namespace, cluster, server }: DnsSurroundings): Original {
  const policy = dnsPolicyOf(pod);
  const fault = hiddenFault(pod, server);
  if (fault?.why === 'invalid') return fault;
  // The pod keeps its DNS fields then: the API server itself judges them.
  if (policy === 'Default') return { known: false, why: 'node' };
  if (fault) return fault;
  if (policy === 'None') return known(mergeDnsConfig({ nameservers: [], searches: [], options: [] }, pod));
  if (!cluster) return { known: false, why: 'cluster' };
  return known(mergeDnsConfig(clusterFirst(namespace, cluster), pod));
}

/** A fault of the pod's own DNS fields, of which the user would never hear where something else takes their place. */
export function hiddenFault(pod: JsonObject, server: ServerVersion | undefined): UnknownOriginal | undefined {
  const fault = dnsConfigFault(pod, dnsPolicyOf(pod), server);
  return fault && { known: false, ...fault };
}

/** In files, empty stands for none. */
function dnsPolicyOf(pod: JsonObject): string {
  const set = stringAt(pod, 'spec', 'dnsPolicy') ?? '';
  return set === '' ? 'ClusterFirst' : set;
}

export interface DnsSurroundings {
  readonly namespace: string;
  /** undefined: not known. */
  readonly cluster: ClusterDns | undefined;
  /** undefined: not known. */
  readonly server: ServerVersion | undefined;
}

/** The cluster's side of `dnsPolicy: ClusterFirst`. */
export interface ClusterDns {
  readonly nameservers: readonly string[];
  readonly clusterDomain: string;
  /** Search domains of the node, which the kubelet appends. */
  readonly nodeSearches: readonly string[];
}

export interface ResolverConfiguration {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** Words of the `options` line, such as `ndots:5`. */
  readonly options: readonly string[];
}

export type Original = { readonly known: true; readonly configuration: ResolverConfiguration } | UnknownOriginal;

export interface UnknownOriginal {
  readonly known: false;
  readonly why: WhyUnknown;
  readonly detail?: string;
}

/**
 * `node`: only the node knows (dnsPolicy Default); `cluster`: the cluster's DNS is not known; `invalid`: the API server
 * will refuse it; `unsure`: it may.
 */
export type WhyUnknown = 'node' | 'cluster' | 'invalid' | 'unsure';

function known(configuration: ResolverConfiguration): Original {
  return { known: true, configuration: fitLimits(configuration) };
}

/** generateSearchesForDNSClusterFirst; `ndots:5` is the kubelet's defaultDNSOptions. */
function clusterFirst(
  namespace: string,
  { nameservers, clusterDomain, nodeSearches }: ClusterDns,
): ResolverConfiguration {
  const own = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { nameservers, searches: unique([...own, ...nodeSearches]), options: ['ndots:5'] };
}

function mergeDnsConfig(base: ResolverConfiguration, pod: JsonObject): ResolverConfiguration {
  const dnsConfig = valueAt(pod, 'spec', 'dnsConfig');
  if (dnsConfig === undefined || dnsConfig === null) return base;
  const options = new Map(base.options.map((word) => splitOption(word)));
  for (const option of objectsAt(dnsConfig, 'options')) {
    const name = stringAt(option, 'name');
    if (name !== undefined) options.set(name, stringAt(option, 'value') ?? '');
  }
  return {
    nameservers: unique([...base.nameservers, ...stringsAt(dnsConfig, 'nameservers')]),
    searches: unique([...base.searches, ...stringsAt(dnsConfig, 'searches')]),
    options: [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`)),
  };
}

function splitOption(word: string): [name: string, value: string] {
  const colon = word.indexOf(':');
  return colon < 0 ? [word, ''] : [word.slice(0, colon), word.slice(colon + 1)];
}

/** The kubelet's order: count, then length of each entry, then length of the line. */
function fitLimits({ nameservers, searches, options }: ResolverConfiguration): ResolverConfiguration {
  const fitting = searches.slice(0, dnsLimits.searches).filter((search) => search.length <= maxSearchLength);
  while (fitting.join(' ').length > dnsLimits.searchCharacters) fitting.pop();
  return { nameservers: nameservers.slice(0, dnsLimits.nameservers), searches: fitting, options };
}

/** resolv.conf text in the order in which container runtimes write it. */
export function formatResolverConfiguration({ nameservers, searches, options }: ResolverConfiguration): string {
  const lines = nameservers.map((server) => `nameserver ${server}`);
  if (searches.length > 0) lines.unshift(`search ${searches.join(' ')}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
