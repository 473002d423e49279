/**
 * From the end of a walk to what each question is told: rows R1 to R7 of the reply mapping. Pure; the bytes are made by
 * `wire/compose`.
 */
import type { ReadAnswer } from '../../wire/answer.ts';
import { equalNames, formatName } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { isHostName } from '../search/host-name.ts';
import { isPositive, judgePositive } from '../search/candidate-outcome.ts';
import type { CandidateOutcome, UpstreamReply } from '../search/candidate-outcome.ts';
import { searchResult } from '../search/candidates.ts';
import type { SearchEnd } from '../search/candidates.ts';
import type { Half as Slot } from '../search/pair.ts';

/** As small as possible while it is kept: the aliases and records of an upstream's reply are read when they are needed. */
export interface ReplyPlan {
  /** rcode for a query without OPT, and for one with OPT (which says that the client reads more than libc does). */
  readonly rcode: number;
  readonly rcodeWithEdns: number;
  readonly chain: ReadAnswer['chain'];
  /** What the chain leads to for glibc; undefined: nowhere but the question. */
  readonly canonical: WireName | undefined;
  readonly records: ReadAnswer['records'];
  /** The upstream's reply as received: for a name that was not searched and no address look-up. */
  readonly whole: Uint8Array | undefined;
  /** The upstream vouched for the data (AD) and nothing was made up. */
  readonly authentic: boolean;
  /** glibc's TRY_AGAIN: repeats within a second are answered without a new walk. */
  readonly again: boolean;
  /** The bytes of upstreams' replies that it holds. */
  readonly heldBytes: number;
}

const noError = 0;
const servFail = 2;
const nxDomain = 3;

/** A reply without records. */
export function emptyPlan(rcode: number, rcodeWithEdns = rcode): ReplyPlan {
  return {
    rcode,
    rcodeWithEdns,
    chain: [],
    canonical: undefined,
    records: [],
    whole: undefined,
    authentic: false,
    again: rcode === servFail,
    heldBytes: 0,
  };
}

/** How the question was asked: `alone`, as no half of a pair; under the marker. */
export interface Asked {
  readonly alone?: boolean;
  readonly marked?: boolean;
}

/** No records; `denied` is the upstream's own reply to what was asked, and if it says the same, its AD counts. */
function denialPlan(rcode: number, denied: UpstreamReply | undefined): ReplyPlan {
  const isSame = denied?.class === (rcode === nxDomain ? 'NX' : 'EMPTY');
  return { ...emptyPlan(rcode), authentic: isSame && isAuthentic(denied) };
}

/** The reply to the question in `slot`, asked as `questionName`, after the walk ended. */
export function planReply(end: SearchEnd, slot: Slot, questionName: WireName, asked: Asked = {}): ReplyPlan {
  const { alone = false, marked = false } = asked;
  // What was asked is what the upstream denied, and its own word goes on.
  const denied = !marked && end.outcome === end.asIs ? end.outcome.halves[slot] : undefined;
  switch (end.result) {
    case 'NONAME':
      return denialPlan(nxDomain, denied);
    case 'NODATA':
      return denialPlan(noError, denied);
    case 'AGAIN':
      return emptyPlan(servFail);
    case 'NORECOVERY':
      return emptyPlan(nxDomain, end.outcome.rcode);
    case 'POS':
      return planPositive(end.outcome, slot, questionName, end.candidate?.name ?? questionName, alone);
  }
}

/** The reply with which the first question of a possible pair is answered before the sibling is known. */
export function planEarly(reply: UpstreamReply, slot: Slot, questionName: WireName, found: WireName): ReplyPlan {
  const halves: CandidateOutcome['halves'] = slot === 0 ? [reply, undefined] : [undefined, reply];
  return planPositive({ result: 'POS', halves, rcode: 0 }, slot, questionName, found, false);
}

/**
 * What is kept of a search under the marker for the client's own follow-up query; undefined: the client will not ask. An
 * answer that glibc cannot read ends its look-up, but to the client it looks like a name that does not exist. The replies
 * themselves, which may be large, are not kept where nothing of them is told.
 */
export function followUpEnd(end: SearchEnd): SearchEnd | undefined {
  const asIs = end.asIs?.result === 'POS' ? end.asIs : withoutReplies(end.asIs);
  const outcome = withoutReplies(end.outcome);
  if (end.result !== 'POS') return { ...end, outcome, asIs };
  return judgePositive(end.outcome) === 'unreadable'
    ? { ...end, outcome, result: 'NONAME', asIs: undefined }
    : undefined;
}

function withoutReplies<Outcome extends CandidateOutcome | undefined>(outcome: Outcome): Outcome {
  return outcome && { ...outcome, halves: [undefined, undefined] };
}

/**
 * What a client's own follow-up query for the bare name is told after a search under the marker: what that name came to, or
 * the end of the search if it was not asked.
 *
 * `readsErrno`: the query may be of getaddrinfo for AF_INET without AI_CANONNAME. Where a refused connection broke the
 * search off after the bare name was denied, glibc directly finds ECONNREFUSED in `errno` and says EAI_AGAIN; behind a
 * reply that denies the name it would find 0, and say EAI_NONAME (`gethostbyname3_context`, resolv/nss_dns/dns-host.c).
 */
export function planFollowUp(end: SearchEnd, slot: Slot, questionName: WireName, readsErrno: boolean): ReplyPlan {
  const brokenOff = end.outcome.result === 'DEAD' && readsErrno;
  if (end.asIs === undefined || brokenOff) return planReply(end, slot, questionName);
  const asIs: SearchEnd = {
    result: searchResult(end.asIs.result),
    candidate: undefined,
    outcome: end.asIs,
    asIs: end.asIs,
  };
  return planReply(asIs, slot, questionName);
}

/** A name asked as it is, of a type that is no address: the upstream's reply, if there is one. */
export function planWhole(end: SearchEnd): ReplyPlan {
  const reply = end.outcome.halves[0];
  if (reply === undefined || end.result === 'AGAIN') return emptyPlan(servFail);
  return {
    ...emptyPlan(reply.rcode),
    whole: reply.message,
    authentic: isAuthentic(reply),
    again: false,
    heldBytes: reply.message.length,
  };
}

function planPositive(
  outcome: CandidateOutcome,
  slot: Slot,
  question: WireName,
  found: WireName,
  alone: boolean,
): ReplyPlan {
  if (judgePositive(outcome) === 'unreadable') return emptyPlan(nxDomain);
  const half = outcome.halves[slot];
  const other = outcome.halves[slot === 0 ? 1 : 0];
  const searched = !equalNames(question, found);
  if (half?.answer === undefined || !isPositive(half)) return denialPlan(noError, searched ? undefined : half);
  const { answer } = half;
  // An alias that leads elsewhere than the data is nothing to glibc; musl would take its target for the canonical name.
  if (half.class === 'ALIAS' && other?.class === 'DATA' && !leadAlike(answer, other.answer)) {
    return emptyPlan(noError);
  }
  const named = namingAnswer(answer, slot === 1 && other?.class === 'DATA' ? other.answer : undefined);
  const aliases = (): ReadAnswer['chain'] =>
    // Of those behind the data only a name that can be canonical says something; musl takes others, too.
    alone ? [...named.chain, ...named.laterAliases.filter(({ target }) => isHostName(target))] : named.chain;
  const chainOf = (): ReadAnswer['chain'] => (searched ? aliasFrom(aliases(), answer.records, found) : aliases());
  return {
    ...emptyPlan(noError),
    get chain() {
      return chainOf();
    },
    get canonical() {
      return canonicalTarget(chainOf());
    },
    get records() {
      return half.class === 'BAD' ? answer.recordsBeforeFault : answer.records;
    },
    authentic: !searched && named === answer && isAuthentic(half),
    heldBytes: half.message.length + (named === answer ? 0 : (other?.message.length ?? 0)),
  };
}

/**
 * The answer whose aliases are given. Where the halves lead to different names, glibc takes the canonical name from the A
 * half, musl before 1.2.4 from the AAAA half: then both are given the aliases of A.
 */
function namingAnswer(answer: ReadAnswer, leading: ReadAnswer | undefined): ReadAnswer {
  return leading === undefined || leadAlike(answer, leading) ? answer : leading;
}

/** Whether both halves have one canonical name, to the letter: they may arrive in any order. */
function leadAlike(one: ReadAnswer, other: ReadAnswer | undefined): boolean {
  const [own, theirs] = [one, other].map((answer) => canonicalTarget(answer?.chain ?? []));
  return own === undefined || theirs === undefined ? own === theirs : formatName(own) === formatName(theirs);
}

/**
 * The alias from the asked name to what was found. The owner of the first alias is the question when the reply is
 * composed, so an upstream chain is taken over as it is; only where none of its targets can be a canonical name, or there
 * is none, the candidate itself is put in front.
 */
function aliasFrom(chain: ReadAnswer['chain'], records: ReadAnswer['records'], found: WireName): ReadAnswer['chain'] {
  if (canonicalTarget(chain) !== undefined) return chain;
  const ttls = [...chain, ...records].map((record) => record.ttl);
  return [{ target: found, ttl: ttls.length === 0 ? 0 : Math.min(...ttls) }, ...chain];
}

/** The last alias that is a host name: the canonical name to glibc. */
function canonicalTarget(chain: ReadAnswer['chain']): WireName | undefined {
  return chain.findLast((alias) => isHostName(alias.target))?.target;
}

/** AD, RFC 4035 §3.2.3: bit 5 of the fourth header byte. */
function isAuthentic(reply: UpstreamReply): boolean {
  return ((reply.message[3] ?? 0) & 0x20) !== 0;
}
