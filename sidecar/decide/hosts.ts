/**
 * The hosts file, read and searched as glibc's `files` service does (nss/nss_files/files-hosts.c) with `multi on`, the
 * setting that distributions ship: all lines of a name count, the first gives the canonical name.
 */
import { nameKey } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';
import { encodeHostsName } from './hosts-name.ts';
import { formatAddressBytes, isIpv4Mapped, isIpv6Loopback, parseAddressBytes } from './ip-address.ts';
import { reverseAddress } from './reverse-name.ts';

export interface HostsTable {
  /** Lines by `nameKey` of each name on them, in file order. */
  readonly lines: ReadonlyMap<string, readonly HostsLine[]>;
  /** The first line of each address, by its text. */
  readonly reverse: ReadonlyMap<string, HostsLine>;
  readonly issues: readonly string[];
}

export interface HostsLine {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** The canonical name first. */
  readonly names: readonly string[];
}

/** Which question the client has: both families together, or one alone. */
export type HostsQuestion = 'PAIR' | 'A' | 'AAAA';

export interface HostsAnswer {
  /** `undefined` when it cannot be put on the wire. */
  readonly canonicalName: WireName | undefined;
  readonly aliases: readonly WireName[];
  readonly ipv4: readonly Uint8Array[];
  readonly ipv6: readonly Uint8Array[];
}

/** Bytes that the table may take on the heap, by the estimate of {@link lineCost}; the sidecar's heap is 24 MiB. */
export const hostsBudgetBytes = 4 * 1024 * 1024;

/** Measured with Node 24: map entry, array, key and line object, in bytes per name and per line. */
const costPerName = 160;
const costPerLine = 200;

const loopbackIpv4 = Uint8Array.of(127, 0, 0, 1);

export const emptyHosts: HostsTable = { lines: new Map(), reverse: new Map(), issues: [] };

export function parseHosts(text: string, { budgetBytes = hostsBudgetBytes } = {}): HostsTable {
  const lines = new Map<string, HostsLine[]>();
  const reverse = new Map<string, HostsLine>();
  let freeBytes = budgetBytes;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = readLine(raw);
    if (line === undefined) continue;
    freeBytes -= lineCost(line);
    if (freeBytes < 0) {
      const issue = `the hosts file is larger than ${budgetBytes} bytes allow: line ${index + 1} and all after it are ignored`;
      return { lines, reverse, issues: [issue] };
    }
    addLine(line, lines, reverse);
  }
  return { lines, reverse, issues: [] };
}

/** `key` is the `nameKey` of the name. `undefined`: the file does not answer, the next service is asked. */
export function lookupHosts(table: HostsTable, key: string, question: HostsQuestion): HostsAnswer | undefined {
  const found = (table.lines.get(key) ?? []).flatMap((line) => {
    const address = addressFor(question, line.address);
    return address === undefined ? [] : [{ address, names: line.names }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const addresses = [...new Map(found.map(({ address }) => [address.join(), address])).values()];
  return {
    ...encodeNames([first.names[0] ?? '', ...found.flatMap(({ names }) => names)]),
    ipv4: addresses.filter((address) => address.length === 4),
    ipv6: addresses.filter((address) => address.length === 16),
  };
}

/** The names of the first line with the address of an `in-addr.arpa` or `ip6.arpa` name. */
export function lookupHostsPointer(
  table: HostsTable,
  name: WireName,
): Pick<HostsAnswer, 'canonicalName' | 'aliases'> | undefined {
  const address = reverseAddress(name);
  const line = address && table.reverse.get(formatAddressBytes(address));
  return line && encodeNames(line.names);
}

/** Blanks of any kind around the fields, `#` ends the line anywhere, NUL too; an address alone names nothing. */
function readLine(raw: string): HostsLine | undefined {
  const [content = ''] = raw.split(/[#\0]/, 1);
  const [text = '', ...names] = content.split(/[ \t\v\f\r]+/).filter((field) => field !== '');
  const address = parseAddressBytes(text);
  return address === undefined || names.length === 0 ? undefined : { address, names };
}

function addLine(line: HostsLine, lines: Map<string, HostsLine[]>, reverse: Map<string, HostsLine>): void {
  const keys = line.names.flatMap((text) => {
    const name = encodeHostsName(text);
    return name === undefined ? [] : [nameKey(name)];
  });
  for (const key of new Set(keys)) {
    const known = lines.get(key);
    if (known === undefined) lines.set(key, [line]);
    else known.push(line);
  }
  for (const address of new Set([line.address, addressFor('A', line.address)])) {
    const key = address && formatAddressBytes(address);
    if (key !== undefined && !reverse.has(key)) reverse.set(key, line);
  }
}

/** Asked for IPv4 alone, glibc takes mapped addresses as what they map, and ::1 as 127.0.0.1. */
function addressFor(question: HostsQuestion, address: Uint8Array): Uint8Array | undefined {
  if (question === 'PAIR') return address;
  if (question === 'AAAA') return address.length === 16 ? address : undefined;
  if (address.length === 4) return address;
  if (isIpv4Mapped(address)) return address.slice(12);
  return isIpv6Loopback(address) ? loopbackIpv4 : undefined;
}

function encodeNames([canonical = '', ...others]: readonly string[]): Pick<HostsAnswer, 'canonicalName' | 'aliases'> {
  const canonicalName = encodeHostsName(canonical);
  const names = others.flatMap((text) => encodeHostsName(text) ?? []);
  const aliases = new Map(names.map((name) => [nameKey(name), name]));
  if (canonicalName !== undefined) aliases.delete(nameKey(canonicalName));
  return { canonicalName, aliases: [...aliases.values()] };
}

function lineCost(line: HostsLine): number {
  return line.names.reduce((total, name) => total + costPerName + 2 * name.length, costPerLine);
}
