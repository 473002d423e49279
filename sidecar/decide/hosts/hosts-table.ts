/**
 * The texts of the hosts files, read as glibc's `files` service reads one (nss/nss_files/files-hosts.c). What is left out is
 * told, and where.
 */
import { formatAddressBytes, parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { addressFor } from './hosts-address.ts';
import { keyOfText } from './hosts-name.ts';

/** One file. */
export interface HostsSource {
  readonly path: string;
  readonly text: string;
}

export interface HostsTable {
  /** Lines by {@link keyOfText} of each name on them, in the order of the files. */
  readonly lines: ReadonlyMap<string, readonly HostsLine[]>;
  /** Lines with `*.NAME`, by the key of NAME; none where a star has no meaning. */
  readonly wildcards: ReadonlyMap<string, readonly HostsLine[]>;
  /** The first line of each address, by its canonical text. */
  readonly reverse: ReadonlyMap<string, HostsLine>;
  readonly issues: readonly string[];
  /** The first {@link maxIgnored} that were found. */
  readonly ignored: readonly IgnoredEntry[];
}

export interface HostsLine {
  /** Canonical text. */
  readonly address: string;
  /** The canonical name first; a wildcard has none. */
  readonly names: readonly string[];
}

/** A line, or a name on it, that has no effect. */
export interface IgnoredEntry {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

export interface HostsReading {
  readonly budgetBytes?: number;
  /** `*.NAME` stands for every name below NAME. */
  readonly wildcards?: boolean;
}

/** Heap that the table may take, in bytes, by the estimate below: a small part of the image's heap. */
export const hostsBudgetBytes = 4 * 1024 * 1024;

/** Heap per line and per name, measured with Node 24, in bytes. */
const costPerLine = 320;
const costPerName = 170;

/** Entries that are reported, and characters of each: a file of nonsense must not fill the log. */
const maxIgnored = 20;
const maxIgnoredCharacters = 200;

export const emptyHosts: HostsTable = {
  lines: new Map(),
  wildcards: new Map(),
  reverse: new Map(),
  issues: [],
  ignored: [],
};

/** Whether no name has an address. */
export function isEmpty({ lines, wildcards }: HostsTable): boolean {
  return lines.size === 0 && wildcards.size === 0;
}

/** A text alone stands for one file without a path. */
export function parseHosts(
  sources: string | readonly HostsSource[],
  { budgetBytes = hostsBudgetBytes, wildcards = false }: HostsReading = {},
): HostsTable {
  const draft: Draft = { lines: new Map(), wildcards: new Map(), reverse: new Map(), ignored: [], left: 0 };
  const texts = typeof sources === 'string' ? [{ path: '', text: sources }] : sources;
  const end = readAll(draft, texts, budgetBytes, wildcards);
  const { left, ...table } = draft;
  const more = left === 0 ? [] : [`${left} more entries of the hosts files have no effect`];
  return { ...table, issues: [...(end === undefined ? [] : [tooLarge(end, budgetBytes)]), ...more] };
}

interface Draft {
  readonly lines: Map<string, HostsLine[]>;
  readonly wildcards: Map<string, HostsLine[]>;
  readonly reverse: Map<string, HostsLine>;
  readonly ignored: IgnoredEntry[];
  /** Entries without effect beyond those. */
  left: number;
}

interface Place {
  readonly path: string;
  readonly line: number;
}

/** Returns the place from which on nothing is read. */
function readAll(
  draft: Draft,
  sources: readonly HostsSource[],
  budgetBytes: number,
  wildcards: boolean,
): Place | undefined {
  let freeBytes = budgetBytes;
  for (const { path, text } of sources) {
    for (const { number, content } of contentLines(text)) {
      const place: Place = { path, line: number };
      const read = readLine(draft, place, content, freeBytes);
      if (read === undefined) continue;
      const { address, names, costBytes } = read;
      freeBytes -= costBytes;
      if (freeBytes < 0) return place;
      const stars = wildcards ? names.filter(isWildcard) : [];
      addWildcards(draft, address, stars);
      addLine(draft, { address, names: stars.length === 0 ? names : names.filter((name) => !isWildcard(name)) });
    }
  }
  return undefined;
}

function tooLarge({ path, line }: Place, budgetBytes: number): string {
  const what = path === '' ? 'the hosts file is' : 'the hosts files are';
  const from = path === '' ? `line ${line}` : `line ${line} of ${path}`;
  return `${what} too large for the ${budgetBytes} bytes it may take: ignored from ${from} on`;
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

interface ReadLine {
  readonly address: string;
  readonly names: readonly string[];
  readonly costBytes: number;
}

/**
 * Fields with white space of any kind between them; an address alone names nothing. Reading ends where the line costs
 * more than is free. Undefined: no address is at the beginning.
 */
function readLine(draft: Draft, place: Place, content: string, freeBytes: number): ReadLine | undefined {
  const fields = content.matchAll(/[^ \t\v\f\r]+/g);
  const [first] = fields.next().value ?? [];
  if (first === undefined) return undefined;
  const address = parseAddressBytes(first);
  if (address === undefined) {
    ignore(draft, place, content.trim(), 'not an IP address at the beginning');
    return undefined;
  }
  const names: string[] = [];
  let costBytes = 0;
  for (const [name] of fields) {
    costBytes += (costBytes === 0 ? costPerLine : 0) + costPerName + name.length;
    if (costBytes > freeBytes) break;
    names.push(name);
    const why = whyNotAsked(name);
    if (why !== undefined) ignore(draft, place, name, why);
  }
  if (costBytes === 0) ignore(draft, place, first, 'no name behind the address');
  return { address: formatAddressBytes(address), names, costBytes };
}

/** The name stays on its line, and may be the canonical one; but no query asks for it. */
function whyNotAsked(name: string): string | undefined {
  if (name.endsWith('.')) return 'a final dot, which no query has';
  if (/^\.|\.\./.test(name)) return 'an empty label';
  if (/[^.]{64}/.test(name)) return 'a label of more than 63 characters';
  return keyOfText(name) === undefined ? 'longer than any name' : undefined;
}

function ignore(draft: Draft, { path, line }: Place, text: string, why: string): void {
  if (draft.ignored.length >= maxIgnored) draft.left += 1;
  else draft.ignored.push({ path, line, text: text.slice(0, maxIgnoredCharacters), why });
}

function isWildcard(name: string): boolean {
  return name.length > 2 && name.startsWith('*.');
}

function addWildcards({ wildcards }: Draft, address: string, names: readonly string[]): void {
  const line: HostsLine = { address, names: [] };
  for (const key of keysOf(names.map((name) => name.slice(2)))) push(wildcards, key, line);
}

function addLine({ lines, reverse }: Draft, line: HostsLine): void {
  if (line.names.length === 0) return;
  for (const key of keysOf(line.names)) push(lines, key, line);
  for (const address of [line.address, addressFor('A', line.address)]) {
    if (address !== undefined && !reverse.has(address)) reverse.set(address, line);
  }
}

function keysOf(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((text) => keyOfText(text) ?? []));
}

function push(lines: Map<string, HostsLine[]>, key: string, line: HostsLine): void {
  const known = lines.get(key);
  if (known === undefined) lines.set(key, [line]);
  else known.push(line);
}
