/** The addresses of this machine that the sidecar serves on. */
import { networkInterfaces } from 'node:os';
import { formatEndpoint } from '../../shared/values/ip-address.ts';

/** One address and port to serve on, `host` being a numeric address. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** An address of this machine, in the numeric form that the kernel prints. */
export interface LocalAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  /** Bits of the address that are the network's. */
  readonly prefix?: number;
}

/** Whether the address stands for every local address: none given, `0.0.0.0` or `::`. */
export function isWildcard(host: string): boolean {
  return host === '' || host === '*' || host === '0.0.0.0' || /^[0:]+$/.test(host);
}

/**
 * Replaces wildcards by the addresses that the machine has now. A socket bound to a wildcard replies from the address
 * that routing picks; a client that asked another one does not take that reply.
 */
export function expandWildcards(endpoints: readonly Endpoint[], local: readonly LocalAddress[]): Endpoint[] {
  const expanded = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    for (const host of hostsOf(endpoint.host, local)) {
      const one = { host, port: endpoint.port };
      // Port 0 means "any free port", so equal endpoints are then different sockets.
      expanded.set(endpoint.port === 0 ? `${formatEndpoint(one)} ${expanded.size}` : formatEndpoint(one), one);
    }
  }
  return [...expanded.values()];
}

function hostsOf(host: string, local: readonly LocalAddress[]): string[] {
  if (!isWildcard(host)) return [host];
  const family = host === '0.0.0.0' ? 4 : host.includes(':') ? 6 : undefined;
  return local
    .filter((address) => family === undefined || address.family === family)
    .map((address) => scopedAddress(address.address, address.interfaceName));
}

/**
 * Addresses at which a query would come back to this process, as `host:port` without scope: the bound
 * ones, their IPv4-mapped forms, and the unspecified addresses, which the kernel takes for loopback.
 */
export function ownAddressKeys(bound: readonly Endpoint[], upstreamPort: number): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { host, port } of bound) {
    const address = withoutScope(host);
    keys.add(formatEndpoint({ host: address, port }));
    if (!address.includes(':')) keys.add(formatEndpoint({ host: `::ffff:${address}`, port }));
  }
  for (const port of new Set([upstreamPort, ...bound.map((endpoint) => endpoint.port)])) {
    for (const host of ['0.0.0.0', '::', '::ffff:0.0.0.0']) keys.add(formatEndpoint({ host, port }));
  }
  return keys;
}

export function localAddresses(): LocalAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, addresses]) =>
    (addresses ?? []).map((address) => ({
      family: address.family === 'IPv6' ? 6 : 4,
      address: address.address,
      interfaceName,
      interfaceIndex: address.family === 'IPv6' ? address.scopeid : 0,
      ...prefixOf(address.cidr),
    })),
  );
}

/** `192.0.2.7/24`; null where the netmask is none. */
function prefixOf(cidr: string | null): Pick<LocalAddress, 'prefix'> {
  const prefix = Number(cidr?.split('/')[1]);
  return Number.isInteger(prefix) ? { prefix } : {};
}

/**
 * The address with its scope as libuv reads it: an interface name, and only where the kernel looks at it. A number is
 * looked up among the interfaces; an unknown one is left out, as glibc does.
 */
export function scopedAddress(address: string, scope: string | undefined): string {
  if (scope === undefined || scope === '' || !isLinkLocal(address)) return address;
  if (!/^\d+$/.test(scope)) return `${address}%${scope}`;
  const name = localAddresses().find((local) => local.interfaceIndex === Number(scope))?.interfaceName;
  return name === undefined ? address : `${address}%${name}`;
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3) and ::1 (RFC 4291 §2.5.3), as the kernel writes them. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** fe80::/10 (RFC 4291 §2.4). */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}

function withoutScope(host: string): string {
  const scope = host.indexOf('%');
  return scope === -1 ? host : host.slice(0, scope);
}
