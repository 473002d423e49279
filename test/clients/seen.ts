/** What a program sees of one call of a resolver, in one form for all programs. */
export interface Seen {
  /** A program that cannot tell NONAME from NODATA sees `NONE`, one that tells no failures apart `FAILED`. */
  outcome: 'OK' | 'NONAME' | 'NODATA' | 'NONE' | 'AGAIN' | 'NORECOVERY' | 'FAILED';
  /** The error in the program's own words. */
  code?: string;
  /** Sorted: C libraries order them differently. */
  addresses?: string[];
  canonical?: string;
  aliases?: string[];
  /** The data of calls for other types, sorted. */
  records?: string[];
  /** The name that the program shows as the one that it asked for. */
  asked?: string;
}

/** The same for the same data: addresses and records once and sorted, names without their final dot. */
export function normalSeen(seen: Seen): Seen {
  const normal: Seen = { outcome: seen.outcome };
  if (seen.code !== undefined) normal.code = seen.code;
  if (seen.addresses !== undefined) normal.addresses = [...new Set(seen.addresses.map(shortAddress))].toSorted();
  if (seen.canonical !== undefined) normal.canonical = withoutDot(seen.canonical);
  if (seen.aliases !== undefined) normal.aliases = seen.aliases.map(withoutDot);
  if (seen.records !== undefined) normal.records = seen.records.map(withoutDot).toSorted();
  if (seen.asked !== undefined) normal.asked = withoutDot(seen.asked);
  return normal;
}

export function describeSeen(seen: Seen): string {
  const { outcome, code, addresses = [], canonical, aliases = [], records = [], asked } = seen;
  const parts = [
    addresses.length > 3 ? `${addresses.length} addresses` : addresses.join(' '),
    ...records.map((record) => `"${record}"`),
    canonical === undefined ? '' : `canonical ${canonical}`,
    aliases.length === 0 ? '' : `aliases ${aliases.join(' ')}`,
    asked === undefined ? '' : `asked ${asked}`,
    code === undefined ? '' : `(${code})`,
  ];
  return [outcome, ...parts.filter((part) => part !== '')].join(' ');
}

/** Java writes out every group of an IPv6 address. */
function shortAddress(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function withoutDot(name: string): string {
  return name.replace(/(.)\.$/, '$1');
}
