/** What was parsed, written in one canonical form. */
import type { ResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import { formatOptions } from '../../../shared/resolv-conf/options.ts';
import { formatServerAddress } from '../../../shared/resolv-conf/server-address.ts';

/** One line per nameserver, then what differs from the defaults; reads back as the same configuration. */
export function formatResolvConf(conf: ResolvConf): string {
  const lines = conf.hasNameserver ? conf.servers.map((server) => `nameserver ${formatServerAddress(server)}`) : [];
  if (conf.hasSearch) lines.push(`search ${conf.search.join(' ')}`);
  const options = formatOptions(conf);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}
