/** Reads from the API server its version, and whether the Service `kube-dns` agrees with the webhook. */
import type { Log } from '../../shared/report/log.ts';
import type { ClusterDns } from '../injection/dns/dns-policy.ts';
import type { ServerVersion } from '../kubernetes/server-version.ts';
import { unlessRefused, type ClusterClient } from './client.ts';

/** `{major: "1", minor: "34+"}`: some clouds mark their minor version. */
export async function readServerVersion({ version }: ClusterClient): Promise<ServerVersion | undefined> {
  const { major, minor } = await version.getCode();
  const [majorNumber, minorNumber] = [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
  return Number.isNaN(majorNumber) || Number.isNaN(minorNumber)
    ? undefined
    : { major: majorNumber, minor: minorNumber };
}

/**
 * Whether the Service `kube-dns` has the address that the webhook takes for the cluster's DNS. Something else is legitimate
 * (NodeLocal DNSCache, another name of the Service) and changes nothing; the log says it, because it may also be a mistake.
 * undefined: there is no such Service, or nothing to compare with.
 */
export async function agreesWithService(
  { core }: ClusterClient,
  clusterDns: ClusterDns | undefined,
  log: Log,
): Promise<boolean | undefined> {
  const service = await unlessRefused(
    core.readNamespacedService({ name: 'kube-dns', namespace: 'kube-system' }),
    403,
    404,
  );
  if (!service || !clusterDns) return undefined;
  const { clusterIP = '', clusterIPs = [clusterIP] } = service.spec ?? {};
  const agrees = clusterDns.nameservers.some((nameserver) => clusterIPs.includes(nameserver));
  if (!agrees) log.warn('cluster-dns-differs', { nameservers: clusterDns.nameservers, service: clusterIPs });
  return agrees;
}
