/**
 * Addresses in the names of PTR queries: `in-addr.arpa` (RFC 1035 §3.5) and `ip6.arpa` (RFC 3596 §2.5).
 */
import { formatName } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';

/** The address that the name stands for: 4 or 16 bytes, or `undefined` when it is not one whole address. */
export function reverseAddress(name: WireName): Uint8Array | undefined {
  const labels = formatName(name).toLowerCase().split('.').toReversed();
  const [root, kind, ...digits] = labels;
  if (root !== 'arpa') return undefined;
  if (kind === 'in-addr' && digits.length === 4) return ipv4Bytes(digits);
  return kind === 'ip6' && digits.length === 32 ? ipv6Bytes(digits) : undefined;
}

function ipv4Bytes(digits: readonly string[]): Uint8Array | undefined {
  const isAddress = digits.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isAddress ? Uint8Array.from(digits, Number) : undefined;
}

function ipv6Bytes(digits: readonly string[]): Uint8Array | undefined {
  if (!digits.every((digit) => /^[\da-f]$/.test(digit))) return undefined;
  return Uint8Array.from({ length: 16 }, (_, index) =>
    Number.parseInt(`${digits[index * 2]}${digits[index * 2 + 1]}`, 16),
  );
}
