/**
 * What one search walk needs of the resolver configuration, ready for use: it is made once, and read by every query.
 */
import { serverPatienceMs } from './patience.ts';
import type { ResolvConf } from './resolv-conf.ts';
import type { ResolvOptions } from './resolv-options.ts';
import { wireSearchEntries } from './search-list.ts';
import type { WireSearchEntry } from './search-list.ts';
import type { ServerAddress } from './server-address.ts';
import { serverKey } from './silent-servers.ts';

/** One of the nameservers. */
export interface SearchServer {
  readonly address: ServerAddress;
  /** See `decide/silent-servers`. */
  readonly key: string;
  /** Of one attempt. */
  readonly timeoutMs: number;
}

export interface WalkConfiguration extends Readonly<Omit<ResolvOptions, 'noReload'>> {
  readonly servers: readonly SearchServer[];
  readonly search: readonly WireSearchEntry[];
}

export function walkConfiguration(conf: ResolvConf, upstreamPort: number): WalkConfiguration {
  const { hasNameserver: _server, hasSearch: _search, ignored: _ignored, noReload: _reload, ...rest } = conf;
  const servers = conf.servers.map((address, index) => ({
    address,
    key: serverKey(address, upstreamPort),
    timeoutMs: serverPatienceMs(conf.timeoutSeconds, index, conf.servers.length),
  }));
  return { ...rest, servers, search: wireSearchEntries(conf.search) };
}
