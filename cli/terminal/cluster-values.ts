/** What options say of a cluster, checked. */
import { isIP } from 'node:net';
import { UsageError } from './usage-error.ts';

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

export function readNamespace(text: string): string {
  if (new RegExp(`^${label}$`).test(text)) return text;
  throw new UsageError(`--namespace ${text}: a namespace is up to 63 of a-z, 0-9 and -, with none of - at its ends`);
}

export function readDomain(text: string | undefined): string | undefined {
  const domain = text?.replace(/\.$/, '');
  if (domain === undefined || (domain.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(domain)))
    return domain;
  throw new UsageError(`--cluster-domain ${text}: a domain has labels of a-z, 0-9 and -, such as cluster.local`);
}

export function readAddress(text: string): string {
  if (isIP(text) !== 0 && !text.includes('%')) return text;
  throw new UsageError(`--nameserver ${text}: it must be an IPv4 or IPv6 address, such as 10.96.0.10`);
}
