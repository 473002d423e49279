/**
 * A model of glibc's stub resolver: `getaddrinfo` of one name through `hosts: dns` (nss_dns,
 * `__res_context_search`), as of glibc 2.41, with AI_CANONNAME: without it a call for AF_INET alone takes
 * another way through the library, whose error codes depend on a left-over errno. The hosts file and
 * numeric addresses, which come before DNS, are left out.
 */
import { isGlibcHostName, readGlibcAnswer } from './glibc-answer.ts';
import type { GlibcConfiguration } from './glibc-configuration.ts';
import { exchangeAsGlibc } from './glibc-exchange.ts';
import type { GlibcReply, GlibcState } from './glibc-state.ts';
import { questionTypes, typeA, type Family, type LookupResult, type Outcome } from './lookup.ts';
import { composeQuery, encodeName, type Header } from './message.ts';
import type { Network } from './network.ts';
import { beginCandidate, type Conclusion, type Timeline } from './timeline.ts';

export interface GlibcLookup {
  readonly configuration: GlibcConfiguration;
  readonly network: Network;
  /** Filled with what is done. */
  readonly timeline?: Timeline;
}

/** h_errno after a candidate that brought no answer; `DEAD` and `SERVFAIL` are TRY_AGAIN. */
type Failure = 'NX' | 'NODATA' | 'SERVFAIL' | 'TEMPORARY' | 'DEAD' | 'FATAL';

type CandidateOutcome = { readonly replies: readonly GlibcReply[] } | { readonly failure: Failure };

const outcomes: Readonly<Record<Failure, Outcome>> = {
  NX: 'NONAME',
  FATAL: 'NONAME',
  NODATA: 'NODATA',
  SERVFAIL: 'AGAIN',
  TEMPORARY: 'AGAIN',
  DEAD: 'AGAIN',
};

const conclusions: Readonly<Record<Failure, Conclusion>> = {
  NX: 'no-such-name',
  FATAL: 'fatal',
  NODATA: 'no-data',
  SERVFAIL: 'server-failure',
  TEMPORARY: 'temporary',
  DEAD: 'refused',
};

const ednsPayloadBytes = 1200; // RESOLV_EDNS_BUFFER_SIZE
const resultBufferBytes = 1024; // struct scratch_buffer
const resultBytesPerAddress = 40; // struct gaih_addrtuple

export async function lookUpAsGlibc(name: string, family: Family, lookup: GlibcLookup): Promise<LookupResult> {
  const { configuration, network } = lookup;
  const startMs = network.now();
  const state: GlibcState = {
    configuration,
    network,
    serial: 'no',
    firstServer: network.randomId(),
    queries: 0,
    timeline: lookup.timeline,
    steps: [],
  };
  const result = (found: Omit<LookupResult, 'queries' | 'elapsedMs'>): LookupResult => ({
    ...found,
    queries: state.queries,
    elapsedMs: network.now() - startMs,
  });
  if (name === '' || !isGlibcHostName(name) || /\.\./.test(name)) {
    if (lookup.timeline !== undefined)
      lookup.timeline.rejected = name === '' || /\.\./.test(name) ? 'empty-label' : 'no-host-name';
    return result({ outcome: 'NONAME', addresses: [] });
  }
  const noAaaa = configuration.flags.has('no-aaaa');
  const types = noAaaa ? [typeA] : questionTypes(family);
  // A result that does not fit makes getaddrinfo repeat the whole lookup with a buffer of twice the size.
  for (let bufferBytes = resultBufferBytes; ; bufferBytes *= 2) {
    const found = await search(name, state, async (candidate, entry) => {
      const asked = await askCandidate(candidate, entry, types, state);
      // A call for AAAA alone asks A under `no-aaaa`, to tell NXDOMAIN from NODATA.
      return noAaaa && family === '6' && 'replies' in asked ? { failure: 'NODATA' } : asked;
    });
    if ('failure' in found) return result({ outcome: outcomes[found.failure], addresses: [] });
    const answer = answerOf(found.replies, family === 'both');
    const last = lookup.timeline?.candidates.at(-1);
    if (last !== undefined && answer.outcome !== 'OK') last.conclusion = 'unusable';
    if (family !== 'both' || resultBytes(answer) <= bufferBytes) return result(answer);
  }
}

function resultBytes({ addresses, canonicalName = '' }: Pick<LookupResult, 'addresses' | 'canonicalName'>): number {
  return addresses.length * resultBytesPerAddress + Math.ceil((canonicalName.length + 1) / 8) * 8;
}

/** `entry`: of the search list; none for the name as it is. */
type AskCandidate = (candidate: string, entry?: string) => Promise<CandidateOutcome>;

/** `__res_context_search` */
async function search(name: string, state: GlibcState, ask: AskCandidate): Promise<CandidateOutcome> {
  const { search: entries, ndots, flags } = state.configuration;
  const dots = name.split('.').length - 1;
  const isAbsolute = name.endsWith('.');
  const asIsFirst = isAbsolute || dots >= ndots ? await ask(name) : undefined;
  if (asIsFirst !== undefined && (isAbsolute || 'replies' in asIsFirst)) return asIsFirst;
  const searched = await searchEntries(name, entries, ask);
  if ('replies' in searched || searched.failure === 'DEAD') return searched;
  if (asIsFirst !== undefined) return asIsFirst;
  const isTopLevelAllowed = dots > 0 || entries.length === 0 || !flags.has('no-tld-query');
  const asIsLast = isTopLevelAllowed && !searched.isRootAsked ? await ask(name) : searched;
  return 'replies' in asIsLast ? asIsLast : { failure: failureOf(searched, asIsLast.failure) };
}

/** @param last the outcome of the last candidate */
function failureOf({ isNoDataSeen, isServerFailureSeen }: SearchFailure, last: Failure): Failure {
  if (isNoDataSeen) return 'NODATA';
  return isServerFailureSeen ? 'SERVFAIL' : last;
}

interface SearchFailure {
  /** Of the last entry. */
  failure: Failure;
  isRootAsked: boolean;
  isNoDataSeen: boolean;
  isServerFailureSeen: boolean;
}

async function searchEntries(
  name: string,
  entries: readonly string[],
  ask: AskCandidate,
): Promise<{ readonly replies: readonly GlibcReply[] } | SearchFailure> {
  const seen: SearchFailure = { failure: 'NX', isRootAsked: false, isNoDataSeen: false, isServerFailureSeen: false };
  for (const entry of entries) {
    const domain = entry.startsWith('.') ? entry.slice(1) : entry;
    if (domain === '') seen.isRootAsked = true;
    const asked = await ask(domain === '' ? name : `${name}.${domain}`, entry);
    if ('replies' in asked) return asked;
    seen.failure = asked.failure;
    if (asked.failure === 'NODATA') seen.isNoDataSeen = true;
    else if (asked.failure === 'SERVFAIL') seen.isServerFailureSeen = true;
    else if (asked.failure !== 'NX') break;
  }
  return seen;
}

async function askCandidate(
  candidate: string,
  entry: string | undefined,
  types: readonly number[],
  state: GlibcState,
): Promise<CandidateOutcome> {
  const noted = beginCandidate(state.timeline, candidate, entry, state.network.now());
  state.steps = noted.steps;
  const result = await queryCandidate(candidate, types, state);
  noted.endMs = state.network.now();
  noted.conclusion = 'replies' in result ? 'found' : conclusions[result.failure];
  return result;
}

/** `__res_context_query` */
async function queryCandidate(
  candidate: string,
  types: readonly number[],
  state: GlibcState,
): Promise<CandidateOutcome> {
  const name = encodeName(candidate);
  if (name === undefined) return { failure: 'FATAL' };
  const { flags } = state.configuration;
  const firstId = state.network.randomId();
  const questions = types.map((type, i) =>
    composeQuery({
      id: (firstId + i) & 0xffff,
      name,
      type,
      authenticData: flags.has('trust-ad'),
      ...(flags.has('edns0') ? { ednsPayloadBytes } : {}),
    }),
  );
  const exchange = await exchangeAsGlibc(questions, state);
  if (exchange.kind === 'failure') {
    if (exchange.refused) return { failure: 'DEAD' };
    return { failure: exchange.lastRcode === 2 ? 'SERVFAIL' : 'TEMPORARY' };
  }
  const failure = judge(exchange.replies.map((reply) => reply.header));
  return failure === undefined ? { replies: exchange.replies } : { failure };
}

/** The rcode of the reply that came first counts, or the other's if that is 0. Undefined: an answer. */
function judge(headers: readonly Header[]): Failure | undefined {
  const [first, second = first] = headers;
  if (first === undefined || second === undefined) return 'TEMPORARY';
  if (headers.some((header) => header.rcode === 0 && header.answerCount > 0)) return undefined;
  switch (first.rcode === 0 ? second.rcode : first.rcode) {
    case 0:
      return 'NODATA';
    case 3:
      return 'NX';
    case 2:
      // The search looks into the first reply again to tell SERVFAIL from other temporary failures.
      return first.rcode === 2 ? 'SERVFAIL' : 'TEMPORARY';
    default:
      return 'FATAL';
  }
}

/** `gaih_getanswer`: both replies in the order of arrival. */
function answerOf(
  replies: readonly GlibcReply[],
  forBoth: boolean,
): Pick<LookupResult, 'outcome' | 'addresses' | 'canonicalName'> {
  const [first, second] = replies.map((reply) => readGlibcAnswer(reply.bytes, forBoth));
  if (first === undefined) return { outcome: 'NONAME', addresses: [] };
  const answers = second === undefined || first.status === 'unavailable' ? [first] : [first, second];
  const addresses = answers.flatMap((answer) => answer.addresses);
  const failed = answers.find((answer) => answer.status !== 'not-found')?.status !== 'success';
  if (failed) return { outcome: 'NONAME', addresses: [] };
  const canonicalName = answers.find((answer) => answer.canonicalName !== undefined)?.canonicalName;
  return { outcome: 'OK', addresses, ...(canonicalName === undefined ? {} : { canonicalName }) };
}
