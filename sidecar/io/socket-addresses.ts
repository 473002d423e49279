/** Which TCP sockets serve a list of addresses, each address once. */
import { expandWildcards, isWildcard, type Endpoint } from './addresses.ts';

/** What a TCP server listens on. */
export interface SocketAddress extends Endpoint {
  /** `::` takes IPv4 as well otherwise. */
  readonly ipv6Only: boolean;
}

/**
 * For a list of addresses: each once, and none that a wildcard of the same port takes as well. An empty host stands for
 * all of both families; so does `::`, unless the list has IPv4 addresses of its port, which it would else keep away.
 */
export function socketAddresses(wanted: readonly Endpoint[]): SocketAddress[] {
  const wildcards = unique(wanted.filter(({ host }) => isWildcard(host)));
  const fixed = expandWildcards(
    wanted.filter(({ host }) => !isWildcard(host)),
    [],
  );
  const isTaken = (endpoint: Endpoint): boolean => wildcards.some((wildcard) => takes(wildcard, endpoint));
  const bound = [...wildcards, ...fixed].filter((endpoint) => endpoint.port === 0 || !isTaken(endpoint));
  return bound.map((endpoint) => ({
    ...endpoint,
    ipv6Only: isWildcard(endpoint.host) && bound.some((other) => other.port === endpoint.port && isIpv4(other)),
  }));
}

/** Port 0 is another port each time. */
function unique(endpoints: readonly Endpoint[]): Endpoint[] {
  return endpoints.filter(
    ({ host, port }, index) =>
      port === 0 || endpoints.findIndex((other) => other.host === host && other.port === port) === index,
  );
}

function takes(wildcard: Endpoint, other: Endpoint): boolean {
  if (wildcard.port !== other.port || wildcard.host === other.host) return false;
  return wildcard.host === '' || (isIpv4(wildcard) ? isIpv4(other) : other.host.includes(':'));
}

function isIpv4({ host }: Endpoint): boolean {
  return host !== '' && !host.includes(':');
}
