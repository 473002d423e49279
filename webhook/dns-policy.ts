import { parseIpAddress } from '../shared/ip-address.ts';
import { objectsAt, stringAt, stringsAt, valueAt, type JsonObject } from './json.ts';

/**
 * What the kubelet would have written into the pod's /etc/resolv.conf, had the pod not been changed
 * (kubernetes pkg/kubelet/network/dns/dns.go: GetPodDNS, appendDNSConfig, formDNSConfigFitsLimits; pods with
 * hostNetwork never come here).
 */
export function resolverConfigurationOf(pod: JsonObject, namespace: string, cluster: ClusterDns | undefined): Original {
  const policy = stringAt(pod, 'spec', 'dnsPolicy') ?? 'ClusterFirst';
  const problem = dnsConfigProblem(pod, policy);
  if (problem !== undefined) return { known: false, why: 'invalid', detail: problem };
  if (policy === 'Default') return { known: false, why: 'node' };
  if (policy === 'None') return known(mergeDnsConfig({ nameservers: [], searches: [], options: [] }, pod));
  if (!cluster) return { known: false, why: 'cluster' };
  return known(mergeDnsConfig(clusterFirst(namespace, cluster), pod));
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

export type Original =
  | { readonly known: true; readonly configuration: ResolverConfiguration }
  | { readonly known: false; readonly why: WhyUnknown; readonly detail?: string };

/**
 * `node`: only the node knows (dnsPolicy Default); `cluster`: the cluster's DNS is not known; `invalid`: the API server
 * will refuse it; `unsure`: it may.
 */
export type WhyUnknown = 'node' | 'cluster' | 'invalid' | 'unsure';

/** kubernetes pkg/apis/core/validation: MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars. */
export const dnsLimits = { nameservers: 3, searches: 32, searchCharacters: 2048 } as const;

/** Longer entries made glibc 2.28 abort; the kubelet drops them (validation.DNS1123SubdomainMaxLength). */
const longestSearch = 253;

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
  const fitting = searches.slice(0, dnsLimits.searches).filter((search) => search.length <= longestSearch);
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

/**
 * Why the API server would refuse the pod's own DNS fields (validatePodDNSConfig). Ours would replace them, and the
 * user would never hear of the fault.
 */
function dnsConfigProblem(pod: JsonObject, policy: string): string | undefined {
  if (!['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'].includes(policy))
    return `dnsPolicy ${policy} does not exist`;
  const nameservers = stringsAt(pod, 'spec', 'dnsConfig', 'nameservers');
  const searches = stringsAt(pod, 'spec', 'dnsConfig', 'searches');
  if (policy === 'None' && nameservers.length === 0) return 'dnsPolicy None needs a nameserver in dnsConfig';
  if (nameservers.length > dnsLimits.nameservers) return `dnsConfig has more than ${dnsLimits.nameservers} nameservers`;
  if (searches.length > dnsLimits.searches) return `dnsConfig has more than ${dnsLimits.searches} searches`;
  if (searches.join(' ').length > dnsLimits.searchCharacters)
    return `the searches of dnsConfig have more than ${dnsLimits.searchCharacters} characters`;
  const badServer = nameservers.find((server) => parseIpAddress(server) === undefined);
  if (badServer !== undefined) return `the nameserver ${badServer} of dnsConfig is not an IP address`;
  const badSearch = searches.find((search) => search !== '.' && !isSearchDomain(search.replace(/\.$/, '')));
  if (badSearch !== undefined) return `the search ${badSearch} of dnsConfig is not a domain name`;
  return objectsAt(pod, 'spec', 'dnsConfig', 'options').some((option) => (stringAt(option, 'name') ?? '') === '')
    ? 'an option of dnsConfig has no name'
    : undefined;
}

/** RFC 1123 subdomain with underscores (ValidateDNS1123SubdomainWithUnderScore). */
function isSearchDomain(name: string): boolean {
  const label = /^[a-z\d_](?:[a-z\d_-]*[a-z\d_])?$/;
  return name.length <= longestSearch && name.split('.').every((part) => label.test(part));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
