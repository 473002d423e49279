/**
 * From the end of a search to the reply for each question: rows R1 to R7 of the reply mapping. Pure; the bytes are made by
 * `wire/compose`.
 */
import type { ReadAnswer } from '../../wire/answer.ts';
import type { OwnedRecord } from '../../wire/compose.ts';
import { equalNames, formatName } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { isHostName } from '../search/host-name.ts';
import { judgePositive } from '../search/candidate-outcome.ts';
import type { CandidateOutcome, UpstreamReply } from '../search/candidate-outcome.ts';
import { endCodeOf } from '../search/candidates.ts';
import type { SearchEnd } from '../search/candidates.ts';
import { nothing } from '../search/exchange.ts';
import { otherHalf, withHalf } from '../search/pair.ts';
import type { Half } from '../search/pair.ts';
import { secondsHeld, secondsOfReply, timedReplies } from './seconds-held.ts';
import type { TimedReply } from './seconds-held.ts';
import { turned } from './turned.ts';

/** The reply to a query before its bytes exist, as small as possible while it is kept. */
export type ReplyPlan = EmptyReply | WholeReply | RecordsReply | FoundReply | LocalReply;

/** No records. */
export interface EmptyReply {
  readonly form: 'empty';
  /** For a query without OPT, and for one with OPT (which says that the client reads more than libc does). */
  readonly rcode: number;
  readonly rcodeWithEdns: number;
  readonly authentic: boolean;
}

/** The upstream's reply as received: for a name that was not searched, where no address is looked up. */
export interface WholeReply {
  readonly form: 'whole';
  readonly message: Uint8Array;
  readonly rcode: number;
  readonly authentic: boolean;
  readonly timed: readonly TimedReply[];
}

/** Aliases and records as values. */
export interface RecordsReply extends ReplyRecords {
  readonly form: 'records';
  readonly authentic: boolean;
  /** Of our own, with the TTL that is set for it. */
  readonly isLocal?: true;
  /** See `UpstreamReply`. */
  readonly turn?: number | undefined;
  /** The replies that it was read of; missing where nothing is to be counted down. */
  readonly timed?: readonly TimedReply[];
}

/** Of a name that is answered for here, with authority. */
export interface LocalReply extends ReplyRecords {
  readonly form: 'local';
  readonly rcode: number;
  readonly authentic: false;
  /** Where there are no records: of the zone that lacks them. */
  readonly soa: OwnedRecord | undefined;
  /** The next reply begins with another of the records. */
  readonly takesTurns?: boolean;
}

/** Aliases and records that are read of upstreams' replies whenever they are needed: as values they take far more room. */
export interface FoundReply {
  readonly form: 'found';
  /** The half that holds the records, and its answer. */
  readonly own: UpstreamReply;
  readonly answer: ReadAnswer;
  /** The half whose aliases are given. */
  readonly naming: UpstreamReply;
  readonly namingAnswer: ReadAnswer;
  /** The candidate, where it is another name than the question. */
  readonly found: WireName | undefined;
  /** The question was asked as no half of a pair. */
  readonly alone: boolean;
  /** The upstream vouched for the data (AD) and nothing was made up. */
  readonly authentic: boolean;
}

export interface ReplyRecords {
  readonly chain: ReadAnswer['chain'];
  /** What the chain leads to for glibc; undefined: nowhere but the question. */
  readonly canonical: WireName | undefined;
  readonly records: ReadAnswer['records'];
}

const noError = 0;
const servFail = 2;
const nxDomain = 3;

export function emptyPlan(rcode: number, rcodeWithEdns = rcode): EmptyReply {
  return { form: 'empty', rcode, rcodeWithEdns, authentic: false };
}

export function rcodeOf(plan: ReplyPlan, withEdns: boolean): number {
  switch (plan.form) {
    case 'empty':
      return withEdns ? plan.rcodeWithEdns : plan.rcode;
    case 'whole':
    case 'local':
      return plan.rcode;
    case 'records':
    case 'found':
      return noError;
  }
}

/** glibc's TRY_AGAIN: repeats within a second are answered without a new search. */
export function isAgain(plan: ReplyPlan): boolean {
  return plan.form === 'empty' && plan.rcode === servFail;
}

/** The bytes of upstreams' replies that it holds. */
export function heldBytes(plan: ReplyPlan): number {
  if (plan.form === 'whole') return plan.message.length;
  if (plan.form !== 'found') return 0;
  return plan.own.message.length + (plan.naming === plan.own ? 0 : plan.naming.message.length);
}

/** Its aliases and records; of a whole reply none is taken out. */
export function recordsOf(plan: ReplyPlan): ReplyRecords {
  if (plan.form === 'records' || plan.form === 'local') return plan;
  return plan.form === 'found' ? readFound(plan) : noRecords;
}

/** The records of a plan in the order of this time. Only where all are given: of those that do not fit, memory leaves out the same. */
export function inTurn<Item>(plan: ReplyPlan, records: readonly Item[]): readonly Item[] {
  const turn = (plan.form === 'found' ? plan.own.turn : plan.form === 'records' ? plan.turn : undefined) ?? 0;
  return turned(records, turn);
}

/** The same plan, to be written more than once: its aliases and records are read once for all. */
export function readOnce(plan: ReplyPlan): ReplyPlan {
  if (plan.form !== 'found') return plan;
  return { form: 'records', authentic: plan.authentic, turn: plan.own.turn, timed: timedOf(plan), ...readFound(plan) };
}

/** How long the replies of nameservers whose TTLs it gives have waited. */
export function secondsWaited(plan: ReplyPlan, now: number): number {
  if (plan.form === 'found') return Math.max(secondsOfReply(plan.own, now), secondsOfReply(plan.naming, now));
  return secondsHeld(timedOf(plan), now);
}

/** Those replies. */
export function timedOf(plan: ReplyPlan): readonly TimedReply[] {
  if (plan.form === 'found') return timedReplies([plan.own, plan.naming]);
  return (plan.form === 'whole' || plan.form === 'records' ? plan.timed : undefined) ?? none;
}

const none: readonly never[] = [];
const noRecords: ReplyRecords = { chain: none, canonical: undefined, records: none };

function readFound({ own, answer, namingAnswer, found, alone }: FoundReply): ReplyRecords {
  // Each look at them reads the message.
  const { records } = answer;
  // Of those behind the data only a name that can be canonical says something; musl takes others, too.
  const later = alone ? namingAnswer.laterAliases.filter(({ target }) => isHostName(target)) : none;
  const aliases = later.length === 0 ? namingAnswer.chain : [...namingAnswer.chain, ...later];
  const chain = found === undefined ? aliases : aliasFrom(aliases, records, found);
  const told = own.class === 'BAD' ? answer.recordsBeforeFault : records;
  return { chain, canonical: canonicalTarget(chain), records: told };
}

/** How the question was asked: `alone`, as no half of a pair; under the marker. */
export interface Asked {
  readonly alone?: boolean;
  readonly marked?: boolean;
}

/** No records; `denied` is the upstream's own reply to what was asked, and if it says the same, its AD counts. */
function denialPlan(rcode: number, denied: UpstreamReply | undefined): EmptyReply {
  const isSame = denied?.class === (rcode === nxDomain ? 'NX' : 'EMPTY');
  return { ...emptyPlan(rcode), authentic: isSame && isAuthentic(denied) };
}

/** The reply to the question in `half`, asked as `questionName`, after the search ended. */
export function planReply(end: SearchEnd, half: Half, questionName: WireName, asked: Asked = {}): ReplyPlan {
  const { alone = false, marked = false } = asked;
  const denied = deniedAsIs(end, half, marked);
  switch (end.code) {
    case 'NONAME':
      return denialPlan(nxDomain, denied);
    case 'NODATA':
      return denialPlan(noError, denied);
    case 'AGAIN':
    // It is no longer known here, and what comes behind it was not asked for.
    case 'LOCAL':
      return emptyPlan(servFail);
    case 'NORECOVERY':
      return emptyPlan(nxDomain, end.outcome.rcode);
    case 'POS':
      return planPositive(end.outcome, half, questionName, end.candidate?.name ?? questionName, alone);
  }
}

/** What was asked is what the upstream denied, and its own word goes on; not under the marker. */
function deniedAsIs({ outcome, asIs }: SearchEnd, half: Half, marked: boolean): UpstreamReply | undefined {
  return !marked && outcome === asIs ? outcome.halves[half] : undefined;
}

/** The reply with which the first question of a possible pair is answered before the sibling is known. */
export function planEarly(reply: UpstreamReply, half: Half, questionName: WireName, found: WireName): ReplyPlan {
  const halves = withHalf<UpstreamReply>(nothing, half, reply);
  return planPositive({ halves }, half, questionName, found, false);
}

/**
 * What is kept of a search under the marker for the client's own query for the bare name; undefined: the client will not ask. An
 * answer that glibc cannot read ends its lookup, but to the client it looks like a name that does not exist. The replies
 * themselves, which may be large, are not kept where no reply needs them.
 */
export function bareNameEnd(end: SearchEnd): SearchEnd | undefined {
  if (end.code === 'POS') {
    if (judgePositive(end.outcome) !== 'unreadable') return undefined;
    return { ...end, outcome: withoutReplies(end.outcome), code: 'NONAME', asIs: undefined };
  }
  const asIs = end.asIs?.code === 'POS' ? end.asIs : withoutReplies(end.asIs);
  return { ...end, outcome: withoutReplies(end.outcome), asIs };
}

function withoutReplies<Outcome extends CandidateOutcome | undefined>(outcome: Outcome): Outcome {
  return outcome && { ...outcome, halves: [undefined, undefined] };
}

/**
 * The reply to a client's own query for the bare name after a search under the marker: by the outcome of that name, or
 * by the end of the search where nobody asked for it.
 *
 * `readsErrno`: the query may be of getaddrinfo for AF_INET without AI_CANONNAME. Where a refused connection broke the
 * search off after the bare name was denied, glibc directly finds ECONNREFUSED in `errno` and says EAI_AGAIN; behind a
 * reply that denies the name it would find 0, and say EAI_NONAME (`gethostbyname3_context`, resolv/nss_dns/dns-host.c).
 */
export function planBareName(end: SearchEnd, half: Half, questionName: WireName, readsErrno: boolean): ReplyPlan {
  const brokenOff = end.outcome.code === 'DEAD' && readsErrno;
  if (end.asIs === undefined || brokenOff) return planReply(end, half, questionName);
  const asIs: SearchEnd = {
    code: endCodeOf(end.asIs.code),
    candidate: undefined,
    outcome: end.asIs,
    asIs: end.asIs,
  };
  return planReply(asIs, half, questionName);
}

/** A name asked as it is, of a type that is no address: the upstream's reply, if there is one. */
export function planWhole(end: SearchEnd): ReplyPlan {
  const reply = end.outcome.halves[0];
  // A name for which nobody may be asked.
  if (reply === undefined && end.code === 'NONAME') return emptyPlan(nxDomain);
  if (reply === undefined || end.code === 'AGAIN') return emptyPlan(servFail);
  const { message, rcode } = reply;
  return { form: 'whole', message, rcode, authentic: isAuthentic(reply), timed: timedReplies([reply]) };
}

function planPositive(
  outcome: Pick<CandidateOutcome, 'halves'>,
  half: Half,
  question: WireName,
  found: WireName,
  alone: boolean,
): ReplyPlan {
  if (judgePositive(outcome) === 'unreadable') return emptyPlan(nxDomain);
  const own = outcome.halves[half];
  const sibling = outcome.halves[otherHalf(half)];
  const searched = !equalNames(question, found);
  if (own?.answer === undefined) return denialPlan(noError, searched ? undefined : own);
  const { answer } = own;
  if (own.class === 'ALIAS' && leadsElsewhere(own, sibling)) return emptyPlan(noError);
  const naming = namingHalf(half, own, sibling);
  return {
    form: 'found',
    own,
    answer,
    naming,
    namingAnswer: naming.answer ?? answer,
    found: searched ? found : undefined,
    alone,
    authentic: !searched && naming === own && isAuthentic(own),
  };
}

/**
 * The half whose aliases both are given. Where the halves lead to different names, glibc takes the canonical name from the A
 * half, musl before 1.2.4 from the AAAA half: then it is A.
 */
function namingHalf(half: Half, own: UpstreamReply, sibling: UpstreamReply | undefined): UpstreamReply {
  return half === 1 && sibling?.class === 'DATA' && !leadAlike(own, sibling) ? sibling : own;
}

/** An alias that leads elsewhere than the data is nothing to glibc; musl would take its target for the canonical name. */
function leadsElsewhere(own: UpstreamReply, sibling: UpstreamReply | undefined): boolean {
  return sibling?.class === 'DATA' && !leadAlike(own, sibling);
}

/** Whether both halves have one canonical name, to the letter: they may arrive in any order. */
function leadAlike(one: UpstreamReply, other: UpstreamReply): boolean {
  return canonicalText(one) === canonicalText(other);
}

function canonicalText({ answer }: UpstreamReply): string | undefined {
  const name = answer && canonicalTarget(answer.chain);
  return name && formatName(name);
}

/**
 * The alias from the asked name to what was found. The owner of the first alias is the question when the reply is
 * composed, so an upstream chain is taken over as it is; only where none of its targets can be a canonical name, or there
 * is none, the candidate itself is put in front.
 */
function aliasFrom(chain: ReadAnswer['chain'], records: ReadAnswer['records'], found: WireName): ReadAnswer['chain'] {
  if (canonicalTarget(chain) !== undefined) return chain;
  let ttl = Infinity;
  for (const alias of chain) ttl = Math.min(ttl, alias.ttl);
  for (const record of records) ttl = Math.min(ttl, record.ttl);
  const alias = { target: found, ttl: ttl === Infinity ? 0 : ttl };
  return chain.length === 0 ? [alias] : [alias, ...chain];
}

/** The last alias that is a host name: the canonical name to glibc. */
export function canonicalTarget(chain: ReadAnswer['chain']): WireName | undefined {
  for (let index = chain.length - 1; index >= 0; index--) {
    const target = chain[index]?.target;
    if (target !== undefined && isHostName(target)) return target;
  }
  return undefined;
}

/** AD, RFC 4035 §3.2.3: bit 5 of the fourth header byte. */
function isAuthentic(reply: UpstreamReply): boolean {
  return ((reply.message[3] ?? 0) & 0x20) !== 0;
}
