/** Addresses of records as text: written apart from the sidecar's, as all of the models are. */
import { isIPv6, SocketAddress } from 'node:net';

/** An address of a record, as `inet_ntop` writes it. */
export function formatAddress(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : formatIpv6(bytes);
}

function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0));
  const run = longestZeroRun(groups);
  const mapped = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  if (mapped) return `::${run.length === 5 ? 'ffff:' : ''}${formatAddress(bytes.subarray(12))}`;
  const text = groups.map((group) => group.toString(16));
  if (run.length < 2) return text.join(':');
  const before = text.slice(0, run.start).join(':');
  return `${before}::${text.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** A nameserver address as both libraries read it: `inet_aton` (`10.1` and `0x7f.1` count), else IPv6 with a scope. */
export function parseServerAddress(text: string): string | undefined {
  const ipv4 = parseAton(text);
  if (ipv4 !== undefined) return ipv4;
  const [address = '', scope] = text.split('%');
  if (!isIPv6(address)) return undefined;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  return scope === undefined || scope === '' ? canonical : `${canonical}%${scope}`;
}

/** `inet_aton`: one to four parts, decimal, octal or hexadecimal, the last one filling the rest. */
function parseAton(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  const values: number[] = [];
  for (const part of parts) {
    if (!/^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(part)) return undefined;
    values.push(part.length > 1 && /^0\d/.test(part) ? parseInt(part, 8) : Number(part));
  }
  const last = values.pop() ?? 0;
  if (values.some((value) => value > 0xff) || last >= 2 ** (8 * (4 - values.length))) return undefined;
  const whole = values.reduce((sum, value, i) => sum + value * 2 ** (24 - 8 * i), last);
  return [24, 16, 8, 0].map((shift) => Math.floor(whole / 2 ** shift) & 0xff).join('.');
}
