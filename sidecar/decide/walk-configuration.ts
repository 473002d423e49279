/**
 * What one search walk needs of the resolver configuration, ready for use.
 */
import type { ResolvConf } from './resolv-conf.ts';
import type { ResolvOptions } from './resolv-options.ts';
import { wireSearchEntries } from './search-list.ts';
import type { WireSearchEntry } from './search-list.ts';
import type { ServerAddress } from './server-address.ts';

export interface WalkConfiguration extends Readonly<Omit<ResolvOptions, 'noReload'>> {
  readonly servers: readonly ServerAddress[];
  readonly search: readonly WireSearchEntry[];
}

export function walkConfiguration(conf: ResolvConf): WalkConfiguration {
  const { hasNameserver: _server, hasSearch: _search, ignored: _ignored, noReload: _reload, ...rest } = conf;
  return { ...rest, search: wireSearchEntries(conf.search) };
}
