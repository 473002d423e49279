/**
 * resolv.conf, read as glibc reads it (resolv/res_init.c, res_vinit_1).
 *
 * The text is the file decoded as UTF-8. Deliberately not: `sortlist`, LOCALDOMAIN and RES_OPTIONS, which belong to the
 * client's process.
 */
import { defaultOptions, type ResolvOptions } from './option-table.ts';
import { applyOptionsLine } from './options.ts';
import { parseServerAddress } from './server-address.ts';
import type { ServerAddress } from './server-address.ts';

export type { ServerAddress } from './server-address.ts';

export interface ResolvConf extends Readonly<ResolvOptions> {
  /** The servers in use, in file order: at least one, at most {@link maxServers}. */
  readonly servers: readonly ServerAddress[];
  /** Entries as glibc holds them, leading dots and all; `searchEntries` turns them into what a search appends. */
  readonly search: readonly string[];
  /** A nameserver line named a usable address; else `servers` is glibc's 127.0.0.1. */
  readonly hasNameserver: boolean;
  /** A search or domain line took effect; else `search` comes from the host name. */
  readonly hasSearch: boolean;
  /** The first {@link maxIgnored} that were found. */
  readonly ignored: readonly IgnoredText[];
}

/** Something in the file that has no effect. */
export interface IgnoredText {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

/** MAXNS: glibc reads more nameservers and never asks them. */
export const maxServers = 3;

/** Faults that are reported, and characters of each: a file of nonsense must not fill the log. */
const maxIgnored = 20;
const maxIgnoredCharacters = 200;

const keywords = ['domain', 'search', 'nameserver', 'sortlist', 'options'] as const;

type Keyword = (typeof keywords)[number];

/** `hostName` is that of the program's machine: without a search line glibc takes its domain. Left out, there is none. */
export function parseResolvConf(
  text: string,
  { hostName }: { readonly hostName?: string | undefined } = {},
): ResolvConf {
  const draft: Draft = { options: { ...defaultOptions }, servers: [], search: undefined, ignored: [] };
  for (const [index, raw] of text.split('\n').entries()) {
    const content = beforeNul(raw);
    if (!/^[#;]/.test(content)) readLine(draft, index + 1, content);
  }
  const { options, servers, search, ignored } = draft;
  return {
    ...options,
    servers: servers.length > 0 ? servers : [{ family: 4, address: '127.0.0.1' }],
    search: search?.entries ?? (hostName === undefined ? [] : domainOfHost(hostName)),
    hasNameserver: servers.length > 0,
    hasSearch: search !== undefined,
    ignored,
  };
}

interface Draft {
  readonly options: ResolvOptions;
  readonly servers: ServerAddress[];
  search: { readonly entries: readonly string[]; readonly line: number; readonly text: string } | undefined;
  readonly ignored: IgnoredText[];
}

interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** What follows the keyword and its blanks. */
  readonly value: string;
  ignore(why: string, part?: string): void;
}

function readLine(draft: Draft, number: number, text: string): void {
  const keyword = keywordOf(text);
  // A file may have half a million of them, and no more are reported.
  if (keyword === undefined && draft.ignored.length >= maxIgnored) return;
  const value = text.slice(keyword?.length ?? 0).replace(/^[ \t]+/, '');
  const ignore = (why: string, part = text): void => addIgnored(draft, { line: number, text: part, why });
  if (keyword !== undefined) readers[keyword](draft, { number, text, value, ignore });
  else if (value !== '') ignore(whyNoKeyword(text));
}

/** glibc takes no other lines; undefined: it does not take this one. */
export function keywordOf(line: string): Keyword | undefined {
  return keywords.find((word) => line.startsWith(word) && isBlank(line[word.length]));
}

function whyNoKeyword(text: string): string {
  if (isBlank(text[0])) return 'blank before the keyword';
  return keywords.some((word) => word === text) ? 'no value' : 'unknown keyword';
}

const readers: Readonly<Record<Keyword, (draft: Draft, line: Line) => void>> = {
  nameserver({ servers }, { value, ignore }) {
    const [address = value] = tokens(value);
    const server = parseServerAddress(address);
    if (server === undefined) ignore('not an IP address');
    else if (servers.length < maxServers) servers.push(server);
    else ignore(`more than ${maxServers} nameservers`);
  },
  search: (draft, line) => readSearch(draft, line, tokens(line.value)),
  domain: (draft, line) => readSearch(draft, line, tokens(line.value).slice(0, 1)),
  options({ options }, { value, ignore }) {
    for (const option of applyOptionsLine(options, value)) ignore('unknown option', option);
  },
  sortlist: (_draft, { ignore }) => ignore('sortlist is not emulated'),
};

function readSearch(draft: Draft, { number, text, value, ignore }: Line, entries: readonly string[]): void {
  if (value === '') return ignore('no value');
  const previous = draft.search;
  if (previous) addIgnored(draft, { line: previous.line, text: previous.text, why: `replaced by line ${number}` });
  draft.search = { entries, line: number, text };
}

function addIgnored({ ignored }: Draft, { line, text, why }: IgnoredText): void {
  if (ignored.length < maxIgnored) ignored.push({ line, text: text.slice(0, maxIgnoredCharacters), why });
}

/** glibc handles a line as a C string. */
function beforeNul(line: string): string {
  const end = line.indexOf('\0');
  return end < 0 ? line : line.slice(0, end);
}

/** Only space and tab separate: a carriage return is part of the token. */
function tokens(text: string): string[] {
  return text.split(/[ \t]+/).filter((token) => token !== '');
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** domain_from_hostname: everything after the first dot. A host name that ends there gives the root. */
function domainOfHost(hostName: string): string[] {
  const dot = hostName.indexOf('.');
  return dot < 0 ? [] : [hostName.slice(dot + 1)];
}
