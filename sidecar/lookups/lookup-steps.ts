/**
 * A lookup from its first question to its end: performs the actions of `decide/lookup/pairing`, and gives the queries what
 * the hosts files and the search have found.
 */
import { hostsPlan } from '../decide/hosts/hosts-plan.ts';
import { stepPairing } from '../decide/lookup/pairing.ts';
import type { PairingAction, PairingEvent, PairingStep } from '../decide/lookup/pairing.ts';
import { emptyPlan, planEarly, planReply, planWhole } from '../decide/reply/reply-plan.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { Candidate, SearchEnd } from '../decide/search/candidates.ts';
import { bothHalves } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import type { SearchBasis } from '../search/run-search.ts';
import { rcodes } from '../wire/iana.ts';
import type { WireName } from '../wire/name.ts';
import { createEndedLookups } from './ended-lookups.ts';
import { typeOfHalf } from './lookup.ts';
import type { EndedLookup, EndedSearch, Lookup, QueryContext } from './lookup.ts';
import { createLookupSearches } from './lookup-searches.ts';
import type { LookupSearchDependencies, LookupSearches } from './lookup-searches.ts';
import type { LookupTable } from './lookup-table.ts';
import type { Query } from './reply-writer.ts';
import type { StaleAnswers } from './stale-answers.ts';
import type { WaitingQueries } from './waiting-queries.ts';

export interface LookupStepsDependencies extends LookupSearchDependencies {
  readonly table: LookupTable;
  readonly replies: WaitingQueries;
  /** How a lookup ended, for the caches; `end` is missing where the hosts file answered. */
  readonly ended: (lookup: EndedLookup) => void;
  /** The search limit is over without an end. */
  readonly gaveUp: (query: Query, context: QueryContext) => void;
  readonly searchEnded: (search: EndedSearch) => void;
  readonly stale: Pick<StaleAnswers, 'afterMs' | 'take'>;
  /** Of a candidate that is a name of our own. */
  readonly localPlan?: ((context: QueryContext, name: WireName, type: number) => ReplyPlan | undefined) | undefined;
  /** The hosts files answered so many queries for this half. */
  readonly hostsAnswered: (queries: number, context: QueryContext, half: Half) => void;
}

export interface LookupSteps {
  /** Performs a step of the lookup's pairing. */
  follow(lookup: Lookup, step: PairingStep): void;
  /** See `stale-answers`. */
  watch(lookup: Lookup): void;
  /** The lookup has its sibling. */
  becomePair(lookup: Lookup): void;
  readonly refresh: LookupSearches['refresh'];
  readonly searchesInFlight: number;
}

/**
 * A collection that finds no lookup lets V8 forget what lookups look like, and throw away what it compiled for that
 * (docs/decisions/memory-is-given-back.md). So the last one stays, with all that belonged to it.
 */
interface LastLookup {
  ended?: readonly unknown[];
}

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the table and the searches
export function createLookupSteps(deps: LookupStepsDependencies): LookupSteps {
  const { table, replies } = deps;
  const last: LastLookup = {};
  const ended = createEndedLookups(deps, table.remove);
  const searches = createLookupSearches(deps, { early, ended: finish, gaveUp: giveUp, searchEnded: deps.searchEnded });

  function early(lookup: Lookup, half: Half, reply: UpstreamReply | undefined, candidate: Candidate): void {
    lookup.pinned = candidate;
    const plan = earlyPlan(lookup, half, reply, candidate, deps);
    const fromMemory = reply === undefined || reply.isRecalled === true;
    follow(lookup, stepPairing(lookup.pairing, { type: 'data', fromMemory }), plan);
  }

  function happen(lookup: Lookup, event: PairingEvent): void {
    if (!lookup.ended) follow(lookup, stepPairing(lookup.pairing, event));
  }

  /** `early` is what `answer-early` gives. */
  function follow(lookup: Lookup, { state, actions }: PairingStep, early?: ReplyPlan): void {
    const hasSettled = state.kind !== lookup.pairing.kind;
    lookup.pairing = state;
    if (hasSettled) table.move(lookup);
    for (const action of actions) perform(lookup, action, early);
  }

  function perform(lookup: Lookup, action: PairingAction, early: ReplyPlan | undefined): void {
    switch (action.do) {
      case 'window':
        lookup.cancelTimer();
        // The sibling may already wait in the socket buffer when the timer fires late.
        lookup.cancelTimer = deps.setTimer(action.afterMs, () =>
          deps.afterRead(() => happen(lookup, { type: 'window-over' })),
        );
        return;
      case 'search':
        return searches.search(lookup);
      case 'answer-early':
        if (early !== undefined) replies.answer(lookup, action.half, early);
        return;
      case 'answer-from-hosts':
        return answerFromHosts(lookup, action, deps);
      case 'end':
        return end(lookup);
    }
  }

  /** Looks after a while whether the lookup is given an answer whose lifetime is over. */
  function watch(lookup: Lookup): void {
    const afterMs = lookup.ended ? undefined : deps.stale.afterMs(lookup.context);
    if (afterMs === undefined) return;
    // A reply may already wait in the socket buffer when the timer fires late.
    const look = (): void => void (lookup.ended || giveStale(lookup, false));
    lookup.cancelWatch = deps.setTimer(afterMs, () => deps.afterRead(look));
  }

  /** True: it was, and the lookup is over, without a failure that anybody remembers. */
  function giveStale(lookup: Lookup, hasFailed: boolean): boolean {
    const plans = deps.stale.take(lookup, hasFailed);
    if (plans === undefined) return false;
    for (const half of bothHalves) {
      const plan = plans[half];
      if (plan !== undefined) replies.answer(lookup, half, plan);
    }
    searches.leave(lookup);
    end(lookup);
    return true;
  }

  function finish(lookup: Lookup, searchEnd: SearchEnd, basis: SearchBasis): void {
    if (lookup.ended) return;
    if (searchEnd.code === 'LOCAL') {
      answerHere(lookup, searchEnd, deps);
      return end(lookup);
    }
    if (searchEnd.code === 'AGAIN' && giveStale(lookup, true)) return;
    for (const half of bothHalves) {
      if (lookup.halves[half].queries.length > 0) replies.answer(lookup, half, planFor(lookup, half, searchEnd));
    }
    end(lookup, searchEnd, basis);
  }

  /** There is no reply for a repeat. */
  function giveUp(lookup: Lookup): void {
    if (lookup.ended) return;
    failRest(lookup, deps);
    close(lookup);
    table.remove(lookup);
  }

  function end(lookup: Lookup, searchEnd?: SearchEnd, basis?: SearchBasis): void {
    close(lookup, searchEnd, basis);
    ended.add(lookup);
  }

  function close(lookup: Lookup, searchEnd?: SearchEnd, basis?: SearchBasis): void {
    lookup.ended = true;
    last.ended = [lookup, lookup.search, searchEnd, basis];
    replies.release(lookup);
    lookup.search = undefined;
    table.close(lookup);
    lookup.cancelTimer();
    lookup.cancelWatch();
    deps.ended(endedLookup(lookup, searchEnd, basis));
  }

  return {
    follow,
    watch,
    refresh: searches.refresh,
    becomePair(lookup) {
      // Only an open search takes a sibling.
      if (lookup.pairing.kind === 'solo') searches.abandon(lookup);
      lookup.cancelTimer();
      follow(lookup, stepPairing(lookup.pairing, { type: 'sibling' }));
    },
    get searchesInFlight() {
      return searches.size;
    },
  };
}

function answerFromHosts(
  lookup: Lookup,
  { answer, half }: Extract<PairingAction, { do: 'answer-from-hosts' }>,
  { replies, hostsAnswered }: LookupStepsDependencies,
): void {
  const { context } = lookup;
  const { questionName, request, snapshot } = context;
  const plan = hostsPlan(answer, half, { questionName, name: request.name }, snapshot.settings.hosts.ttlSeconds);
  hostsAnswered(replies.answer(lookup, half, plan), context, half);
}

/** The search came to a name of our own, and what is said of it is not for the caches. */
function answerHere(lookup: Lookup, searchEnd: SearchEnd, deps: LookupStepsDependencies): void {
  const { halves, pinned } = lookup;
  const { candidate } = searchEnd;
  for (const half of bothHalves) {
    if (halves[half].queries.length === 0 || halves[half].plan !== undefined) continue;
    const plan = candidate && planLocal(lookup, half, candidate, deps);
    // Its sibling has records: whatever has changed since, they are not denied.
    const isFit = pinned === undefined || (pinned === candidate && plan?.form === 'local' && plan.rcode === 0);
    deps.replies.answer(lookup, half, (isFit ? plan : emptyPlan(rcodes.NOERROR)) ?? planFor(lookup, half, searchEnd));
  }
}

function earlyPlan(
  lookup: Lookup,
  half: Half,
  reply: UpstreamReply | undefined,
  candidate: Candidate,
  deps: LookupStepsDependencies,
): ReplyPlan | undefined {
  if (reply === undefined) return planLocal(lookup, half, candidate, deps);
  return planEarly(reply, half, lookup.context.questionName, candidate.name);
}

function planLocal(
  { context }: Lookup,
  half: Half,
  { name }: Candidate,
  { localPlan }: Pick<LookupStepsDependencies, 'localPlan'>,
): ReplyPlan | undefined {
  return localPlan?.(context, name, typeOfHalf(context, half));
}

/** Halves that have no reply yet. */
function failRest(lookup: Lookup, { gaveUp }: LookupStepsDependencies): void {
  for (const state of lookup.halves) {
    if (state.plan !== undefined) continue;
    for (const query of state.queries) gaveUp(query, lookup.context);
    // For clients that come back over TCP to a truncated reply of the other half.
    state.plan = emptyPlan(rcodes.SERVFAIL);
  }
}

function planFor({ context, pairing, pinned, halves }: Lookup, half: Half, searchEnd: SearchEnd): ReplyPlan {
  if (context.whole) return planWhole(searchEnd);
  // What was given out early holds: the sibling has data there or none at all.
  if (pinned !== undefined && searchEnd.candidate !== pinned) return emptyPlan(0);
  const [query] = halves[half].queries;
  const questionName = query?.view.question?.name ?? context.questionName;
  return planReply(searchEnd, half, questionName, { alone: pairing.kind === 'solo', marked: context.marked });
}

function endedLookup(
  { context, pairing, pinned, halves }: Lookup,
  end: SearchEnd | undefined,
  basis: SearchBasis | undefined,
): EndedLookup {
  return { context, end, basis, kind: pairing.kind, early: pinned !== undefined, halves };
}
