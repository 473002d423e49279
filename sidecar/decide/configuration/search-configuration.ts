/**
 * What one search needs of the resolver configuration, ready for use: it is made once, and read by every query.
 */
import { serverTimeoutMs } from '../search/timeouts.ts';
import type { ResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import type { ResolvOptions } from '../../../shared/resolv-conf/option-table.ts';
import { wireSearchEntries } from '../search/search-list.ts';
import type { WireSearchEntry } from '../search/search-list.ts';
import type { ServerAddress } from '../../../shared/resolv-conf/server-address.ts';
import { serverKey, serverName } from '../search/silent-servers.ts';

/** One of the nameservers. */
export interface SearchServer {
  readonly address: ServerAddress;
  /** See `decide/search/silent-servers`. */
  readonly key: string;
  readonly name: string;
  /** Of one attempt. */
  readonly timeoutMs: number;
}

export interface SearchConfiguration extends Readonly<Omit<ResolvOptions, 'noReload'>> {
  readonly servers: readonly SearchServer[];
  readonly search: readonly WireSearchEntry[];
}

export function searchConfiguration(conf: ResolvConf, upstreamPort: number): SearchConfiguration {
  const { hasNameserver: _server, hasSearch: _search, ignored: _ignored, noReload: _reload, ...rest } = conf;
  const servers = conf.servers.map((address, index) => ({
    address,
    key: serverKey(address, upstreamPort),
    name: serverName(address),
    timeoutMs: serverTimeoutMs(conf.timeoutSeconds, index, conf.servers.length),
  }));
  return { ...rest, servers, search: wireSearchEntries(conf.search) };
}
