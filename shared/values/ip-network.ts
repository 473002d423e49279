/** Networks: an address and how many of its bits count; and which addresses are of whom. */
import { formatAddressBytes, parseAddressBytes } from './address-bytes.ts';

export interface IpNetwork {
  /** Four bytes or sixteen; those behind the prefix are zero. */
  readonly bytes: Uint8Array;
  readonly prefix: number;
}

/** `192.0.2.0/24`, `2001:db8::/32`, or an address, which is a network of its own. What stands behind the prefix does not count. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, address = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bytes = parseAddressBytes(address);
  if (bytes === undefined) return undefined;
  const bits = bytes.length * 8;
  const prefix = digits === undefined ? bits : Number(digits);
  if (prefix > bits) return undefined;
  return { bytes: bytes.map((byte, index) => byte & maskByte(prefix, index)), prefix };
}

export function formatIpNetwork({ bytes, prefix }: IpNetwork): string {
  const address = formatAddressBytes(bytes);
  return prefix === bytes.length * 8 ? address : `${address}/${prefix}`;
}

/** Of an address as sockets write it: without its scope, and an IPv4-mapped one as what it maps. */
export function clientAddressBytes(address: string): Uint8Array | undefined {
  const bytes = parseAddressBytes(address.replace(/%.*$/, ''));
  return bytes !== undefined && contains(mapped, bytes) ? bytes.subarray(12) : bytes;
}

export function contains({ bytes, prefix }: IpNetwork, address: Uint8Array): boolean {
  return (
    bytes.length === address.length &&
    bytes.every((byte, index) => byte === ((address[index] ?? 0) & maskByte(prefix, index)))
  );
}

export function isIn(networks: readonly IpNetwork[], address: Uint8Array): boolean {
  return networks.some((network) => contains(network, address));
}

function maskByte(prefix: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefix - index * 8));
  return (0xff00 >> bits) & 0xff;
}

function networks(...texts: string[]): readonly IpNetwork[] {
  return texts.flatMap((text) => parseIpNetwork(text) ?? []);
}

const mapped: IpNetwork = { bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0), prefix: 96 };

/** RFC 1122 §3.2.1.3, RFC 4291 §2.5.3. */
export const loopbackNetworks = networks('127.0.0.0/8', '::1');

/** Nobody outside reaches them: RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6. */
export const privateNetworks = networks(
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
);

/** Whether nobody but this machine and private networks can send to the address; an empty one stands for all. */
export function isShelteredHost(host: string): boolean {
  const bytes = clientAddressBytes(host);
  return bytes !== undefined && (isIn(loopbackNetworks, bytes) || isIn(privateNetworks, bytes));
}

export function isLoopbackHost(host: string): boolean {
  const bytes = clientAddressBytes(host);
  return bytes !== undefined && isIn(loopbackNetworks, bytes);
}
