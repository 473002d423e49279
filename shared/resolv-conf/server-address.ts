/**
 * Addresses of nameservers: the value of a `nameserver` line, read as glibc's res_vinit_1 reads it (resolv/res_init.c), and the
 * stricter form of settings, which may have a port.
 */
import { formatAddressBytes, parseAddressBytes, parseLooseIpv4 } from '../values/address-bytes.ts';
import { formatEndpoint, parseIpAddress } from '../values/ip-address.ts';

export interface ServerAddress {
  readonly family: 4 | 6;
  /** Canonical text, without the scope. */
  readonly address: string;
  /** IPv6 only: an interface name (link-local addresses) or a decimal index. */
  readonly scope?: string;
  /** Where it is not the port of all nameservers. */
  readonly port?: number;
}

/** Largest scope number (`UINT32_MAX` in glibc's `__inet6_scopeid_pton`). */
const maxScope = 4_294_967_295;

/** IPv4 in any form of `inet_aton`, else IPv6 with an optional `%scope`. A scope that means nothing is dropped. */
export function parseServerAddress(token: string): ServerAddress | undefined {
  const ipv4 = parseLooseIpv4(token);
  if (ipv4 !== undefined) return { family: 4, address: formatAddressBytes(ipv4) };
  const [text = token] = token.split('%', 1);
  const ipv6 = parseAddressBytes(text);
  if (ipv6?.length !== 16) return undefined;
  const address = formatAddressBytes(ipv6);
  const scope = usableScope(ipv6, token.slice(text.length + 1));
  return scope === undefined ? { family: 6, address } : { family: 6, address, scope };
}

/** `IP`, `IP:PORT` or `[IPv6]:PORT`; IPv6 with an optional scope. */
export function parseServerEndpoint(text: string): ServerAddress | undefined {
  const alone = parseIpAddress(text);
  if (alone !== undefined) return alone;
  const [, ipv6, ipv4 = '', digits] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = parseIpAddress(ipv6 ?? ipv4);
  const port = Number(digits);
  if (address === undefined || port < 1 || port > 65_535) return undefined;
  return (address.family === 6) === (ipv6 !== undefined) ? { ...address, port } : undefined;
}

/** `address` or `address%scope`; with a port of its own, as {@link parseServerEndpoint} reads it. */
export function formatServerAddress({ address, scope, port }: ServerAddress): string {
  const host = scope === undefined ? address : `${address}%${scope}`;
  return port === undefined ? host : formatEndpoint({ host, port });
}

function usableScope(bytes: Uint8Array, scope: string): string | undefined {
  if (hasInterfaceScope(bytes)) return scope === '' ? undefined : scope;
  const number = scopeNumber(scope);
  return number === undefined || number === 0 ? undefined : String(number);
}

function scopeNumber(scope: string): number | undefined {
  if (!/^\d+$/.test(scope)) return undefined;
  const number = Number(scope);
  return number <= maxScope ? number : undefined;
}

/** Link-local, or multicast of link or interface scope: only there glibc looks for an interface name. */
function hasInterfaceScope([first = 0, second = 0]: Uint8Array): boolean {
  if (first === 0xfe) return (second & 0xc0) === 0x80;
  return first === 0xff && ((second & 0x0f) === 1 || (second & 0x0f) === 2);
}
