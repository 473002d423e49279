/**
 * The residue of docs/residual-divergences.md: where a program can see that it does not talk to glibc directly. One rule
 * per row, with the exact condition of the row; what no rule explains is a difference.
 *
 * No case is made for V3 (Node), V4 and V12 (several lookups of one program), V8 (time), V11 (settings of the client's
 * own library), V20 (programs that read the file), V21 (the hosts file), V31 (glibc ends the program) and V32 (glibc reads
 * what nobody wrote).
 */
import { isGlibcHostName } from '../../../cli/models/glibc-answer.ts';
import { muslG2, muslG3, muslG4, glibc, muslNames, noRecovery } from '../rows/row.ts';
import {
  aliasTargets,
  askedName,
  equalNames,
  isAddressCall,
  isAddressType,
  isLostInMusl,
  isRelative,
  isSearchCall,
  isSearchedInPlain,
  isSingle,
  isTooLongForMarker,
  type Context,
  type RowName,
} from './asked.ts';
import { dotsOf, hasSequences, writtenNdots, type Call, type DifferentialCase } from './case.ts';
import { finalReplies } from './final-replies.ts';
import type { Difference } from '../observation/expectation.ts';
import type { Observation, Run } from '../observation/observation.ts';
import { isSlowlyBack } from './silent-servers.ts';
import { g3Range, isAliasLeftOut, isPart, tcpRange, udpRange, wholeRange } from './partial-answers.ts';

type Rule = (context: Context, difference: Difference) => boolean;

/** Another call whose direct outcome the library gives through the sidecar. */
type OtherCall = (context: Omit<Context, 'found'>) => Call | undefined;

const muslDeadlineMs = 9000;
const muslAddresses = 48;
/** The shortest time that glibc waits for a server. */
const deadlineMs = 1000;

export const otherCalls: Readonly<Partial<Record<RowName, OtherCall>>> = {
  /** Plain: the trailing dot is lost. */
  V1: ({ case: { call }, mode }) =>
    mode === 'plain' && isSearchedInPlain(call) && call.name.endsWith('.')
      ? { ...call, name: call.name.slice(0, -1) }
      : undefined,

  /** Plain: `res_query` for addresses is searched, `res_search` for other types is not. musl's sets AD, unlike glibc's. */
  V2: ({ case: { call }, configuration, mode, libc }) => {
    if (mode !== 'plain' || (muslNames.includes(libc) && !configuration.flags.has('trust-ad'))) return undefined;
    if (call.api === 'res_query' && isAddressType(call.type))
      // V1: without a trailing dot.
      return { ...call, api: 'res_search', name: call.name.replace(/\.$/, '') };
    return call.api === 'res_search' && !isAddressType(call.type) ? { ...call, api: 'res_query' } : undefined;
  },

  /** musl's `res_search` is its `res_query`. */
  V15: ({ case: { call }, libc }) =>
    call.api === 'res_search' && muslNames.includes(libc) ? { ...call, api: 'res_query' } : undefined,

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
    if (mode !== 'marker' || !isAddressCall(call) || !isRelative(call) || dotsOf(call.name) < writtenNdots)
      return undefined;
    return muslNames.includes(libc) || !isOutcome(reference, 'OK') ? { ...call, name: `${call.name}.` } : undefined;
  },
};

export const rules: Readonly<Partial<Record<RowName, Rule>>> = {
  /** Before 1.2.4 musl has no TCP: what fits into 512 bytes, and no alias if no address fits beside it. */
  V5: (context, { aspect }) => {
    if (!muslG2.includes(context.libc)) return false;
    if (aspect === 'canonical') return isAliasLeftOut(context);
    return (aspect === 'addresses' || aspect === 'records') && isPart(context, udpRange);
  },

  /** musl takes 48 addresses at most; 1.2.4 reads 768 bytes of a reply. AAAA comes first. */
  V6: (context, { aspect }) => {
    if (aspect !== 'addresses') return false;
    if (muslG3.includes(context.libc)) return isPart(context, g3Range, muslAddresses);
    return muslG4.includes(context.libc) && isPart(context, wholeRange, muslAddresses);
  },

  /** Before 1.2.4 musl has no code for NODATA. */
  V7: ({ libc, reference, found }, { aspect }) =>
    aspect === 'outcome' && muslG2.includes(libc) && isOutcome(reference, 'NODATA') && found.outcome === 'NONAME',

  /** An alias without data: glibc says NONAME (`gethostbyname` NO_RECOVERY), musl since 1.2.4 NODATA. */
  V9: (context, { aspect }) =>
    aspect === 'outcome' &&
    [...muslG3, ...muslG4].includes(context.libc) &&
    isOutcome(context.reference, 'NONAME', 'NORECOVERY') &&
    context.found.outcome === 'NODATA' &&
    isAliasOnly(context),

  /** musl waits ten seconds. */
  V10: ({ libc, reference, found }, { aspect }) =>
    aspect === 'outcome' &&
    muslNames.includes(libc) &&
    reference.observation.elapsedMs > muslDeadlineMs &&
    found.outcome === 'AGAIN',

  /** musl's getnameinfo: every failure is NONAME, and the last PTR record wins. */
  V13: (context, { aspect }) => {
    const { case: random, libc, reference, found } = context;
    if (random.call.api !== 'getnameinfo' || !muslNames.includes(libc)) return false;
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
    glibc.includes(libc) &&
    !isOutcome(reference, 'OK') &&
    found.outcome === 'OK' &&
    isOfHostDomain(random, found),

  /** One question over TCP without EDNS: 63 records, aliases among them. */
  V16: (context, { aspect }) =>
    (aspect === 'addresses' || aspect === 'records') && isSingle(context.case.call) && isPart(context, tcpRange),

  /**
   * `gethostbyname`, `res_search`: NO_RECOVERY becomes HOST_NOT_FOUND. glibc's getaddrinfo is that call for AF_INET without
   * AI_CANONNAME, and can make NODATA of NO_RECOVERY.
   */
  V17: ({ case: { call }, reference, found }, { aspect }) => {
    if (aspect !== 'outcome' || reference.observation.hErrno !== noRecovery || found.outcome !== 'NONAME') return false;
    const isRawAddress = (call.api === 'res_search' || call.api === 'res_query') && isAddressType(call.type);
    return call.api === 'gethostbyname2' || isRawAddress || isByErrno(call);
  },

  /** The name fits into musl's buffer with the marker, but cannot be encoded: before 1.2.4 that ends the lookup. */
  V18: (context, { aspect }) =>
    isTooLongForMarker(context) &&
    // Where domains stand behind the marker, later musl searches in them by itself.
    (isLostInMusl(context)
      ? aspect === 'outcome' && context.found.outcome === 'NONAME'
      : context.keepSearches && muslNames.includes(context.libc)),

  /**
   * musl has its own idea of a host name: no underscore, but a dash in front. Where an alias is one to glibc and none to
   * musl, or the other way round, musl's canonical name is the last that it takes for one, else the name that it asked.
   */
  V19: (context, { aspect }) => {
    const { case: random, libc, mode, reference, found } = context;
    if (aspect !== 'canonical' || !muslNames.includes(libc)) return false;
    return finalReplies(random.script, reference.queries).some(({ name, details }) => {
      const scripted = aliasTargets(details, random.call);
      const asked = askedName(random.call, mode, name);
      const isSearched = !equalNames(name, asked);
      const sent = isSearched && !scripted.some(isGlibcHostName) ? [name, ...scripted] : scripted;
      const isDisputed = [...sent, asked].some((target) => isMuslHostName(target) !== isGlibcHostName(target));
      // Without TCP it may see the flattened form, which has one alias.
      const seen = [sent, ...(muslG2.includes(libc) ? [[reference.observation.canonical ?? '']] : [])];
      return (
        isDisputed && seen.some((chain) => equalNames(found.canonical ?? '', chain.findLast(isMuslHostName) ?? asked))
      );
    });
  },

  /**
   * For AF_INET without AI_CANONNAME glibc makes its code not of the end of the search (h_errno), but of the errno that
   * some exchange left behind: NONAME in place of AGAIN, NODATA in place of NONAME. Through the sidecar it is the code of
   * all other calls.
   */
  V23: ({ case: { call }, reference: { observation: direct }, found }, { aspect }) => {
    if (aspect !== 'outcome' || !isByErrno(call) || direct.outcome === 'OK') return false;
    const usual = codes[direct.hErrno ?? 0];
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

  /** A silent server that answers again, but takes longer than 300 ms: the next one is asked before. */
  V33: (context) => isSlowlyBack(context),
};

/** What getaddrinfo makes of each h_errno of netdb.h when the status of the search is the one that belongs to it. */
const codes: Readonly<Record<number, string>> = { 1: 'NONAME', 2: 'AGAIN', [noRecovery]: 'NONAME', 4: 'NODATA' };

/** For AF_INET without AI_CANONNAME glibc's getaddrinfo is gethostbyname, whose status hangs on errno. */
function isByErrno(call: Call): boolean {
  return call.api === 'getaddrinfo' && call.family === '4' && !call.canon;
}

/** Of getaddrinfo: every address is one that a server has for the name in the host's domain. */
function isOfHostDomain({ call, hostName, script }: DifferentialCase, { addresses }: Observation): boolean {
  const domain = hostName?.split('.').slice(1).join('.') ?? '';
  if (domain === '') return false;
  // Of other calls the records are not compared here, and where replies change not any one of them.
  if (call.api !== 'getaddrinfo' || call.v4mapped === true || hasSequences(script)) return true;
  const name = `${call.name.replace(/\.$/, '')}.${domain}`;
  const queries = Object.keys(script.servers).flatMap((server) =>
    (['udp', 'tcp'] as const).flatMap((transport) => ['A', 'AAAA'].map((type) => ({ server, transport, name, type }))),
  );
  const known = queries
    .flatMap((query) => finalReplies(script, [query]))
    .flatMap(({ details: { addresses: own = [], extra = [] } }) => [...own, ...extra.map(({ data }) => data)]);
  return addresses.length > 0 && addresses.every((address) => known.includes(address));
}

function isOutcome({ observation }: Run, ...outcomes: string[]): boolean {
  return outcomes.includes(observation.outcome);
}

/** The search ended at a name with answers, none of which is an address. */
function isAliasOnly({ case: random, reference }: Context): boolean {
  const replies = finalReplies(random.script, reference.queries).filter(
    // What comes after the deadline may not have been taken.
    ({ isPositive, details: { delayMs = 0 } }) => isPositive && delayMs < deadlineMs,
  );
  return replies.length > 0 && replies.every(({ answer }) => answer.status === 'not-found');
}

/** `is_valid_hostname` of musl. */
function isMuslHostName(name: string): boolean {
  return /^[A-Za-z0-9.-]+$/.test(name);
}
