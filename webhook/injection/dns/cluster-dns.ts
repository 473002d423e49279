/** Finds the cluster's DNS in the webhook's own resolv.conf. */
import type { ClusterDns } from './dns-policy.ts';

/**
 * The cluster's DNS as the webhook's own resolv.conf shows it: the kubelet wrote that file for a ClusterFirst pod, so
 * its search list begins with `<own namespace>.svc.<cluster domain>`. Settings override either part. Undefined when the
 * file is not of that form and no setting helps.
 */
export function findClusterDns({
  resolvConfText,
  ownNamespace,
  nameservers,
  clusterDomain,
}: Sources): ClusterDns | undefined {
  const file = readResolvConf(resolvConfText);
  const prefix = `${ownNamespace}.svc.`;
  const found = file.searches.find((search) => search.startsWith(prefix) && search.length > prefix.length);
  const foundDomain = found?.slice(prefix.length);
  const domain = (clusterDomain ?? foundDomain)?.replace(/^\.|\.$/g, '');
  const servers = nameservers ?? (found === undefined ? [] : file.nameservers);
  if (domain === undefined || domain === '' || servers.length === 0) return undefined;
  const ofCluster = new Set([foundDomain, domain].flatMap((name) => [`${prefix}${name}`, `svc.${name}`, name]));
  return {
    nameservers: servers,
    clusterDomain: domain,
    nodeSearches: file.searches.filter((search) => !ofCluster.has(search)),
  };
}

export interface Sources {
  readonly resolvConfText: string;
  readonly ownNamespace: string;
  /** Settings; each replaces what the file says. */
  readonly nameservers?: readonly string[] | undefined;
  readonly clusterDomain?: string | undefined;
}

/** Reads the file as the kubelet reads a node's: the last `search` line counts, trailing dots are dropped (parseResolvConf). */
function readResolvConf(text: string): { nameservers: string[]; searches: string[] } {
  const nameservers: string[] = [];
  let searches: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    const [first] = values;
    if (keyword === 'nameserver' && first !== undefined) nameservers.push(first);
    if (keyword === 'search')
      searches = values.filter((value) => value !== '.').map((value) => value.replace(/\.$/, ''));
  }
  return { nameservers, searches };
}
