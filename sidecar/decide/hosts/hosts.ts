/**
 * The hosts file, read and searched as glibc's `files` service does (nss/nss_files/files-hosts.c) with `multi on`, the
 * setting that distributions ship: all lines of a name count, the first gives the canonical name.
 */
import type { WireName } from '../../wire/name.ts';
import { encodeHostsName, keyOfName, keyOfText } from './hosts-name.ts';
import { formatAddressBytes, parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { reverseAddress } from './reverse-name.ts';

export interface HostsTable {
  /** Lines by {@link keyOfText} of each name on them, in file order. */
  readonly lines: ReadonlyMap<string, readonly HostsLine[]>;
  /** The first line of each address, by its canonical text. */
  readonly reverse: ReadonlyMap<string, HostsLine>;
  readonly issues: readonly string[];
}

export interface HostsLine {
  /** Canonical text. */
  readonly address: string;
  /** The canonical name first. */
  readonly names: readonly [canonical: string, ...aliases: string[]];
}

/** Which question the client has: both families together, or one alone. */
export type HostsQuestion = 'PAIR' | 'A' | 'AAAA';

export interface HostsAnswer {
  /** `undefined` when it cannot be put on the wire. */
  readonly canonicalName: WireName | undefined;
  readonly ipv4: readonly Uint8Array[];
  readonly ipv6: readonly Uint8Array[];
}

/** Heap that the table may take, in bytes, by the estimate below: a small part of the image's heap. */
export const hostsBudgetBytes = 4 * 1024 * 1024;

/** Heap per line and per name, measured with Node 24, in bytes. */
const costPerLine = 320;
const costPerName = 170;

const loopbackIpv4 = '127.0.0.1';

export const emptyHosts: HostsTable = { lines: new Map(), reverse: new Map(), issues: [] };

export function parseHosts(text: string, { budgetBytes = hostsBudgetBytes } = {}): HostsTable {
  const lines = new Map<string, HostsLine[]>();
  const reverse = new Map<string, HostsLine>();
  let freeBytes = budgetBytes;
  for (const { number, content } of contentLines(text)) {
    const { line, costBytes } = readLine(content, freeBytes);
    freeBytes -= costBytes;
    if (freeBytes < 0) {
      const issue = `the hosts file is too large for the ${budgetBytes} bytes it may take: ignored from line ${number} on`;
      return { lines, reverse, issues: [issue] };
    }
    if (line !== undefined) addLine(line, lines, reverse);
  }
  return { lines, reverse, issues: [] };
}

/** `key` is the `nameKey` of the name. `undefined`: the file does not answer, the next service is asked. */
export function lookupHosts(table: HostsTable, key: string, question: HostsQuestion): HostsAnswer | undefined {
  const found = (table.lines.get(keyOfName(key) ?? '') ?? []).flatMap((line) => {
    const address = addressFor(question, line.address);
    return address === undefined ? [] : [{ address, names: line.names }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const addresses = [...new Set(found.map(({ address }) => address))].flatMap((text) => parseAddressBytes(text) ?? []);
  return {
    canonicalName: canonicalName(first),
    ipv4: addresses.filter((address) => address.length === 4),
    ipv6: addresses.filter((address) => address.length === 16),
  };
}

/** The canonical name of the first line with the address of an `in-addr.arpa` or `ip6.arpa` name. */
export function lookupHostsPointer(table: HostsTable, name: WireName): Pick<HostsAnswer, 'canonicalName'> | undefined {
  const address = reverseAddress(name);
  const line = address && table.reverse.get(formatAddressBytes(address));
  return line && { canonicalName: canonicalName(line) };
}

/** Lines up to `#` or NUL. Not by `split`: a large file would stand in memory a second time. */
function* contentLines(text: string): Generator<{ number: number; content: string }> {
  for (let number = 1, start = 0; start < text.length; number += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield { number, content: text.slice(start, end).replace(/[#\0].*/s, '') };
    start = end + 1;
  }
}

/**
 * Fields with white space of any kind between them; an address alone names nothing. Reading ends where the line costs
 * more than is free.
 */
function readLine(content: string, freeBytes: number): { line?: HostsLine; costBytes: number } {
  const fields = content.matchAll(/[^ \t\v\f\r]+/g);
  const address = parseAddressBytes(fields.next().value?.[0] ?? '');
  if (address === undefined) return { costBytes: 0 };
  const names: string[] = [];
  let costBytes = 0;
  for (const [name] of fields) {
    costBytes += (costBytes === 0 ? costPerLine : 0) + costPerName + name.length;
    if (costBytes > freeBytes) break;
    names.push(name);
  }
  const [canonical, ...aliases] = names;
  if (canonical === undefined) return { costBytes };
  return { line: { address: formatAddressBytes(address), names: [canonical, ...aliases] }, costBytes };
}

function addLine(line: HostsLine, lines: Map<string, HostsLine[]>, reverse: Map<string, HostsLine>): void {
  for (const key of new Set(line.names.flatMap((text) => keyOfText(text) ?? []))) {
    const known = lines.get(key);
    if (known === undefined) lines.set(key, [line]);
    else known.push(line);
  }
  for (const address of [line.address, addressFor('A', line.address)]) {
    if (address !== undefined && !reverse.has(address)) reverse.set(address, line);
  }
}

/**
 * Asked for IPv4 alone, glibc takes mapped addresses as what they map, and ::1 as 127.0.0.1. Of the canonical texts those
 * of mapped addresses alone hold a colon and a dot.
 */
function addressFor(question: HostsQuestion, address: string): string | undefined {
  if (question === 'PAIR') return address;
  const isIpv6 = address.includes(':');
  if (question === 'AAAA') return isIpv6 ? address : undefined;
  if (!isIpv6) return address;
  if (address === '::1') return loopbackIpv4;
  return address.includes('.') ? address.slice('::ffff:'.length) : undefined;
}

function canonicalName({ names }: Pick<HostsLine, 'names'>): WireName | undefined {
  return encodeHostsName(names[0]);
}
