/** Kinds of values of the network: addresses, ports, domain names. */
import { formatEndpoint, formatIpAddress, parseIpAddress } from './ip-address.ts';
import { kind, list, type ValueKind } from './value-kinds.ts';

/** Where a server listens. An empty host means every address of the machine. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port` with an IP address as host (IPv6 in brackets), or `:port` for all addresses. */
export function listenAddresses(): ValueKind<ListenAddress[]> {
  return list(listenAddress(), { min: 1 });
}

export function listenAddress(): ValueKind<ListenAddress> {
  return kind({
    name: 'listen address',
    accepted: 'IPv4:port, [IPv6]:port, or :port for all addresses',
    read: readListenAddress,
    format: formatEndpoint,
  });
}

function readListenAddress(value: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(value.trim());
  if (!match) return undefined;
  const [, ipv6, ipv4, portText] = match;
  const port = Number(portText);
  if (port > 65_535) return undefined;
  if (ipv6 === undefined && (ipv4 === '' || ipv4 === undefined)) return { host: '', port };
  const ip = parseIpAddress(ipv6 ?? ipv4 ?? '');
  if (!ip || (ip.family === 6) !== (ipv6 !== undefined)) return undefined;
  return { host: formatIpAddress(ip), port };
}

export function ipAddress(): ValueKind<string> {
  return kind({
    name: 'IP address',
    accepted: 'IPv4 or IPv6 address without port',
    read: (value) => {
      const ip = parseIpAddress(value);
      return ip && formatIpAddress(ip);
    },
  });
}

export function ipAddresses(limits: { min?: number; max?: number } = { min: 1 }): ValueKind<string[]> {
  return list(ipAddress(), limits);
}

/**
 * A name as it may stand on a `search` line. glibc does not check entries, so underscores and the root `.` are fine;
 * what could not be sent (labels over 63 octets, names over 253) is refused.
 */
export function domainName(): ValueKind<string> {
  return kind({
    name: 'domain name',
    accepted: 'domain name (labels of up to 63 characters, 253 in all)',
    read: (value) => {
      if (value === '.') return value;
      const name = value.replace(/^\.|\.$/g, '');
      const labels = name.split('.');
      if (name.length > 253 || !labels.every((label) => /^[!-+\--[\]-~]{1,63}$/.test(label))) return undefined;
      return value;
    },
  });
}

export function domainNames(limits: { min?: number; max?: number } = {}): ValueKind<string[]> {
  return list(domainName(), limits);
}
