/**
 * The residue of docs/residual-divergences.md: where a program can see that it does not talk to glibc directly. One rule per row, with
 * the exact condition of the row; what no rule explains is a difference.
 *
 * No case is made for V3 (Node), V4 and V12 (several look-ups of one program), V8 (time), V11 (settings of the client's
 * own library), V20 (programs that read the file), V21 (the hosts file) and V31 (glibc ends the program).
 */
import { isIPv4 } from 'node:net';
import { isGlibcHostName } from '../../cli/models/glibc-answer.ts';
import type { GlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import type { LibcName } from '../system/libcs.ts';
import { MARKER, type Mode } from '../system/rewritten-file.ts';
import type { ReplyDetails } from '../system/script.ts';
import { G2, G3, G4, GLIBC, MUSL, NO_RECOVERY } from '../system/rows/row.ts';
import { dotsOf, nameOf, WRITTEN_NDOTS, type Call, type DifferentialCase } from './case.ts';
import { finalReplies, type FinalReply } from './final-replies.ts';
import type { Difference, Observation, Run } from './observation.ts';

export type RowName = `V${number}`;

export interface Context {
  readonly case: DifferentialCase;
  readonly configuration: GlibcConfiguration;
  readonly libc: LibcName;
  readonly mode: Mode;
  /** Direct glibc: the call itself, or the call that the row names in its place. */
  readonly reference: Run;
  readonly found: Observation;
}

type Rule = (context: Context, difference: Difference) => boolean;

/** Another call whose direct outcome the library gives through the sidecar. */
type OtherCall = (context: Omit<Context, 'found'>) => Call | undefined;

const LONGEST_NAME = 253;
const MUSL_LONGEST_CANDIDATE = 255;
const MUSL_PATIENCE_MS = 9000;
const MUSL_ADDRESSES = 48;
const G3_BUFFER_BYTES = 768;
const UDP_BYTES = 512;
const TCP_RECORDS = 63;
/** The shortest time that glibc waits for a server. */
const DEADLINE_MS = 1000;

export const OTHER_CALLS: Readonly<Partial<Record<RowName, OtherCall>>> = {
  /** Plain: the trailing dot is lost. */
  V1: ({ case: { call }, mode }) =>
    mode === 'plain' && isSearchedInPlain(call) && call.name.endsWith('.')
      ? { ...call, name: call.name.slice(0, -1) }
      : undefined,

  /** Plain: `res_query` for addresses is searched, `res_search` for other types is not. */
  V2: ({ case: { call }, mode, libc }) => {
    if (mode !== 'plain' || MUSL.includes(libc)) return undefined;
    if (call.api === 'res_query' && isAddressType(call.type)) return { ...call, api: 'res_search' };
    return call.api === 'res_search' && !isAddressType(call.type) ? { ...call, api: 'res_query' } : undefined;
  },

  /** musl's `res_search` is its `res_query`. */
  V15: ({ case: { call }, libc }) =>
    call.api === 'res_search' && MUSL.includes(libc) ? { ...call, api: 'res_query' } : undefined,

  /** The name is too long for the marker: it is asked as it is. */
  V18: (context) => {
    const { call } = context.case;
    if (!isTooLongForMarker(context) || isLostInMusl(context)) return undefined;
    return isSearchCall(call) ? { ...call, name: `${call.name}.` } : undefined;
  },

  /**
   * With 15 dots or more the libraries ask the name as it is themselves. musl goes no further. glibc does; but where the
   * search ends without an address, its own first error counts, even if direct glibc reports that of the search.
   */
  V22: ({ case: { call }, libc, mode, reference }) => {
    if (mode !== 'marker' || !isAddressCall(call) || !isRelative(call) || dotsOf(call.name) < WRITTEN_NDOTS)
      return undefined;
    return MUSL.includes(libc) || !isOutcome(reference, 'OK') ? { ...call, name: `${call.name}.` } : undefined;
  },
};

export const RULES: Readonly<Partial<Record<RowName, Rule>>> = {
  /** Before 1.2.4 musl has no TCP: what fits into 512 bytes, and no alias if no address fits beside it. */
  V5: (context, { aspect }) => {
    if (!G2.includes(context.libc)) return false;
    if (aspect === 'canonical') return isAliasLeftOut(context);
    return (aspect === 'addresses' || aspect === 'records') && isPart(context, udpRange);
  },

  /** musl takes 48 addresses at most; 1.2.4 reads 768 bytes of a reply. AAAA comes first. */
  V6: (context, { aspect }) => {
    if (aspect !== 'addresses') return false;
    if (G3.includes(context.libc)) return isPart(context, g3Range, MUSL_ADDRESSES);
    return G4.includes(context.libc) && isPart(context, wholeRange, MUSL_ADDRESSES);
  },

  /** Before 1.2.4 musl has no code for NODATA. */
  V7: ({ libc, reference, found }, { aspect }) =>
    aspect === 'outcome' && G2.includes(libc) && isOutcome(reference, 'NODATA') && found.outcome === 'NONAME',

  /** An alias without data: glibc says NONAME (`gethostbyname` NO_RECOVERY), musl since 1.2.4 NODATA. */
  V9: (context, { aspect }) =>
    aspect === 'outcome' &&
    [...G3, ...G4].includes(context.libc) &&
    isOutcome(context.reference, 'NONAME', 'NORECOVERY') &&
    context.found.outcome === 'NODATA' &&
    isAliasOnly(context),

  /** musl waits ten seconds. */
  V10: ({ libc, reference, found }, { aspect }) =>
    aspect === 'outcome' &&
    MUSL.includes(libc) &&
    reference.observation.elapsedMs > MUSL_PATIENCE_MS &&
    found.outcome === 'AGAIN',

  /** musl's getnameinfo: every failure is NONAME, and the last PTR record wins. */
  V13: (context, { aspect }) => {
    const { case: random, libc, reference, found } = context;
    if (random.call.api !== 'getnameinfo' || !MUSL.includes(libc)) return false;
    if (aspect === 'outcome') return !isOutcome(reference, 'OK') && found.outcome === 'NONAME';
    const [reply] = finalReplies(random.script, reference.queries);
    const pointers = (reply?.details.extra ?? []).filter(({ type }) => type === 'PTR');
    // Letter case of what is compressed is that of an earlier name.
    return aspect === 'canonical' && equalNames(pointers.at(-1)?.data ?? '', found.canonical ?? '');
  },

  /** Plain: in a pod with a dotted host name glibc appends its own domain after all, and finds the name there. */
  V14: ({ case: random, libc, mode, reference, found }, { aspect }) =>
    aspect === 'outcome' &&
    mode === 'plain' &&
    GLIBC.includes(libc) &&
    random.hostName !== undefined &&
    !isOutcome(reference, 'OK') &&
    found.outcome === 'OK',

  /** One question over TCP without EDNS: 63 records, aliases among them. */
  V16: (context, { aspect }) =>
    (aspect === 'addresses' || aspect === 'records') && isSingle(context.case.call) && isPart(context, tcpRange),

  /**
   * `gethostbyname`, `res_search`: NO_RECOVERY becomes HOST_NOT_FOUND. glibc's getaddrinfo is that call for AF_INET without
   * AI_CANONNAME, and can make NODATA of NO_RECOVERY.
   */
  V17: ({ case: { call }, reference, found }, { aspect }) => {
    if (aspect !== 'outcome' || reference.observation.hErrno !== NO_RECOVERY || found.outcome !== 'NONAME')
      return false;
    const isRawAddress = (call.api === 'res_search' || call.api === 'res_query') && isAddressType(call.type);
    return call.api === 'gethostbyname2' || isRawAddress || isByErrno(call);
  },

  /** The name fits into musl's buffer with the marker, but cannot be encoded: before 1.2.4 that ends the look-up. */
  V18: (context, { aspect }) =>
    aspect === 'outcome' && isTooLongForMarker(context) && isLostInMusl(context) && context.found.outcome === 'NONAME',

  /**
   * musl has its own idea of a host name: no underscore, but a dash in front. Where an alias is one to glibc and none to
   * musl, or the other way round, musl's canonical name is the last that it takes for one, else the name that it asked.
   */
  V19: (context, { aspect }) => {
    const { case: random, libc, mode, reference, found } = context;
    if (aspect !== 'canonical' || !MUSL.includes(libc)) return false;
    return finalReplies(random.script, reference.queries).some(({ name, details }) => {
      const scripted = aliasTargets(details, random.call);
      const asked = askedName(random.call, mode, name);
      const isSearched = !equalNames(name, asked);
      const sent = isSearched && !scripted.some(isGlibcHostName) ? [name, ...scripted] : scripted;
      const isDisputed = [...sent, asked].some((target) => isMuslHostName(target) !== isGlibcHostName(target));
      // Without TCP it may see the flattened form, which has one alias.
      const seen = [sent, ...(G2.includes(libc) ? [[reference.observation.canonical ?? '']] : [])];
      return (
        isDisputed && seen.some((chain) => equalNames(found.canonical ?? '', chain.findLast(isMuslHostName) ?? asked))
      );
    });
  },

  /**
   * For AF_INET without AI_CANONNAME glibc makes its code not of what the search came to (h_errno), but of the errno that
   * some exchange left behind: NONAME in place of AGAIN, NODATA in place of NONAME. Through the sidecar it is the code of
   * all other calls.
   */
  V23: ({ case: { call }, reference: { observation: direct }, found }, { aspect }) => {
    if (aspect !== 'outcome' || !isByErrno(call) || direct.outcome === 'OK') return false;
    const usual = CODES[direct.hErrno ?? 0];
    return usual !== undefined && direct.outcome !== usual && found.outcome === usual;
  },

  /** An address query for a name that is no host name: getaddrinfo takes no answer to it, `res_search` does. */
  V29: ({ case: { call, script }, reference, found }, { aspect }) =>
    aspect === 'outcome' &&
    (call.api === 'res_search' || call.api === 'res_query') &&
    isAddressType(call.type) &&
    isOutcome(reference, 'OK') &&
    found.outcome === 'NONAME' &&
    finalReplies(script, reference.queries).every(({ name }) => !isGlibcHostName(name)),
};

/** What getaddrinfo makes of each h_errno of netdb.h when the status of the search is the one that belongs to it. */
const CODES: Readonly<Record<number, string>> = { 1: 'NONAME', 2: 'AGAIN', [NO_RECOVERY]: 'NONAME', 4: 'NODATA' };

/** For AF_INET without AI_CANONNAME glibc's getaddrinfo is gethostbyname, whose status hangs on errno. */
function isByErrno(call: Call): boolean {
  return call.api === 'getaddrinfo' && call.family === '4' && !call.canon;
}

/**
 * The targets that the sidecar passes on: the chain; of what stands behind the addresses the host names, for one family
 * only.
 */
function aliasTargets({ is, chain = [], extra = [] }: ReplyDetails, call: Call): string[] {
  const further = extra.filter(({ type, first }) => type === 'CNAME' && first !== true).map(({ data }) => data);
  // Without an address of the chain's end they belong to the chain.
  if (is === 'ALIAS') return [...chain, ...further];
  return isSingle(call) ? [...chain, ...further.filter(isGlibcHostName)] : [...chain];
}

function isOutcome({ observation }: Run, ...outcomes: string[]): boolean {
  return outcomes.includes(observation.outcome);
}

function isAddressType(type: number): boolean {
  return type === 1 || type === 28;
}

function isAddressCall(call: Call): call is Extract<Call, { api: 'getaddrinfo' | 'gethostbyname2' }> {
  return call.api === 'getaddrinfo' || call.api === 'gethostbyname2';
}

/** In plain mode the sidecar searches what is an address query. */
function isSearchedInPlain(call: Call): call is Exclude<Call, { api: 'getnameinfo' }> {
  return isAddressCall(call) || (call.api === 'res_search' && isAddressType(call.type));
}

function isSearchCall(call: Call): call is Exclude<Call, { api: 'getnameinfo' }> {
  return call.api !== 'getnameinfo' && call.api !== 'res_query';
}

function isSingle(call: Call): boolean {
  return !(call.api === 'getaddrinfo' && call.family === 'u');
}

function isRelative(call: Call): boolean {
  return !nameOf(call).endsWith('.');
}

function withMarker(name: string): number {
  return name.length + 1 + MARKER.length;
}

/** The sidecar is asked what glibc asks directly. */
export function asksAlike(context: Omit<Context, 'reference' | 'found'>): boolean {
  if (context.mode === 'marker') return !isTooLongForMarker(context);
  const { call, hostName } = context.case;
  return hostName === undefined && isAddressCall(call) && !call.name.endsWith('.');
}

function isTooLongForMarker({ case: { call }, mode, libc }: Omit<Context, 'reference' | 'found'>): boolean {
  if (mode !== 'marker' || !isSearchCall(call) || !isRelative(call)) return false;
  const isSearched = !MUSL.includes(libc) || (isAddressCall(call) && dotsOf(call.name) < WRITTEN_NDOTS);
  return isSearched && withMarker(call.name) > LONGEST_NAME;
}

/** musl before 1.2.4 gives up at a candidate that fits its buffer and cannot be encoded. */
function isLostInMusl({ case: { call }, libc }: Omit<Context, 'reference' | 'found'>): boolean {
  return G2.includes(libc) && withMarker(nameOf(call)) <= MUSL_LONGEST_CANDIDATE;
}

/** The search ended at a name with answers, none of which is an address. */
function isAliasOnly({ case: random, reference }: Context): boolean {
  const replies = finalReplies(random.script, reference.queries).filter(
    // What comes after the deadline may not have been taken.
    ({ isPositive, details: { delayMs = 0 } }) => isPositive && delayMs < DEADLINE_MS,
  );
  return replies.length > 0 && replies.every(({ answer }) => answer.status === 'not-found');
}

/** The question with which the library came to the candidate through the sidecar. */
function askedName(call: Call, mode: Mode, candidate: string): string {
  const name = nameOf(call);
  if (name.endsWith('.')) return name.slice(0, -1);
  if (dotsOf(name) >= WRITTEN_NDOTS && equalNames(name, candidate)) return name;
  return mode === 'marker' && isSearchCall(call) ? `${name}.${MARKER}` : name;
}

/** `is_valid_hostname` of musl. */
function isMuslHostName(name: string): boolean {
  return /^[A-Za-z0-9.-]+$/.test(name);
}

function equalNames(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

interface Range {
  readonly least: number;
  readonly most: number;
}

interface Amount {
  /** Addresses of one family. */
  readonly count: number;
  /** Bytes of one record with an owner of two bytes. */
  readonly recordBytes: number;
  /** Length of header and question. */
  readonly headBytes: number;
  /** The target of the one alias of the flattened form, in wire form: one for each of the replies. */
  readonly canonicalBytes: readonly number[];
  /** Records of the alias chain as the sidecar sends them, and their bytes. */
  readonly chainRecords: Range;
  readonly chainBytes: Range;
}

/** Some of the addresses of direct glibc, as many of each family as the range allows, and no others. */
function isPart(context: Context, range: (amount: Amount) => Range, limit = Number.POSITIVE_INFINITY): boolean {
  const { case: random, reference, found } = context;
  const all = random.call.api.startsWith('res_') ? reference.observation.records : reference.observation.addresses;
  const got = random.call.api.startsWith('res_') ? found.records : found.addresses;
  if (!got.every((address) => all.includes(address))) return false;
  const final = finalReplies(random.script, reference.queries);
  let room: Range = { least: limit, most: limit };
  for (const type of ['AAAA', 'A'] as const) {
    const isOwn = (address: string) => (type === 'A') === isIPv4(address.split(' ').at(-1) ?? '');
    const amount = amountOf(context, type, all.filter(isOwn).length, final);
    const { least, most } = range(amount);
    const count = got.filter(isOwn).length;
    if (count < Math.min(least, amount.count, room.least) || count > Math.min(most, amount.count, room.most))
      return false;
    room = { least: room.least - count, most: room.most - count };
  }
  return true;
}

function amountOf(context: Context, type: 'A' | 'AAAA', count: number, final: readonly FinalReply[]): Amount {
  const { case: random, mode } = context;
  const own = final.filter((reply) => reply.type === type);
  const candidate = (own[0] ?? final[0])?.name ?? nameOf(random.call);
  const asked = askedName(random.call, mode, candidate);
  const isSearched = !equalNames(candidate, asked);
  // Where the halves lead to different names, both are given the aliases of A.
  const chains = final
    .filter((reply) => own.includes(reply) || (reply.type === 'A' && reply.details.is === 'DATA'))
    .map(({ details }) => aliasTargets(details, random.call));
  const sent = chains.map((names) => (isSearched && !names.some(isGlibcHostName) ? [candidate, ...names] : names));
  const lengths = chains.map((chain) => chain.length);
  const spelled = chains.map((chain) => [...chain, ...(isSearched ? [candidate] : [])]);
  const bytes = spelled.map((names) => names.reduce((sum, name) => sum + 2 + 10 + wireBytes(name), 0));
  const chainRecords = {
    least: Math.max(Math.min(...lengths), isSearched ? 1 : 0),
    most: Math.max(...lengths) + (isSearched ? 1 : 0),
  };
  return {
    count,
    recordBytes: type === 'A' ? 16 : 28,
    headBytes: 12 + wireBytes(asked) + 4,
    canonicalBytes: sent.map((names) => wireBytes(names.findLast(isGlibcHostName) ?? names.at(-1) ?? candidate)),
    chainRecords,
    chainBytes: { least: chainRecords.least * 14, most: Math.max(...bytes) },
  };
}

/** The name that was asked became the canonical one: without TCP no address fits beside the alias. */
function isAliasLeftOut({ case: { script, call }, mode, reference, found }: Context): boolean {
  const canonical = reference.observation.canonical ?? '';
  return finalReplies(script, reference.queries).some(({ name }) => {
    const asked = askedName(call, mode, name);
    return found.canonical === asked && 12 + wireBytes(asked) + 4 + 12 + wireBytes(canonical) + 16 > UDP_BYTES;
  });
}

function wireBytes(name: string): number {
  return name.length + 2;
}

function wholeRange({ count }: Amount): Range {
  return { least: count, most: count };
}

/** A message without EDNS, or the flattened form of one that is too long: one alias and what fits beside it. */
function udpRange(amount: Amount): Range {
  const { count, recordBytes, headBytes, canonicalBytes, chainRecords, chainBytes } = amount;
  if (headBytes + chainBytes.most + count * recordBytes <= UDP_BYTES) return { least: count, most: count };
  const beside = (aliasBytes: number) => Math.max(0, Math.floor((UDP_BYTES - headBytes - aliasBytes) / recordBytes));
  const rooms = canonicalBytes.map((bytes) => beside(12 + bytes));
  // Without room for one address the alias is left out.
  if (chainRecords.most === 0 || rooms.includes(0))
    return { least: Math.min(beside(0), beside(14), ...rooms.filter((room) => room > 0)), most: beside(0) };
  return { least: Math.min(...rooms), most: beside(14) };
}

/** Over TCP the first 768 bytes, if the message is too long for UDP. */
function g3Range(amount: Amount): Range {
  const { count, recordBytes, headBytes, chainBytes } = amount;
  if (headBytes + chainBytes.most + count * recordBytes <= UDP_BYTES) return { least: count, most: count };
  const beside = (bytes: number) => Math.max(0, Math.floor((G3_BUFFER_BYTES - headBytes - bytes) / recordBytes));
  return { least: beside(chainBytes.most), most: beside(chainBytes.least) };
}

function tcpRange({ count, chainRecords }: Amount): Range {
  if (count + chainRecords.most <= TCP_RECORDS) return { least: count, most: count };
  return { least: TCP_RECORDS - chainRecords.most, most: TCP_RECORDS - chainRecords.least };
}
