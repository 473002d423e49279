/**
 * What one search needs of the resolver configuration, ready for use: it is made once, and read by every query.
 */
import { serverTimeoutMs } from '../search/timeouts.ts';
import type { ResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import type { ResolvOptions } from '../../../shared/resolv-conf/option-table.ts';
import type { Routes } from '../search/routes.ts';
import { wireSearchEntries } from '../search/search-list.ts';
import type { WireSearchEntry } from '../search/search-list.ts';
import type { ServerAddress } from '../../../shared/resolv-conf/server-address.ts';
import { serverKey, serverName } from '../search/silent-servers.ts';
import { routeServers, usualRouting, type Routing, type SearchServer } from './routing.ts';

export type { SearchServer } from './routing.ts';

export interface SearchConfiguration extends Readonly<Omit<ResolvOptions, 'noReload'>> {
  /** Those of the configuration first, then those of stub zones. */
  readonly servers: readonly SearchServer[];
  /** Where not every name is asked for at the servers of the configuration. */
  readonly routes?: Routes;
  readonly search: readonly WireSearchEntry[];
}

export function searchConfiguration(
  conf: ResolvConf,
  upstreamPort: number,
  routing: Routing = usualRouting,
): SearchConfiguration {
  const { hasNameserver: _server, hasSearch: _search, ignored: _ignored, noReload: _reload, ...rest } = conf;
  const own = searchServers(conf.servers, conf, upstreamPort);
  const ofZones = (addresses: readonly ServerAddress[]): SearchServer[] => searchServers(addresses, conf, upstreamPort);
  const { servers, routes } = routeServers(own, routing, ofZones);
  return { ...rest, servers, ...(routes && { routes }), search: wireSearchEntries(conf.search) };
}

function searchServers(
  addresses: readonly ServerAddress[],
  { timeoutSeconds }: Pick<ResolvConf, 'timeoutSeconds'>,
  upstreamPort: number,
): SearchServer[] {
  return addresses.map((address, index) => ({
    address,
    key: serverKey(address, upstreamPort),
    name: serverName(address),
    timeoutMs: serverTimeoutMs(timeoutSeconds, index, addresses.length),
  }));
}
