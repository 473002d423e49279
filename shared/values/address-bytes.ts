/**
 * IP addresses as bytes: text forms by glibc's rules (resolv/inet_pton.c, resolv/inet_addr.c), canonical text back.
 */
import { formatIpv6, parseIpv4, parseIpv6 } from './ip-address.ts';

/** `inet_pton`: a dotted quad gives 4 bytes, an IPv6 address 16. No scope, no short IPv4 forms. */
export function parseAddressBytes(text: string): Uint8Array | undefined {
  const quad = parseIpv4(text);
  if (quad !== undefined) return Uint8Array.from(quad);
  const groups = parseIpv6(text);
  return groups && Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/**
 * `inet_aton` without trailing text (`__inet_aton_exact`): one to four parts, each decimal, octal (leading `0`) or
 * hexadecimal (leading `0x`); the last part fills the bytes that are left.
 */
export function parseLooseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  const values = parts.map(parseCNumber);
  const last = values.pop();
  if (last === undefined || last >= 256 ** (4 - values.length)) return undefined;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, last);
  for (const [index, value] of values.entries()) {
    if (value === undefined || value > 255) return undefined;
    bytes[index] = value;
  }
  return bytes;
}

/** Dotted quad, or the form of RFC 5952. */
export function formatAddressBytes(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return formatIpv6(
    Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)),
  );
}

/** `strtoul(text, …, 0)` on the whole text; `undefined` above 32 bits. */
function parseCNumber(text: string): number | undefined {
  const [, hex, octal, decimal] = /^(?:0x([\da-f]+)|(0[0-7]*)|([1-9]\d*))$/i.exec(text) ?? [];
  const value = Number.parseInt(hex ?? octal ?? decimal ?? '', hex !== undefined ? 16 : octal !== undefined ? 8 : 10);
  return value <= 0xffff_ffff ? value : undefined;
}
