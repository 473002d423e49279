/** IP addresses as text: strict reading, canonical writing. Pure, so that every layer may use it. */

export interface IpAddress {
  readonly family: 4 | 6;
  /** Canonical text: dotted quad, or RFC 5952 for IPv6. Never holds the scope. */
  readonly address: string;
  /** IPv6 zone, as written after `%` (RFC 4007 §11). */
  readonly scope?: string;
}

/** Reads a dotted quad or an IPv6 address with optional `%scope`; no short IPv4 forms (`10.1`), no brackets, no port. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4) return { family: 4, address: ipv4.join('.') };
  const percent = text.indexOf('%');
  const groups = parseIpv6(percent < 0 ? text : text.slice(0, percent));
  if (!groups) return undefined;
  const address = formatIpv6(groups);
  if (percent < 0) return { family: 6, address };
  const scope = text.slice(percent + 1);
  return /^[\w.-]{1,15}$/.test(scope) ? { family: 6, address, scope } : undefined;
}

export function formatIpAddress(ip: IpAddress): string {
  return ip.scope === undefined ? ip.address : `${ip.address}%${ip.scope}`;
}

/** `192.0.2.1:53`, `[2001:db8::1]:53`, `[fe80::1%eth0]:53`; without a host `:53`. */
export function formatEndpoint({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Four numbers, or undefined. Leading zeros are refused: some parsers read them as octal. */
export function parseIpv4(text: string): [number, number, number, number] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return [a, b, c, d];
}

/** Eight 16-bit groups, or undefined. Accepts `::` and a trailing dotted quad (RFC 4291 §2.2). */
export function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : undefined;
  if (missing < 1) return undefined;
  return [...head, ...Array.from<number>({ length: missing }).fill(0), ...tail];
}

function parseGroups(text: string, quadAllowed: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const quad = quadAllowed && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (!quad) return undefined;
    groups.push(quad[0] * 256 + quad[1], quad[2] * 256 + quad[3]);
  }
  return groups;
}

/** RFC 5952: lower case, no leading zeros, the longest run of at least two zero groups (the first of equals) as `::`. */
export function formatIpv6(groups: readonly number[]): string {
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  const { start, length } = longestZeroRun(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
