/** Which servers of the configuration are asked for which names: stub zones, and the names of private addresses. */
import { maxServers } from '../../../shared/resolv-conf/resolv-conf.ts';
import type { ServerAddress } from '../../../shared/resolv-conf/server-address.ts';
import type { StubZoneRule } from '../../../shared/resolv-conf/stub-zones.ts';
import { isShelteredHost } from '../../../shared/values/ip-network.ts';
import { encodeName, nameKey, rootName } from '../../wire/name.ts';
import { routeOf, type Route, type Routes } from '../search/routes.ts';

/** One of the nameservers. */
export interface SearchServer {
  readonly address: ServerAddress;
  /** See `decide/search/silent-servers`. */
  readonly key: string;
  readonly name: string;
  /** Of one attempt. */
  readonly timeoutMs: number;
}

/** What sends names to other servers. */
export interface Routing {
  readonly stubZones: readonly StubZoneRule[];
  /** Names of private addresses are not asked for at public servers. */
  readonly keepsPrivateNames: boolean;
  /** What is below it and not known here does not exist. */
  readonly localZone?: string | undefined;
}

export const usualRouting: Routing = { stubZones: [], keepsPrivateNames: false };

/**
 * All servers, those of the configuration (`own`) first; and the routes, where not every name goes to those. `serversOf` makes
 * the servers of a zone.
 */
export function routeServers(
  own: readonly SearchServer[],
  { stubZones, keepsPrivateNames, localZone }: Routing,
  serversOf: (addresses: readonly ServerAddress[]) => readonly SearchServer[],
): { readonly servers: readonly SearchServer[]; readonly routes: Routes | undefined } {
  const servers = [...own];
  const usual: Route = { order: own.map((_, index) => index) };
  const zones = new Map<string, Route>();
  for (const { zones: names, servers: addresses, fallThrough } of stubZones) {
    const order = placesOf(serversOf(addresses.slice(0, maxServers)), servers);
    for (const name of names) zones.set(zoneKey(name), fallThrough ? { order, next: usual } : { order });
  }
  if (localZone !== undefined) zones.set(zoneKey(localZone), nobody);
  if (keepsPrivateNames) for (const [key, route] of privateRoutes({ usual, zones }, servers)) zones.set(key, route);
  return { servers, routes: zones.size === 0 ? undefined : { usual, zones } };
}

/** Servers of several zones are in the list once for each time that they may have; new ones are put at its end. */
function placesOf(wanted: readonly SearchServer[], servers: SearchServer[]): number[] {
  const places = wanted.map((server) => {
    const known = servers.findIndex(({ key, timeoutMs }) => key === server.key && timeoutMs === server.timeoutMs);
    return known >= 0 ? known : servers.push(server) - 1;
  });
  return [...new Set(places)];
}

function zoneKey(zone: string): string {
  return nameKey(encodeName(zone) ?? rootName);
}

/** RFC 6303 §4, for what `isShelteredHost` takes for sheltered: the reverse zones of private addresses. */
const privateZones: readonly string[] = [
  ...['10', '168.192', '254.169', '127'].map((network) => `${network}.in-addr.arpa`),
  ...Array.from({ length: 16 }, (_, index) => `${index + 16}.172.in-addr.arpa`),
  ...['c.f', 'd.f', '8.e.f', '9.e.f', 'a.e.f', 'b.e.f'].map((network) => `${network}.ip6.arpa`),
];

/** Of the zones for which no stub zone, but one for all names, says where they are. */
function privateRoutes(routes: Routes, servers: readonly SearchServer[]): [key: string, Route][] {
  const areSheltered = servers.map(({ address }) => isShelteredHost(address.address));
  const { order, next } = routeOf(routes, rootName);
  const kept = order.filter((place) => areSheltered[place]);
  const after = next?.order.filter((place) => areSheltered[place]) ?? [];
  const [first, second] = [kept, after].filter(({ length }) => length > 0).map((places): Route => ({ order: places }));
  const route = first === undefined ? nobody : { ...first, ...(second && { next: second }) };
  return privateZones.filter((zone) => !isSaid(zone, routes)).map((zone) => [zoneKey(zone), route]);
}

const nobody: Route = { order: [], denied: true };

function isSaid(zone: string, { zones }: Routes): boolean {
  const labels = zone.split('.');
  return labels.some((_, index) => zones.has(zoneKey(labels.slice(index).join('.'))));
}
