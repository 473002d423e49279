/**
 * Lookups under way: pairs the A with the AAAA query of one client, keeps repeats together, and answers all who
 * ask the same at the same time from one search. Performs the actions of `decide/lookup/pairing`.
 */
import { answerFrom, findHosts } from '../decide/hosts/hosts.ts';
import { answeringFor, hostsPlan } from '../decide/hosts/hosts-plan.ts';
import { isEmpty } from '../decide/hosts/hosts-table.ts';
import {
  startAlone,
  startPairing,
  stepPairing,
  takesLateSibling,
  takesSibling,
  lingerMs,
} from '../decide/lookup/pairing.ts';
import type { HostsAnswers, PairingAction, PairingEvent, PairingStep } from '../decide/lookup/pairing.ts';
import { emptyPlan, planEarly, planReply, planWhole } from '../decide/reply/reply-plan.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import { bothHalves, halfOfType, siblingType } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import type { Query } from './reply-writer.ts';
import { isAddressLookup, newLookup } from './lookup.ts';
import type { EndedLookup, EndedSearch, QueryContext, Lookup, HalfState } from './lookup.ts';
import { createWaitingQueries } from './waiting-queries.ts';
import type { KeepTruncated, SendReply } from './waiting-queries.ts';
import { createLookupTable } from './lookup-table.ts';
import { createLookupSearches } from './lookup-searches.ts';
import type { LookupSearchDependencies } from './lookup-searches.ts';
import type { SearchBasis } from '../search/run-search.ts';
import { rcodes } from '../wire/iana.ts';
import { nameKey } from '../wire/name.ts';

/**
 * Bytes of replies that wait for their sibling, or over TCP for their own rest: with so many no further search is begun. A
 * thousand usual ones have half a MiB, a thousand of the largest 64.
 */
const maxHeldBytes = 4 * 1024 * 1024;

export interface LookupDependencies extends Omit<LookupSearchDependencies, 'hold'> {
  readonly send: SendReply;
  /** How a lookup ended, for the caches; `end` is missing where the hosts file answered. */
  readonly ended: (lookup: EndedLookup) => void;
  /** The search limit is over without an end. */
  readonly gaveUp: (query: Query) => void;
  readonly searchEnded: (search: EndedSearch) => void;
  readonly repeated: () => void;
  /** The hosts files answered so many queries. */
  readonly hostsAnswered: (queries: number) => void;
  /** Counts the answers that lines of the hosts files have given. */
  readonly hostsTurn: (lines: object) => number;
}

export interface Lookups {
  /** Takes a query. False: the tables are full, and nothing was done. */
  take(context: QueryContext): boolean;
  /** Adds a repeat over TCP of a question whose reply over UDP was, or will be, truncated. False: too many wait already. */
  addTo(state: HalfState, context: QueryContext): boolean;
  readonly inFlight: number;
  /** Whether a lookup is under way, or over a moment ago, that the query may belong to. */
  isLive(context: QueryContext): boolean;
  /** False: surely not. `hash` is that of the name, see `wire/plain-query`. */
  mayBeLive(hash: number): boolean;
}

export function createLookups(deps: LookupDependencies, keepTruncated: KeepTruncated): Lookups {
  const table = createLookupTable();
  const replies = createWaitingQueries(deps.send, keepTruncated);
  let heldBytes = 0;
  const hold = (bytes: number): void => {
    heldBytes += bytes;
  };
  const searches = createLookupSearches(
    { ...deps, hold },
    {
      early(lookup, half, reply, candidate) {
        lookup.pinned = candidate;
        const plan = planEarly(reply, half, lookup.context.questionName, candidate.name);
        follow(lookup, stepPairing(lookup.pairing, { type: 'data', fromMemory: reply.isRecalled === true }), plan);
      },
      ended: finish,
      gaveUp: giveUp,
      searchEnded: deps.searchEnded,
    },
  );

  function take(context: QueryContext): boolean {
    const paired = isAddressLookup(context);
    const half: Half = paired ? halfOfType(context.type) : 0;
    const live = (paired ? table.joint(context) : undefined) ?? table.alone(context, context.type);
    if (live !== undefined && live.halves[half].queries.length > 0) return repeat(live, half, context);
    const sibling = paired ? findSibling(context, half) : undefined;
    if (sibling !== undefined) {
      addSibling(sibling, half, context);
      return true;
    }
    const { maxSearches } = context.snapshot.settings;
    if (searches.size >= maxSearches || replies.isCrowded(maxSearches) || heldBytes > maxHeldBytes) return false;
    open(context, half);
    return true;
  }

  function repeat(lookup: Lookup, half: Half, context: QueryContext): boolean {
    const isTaken = replies.repeat(lookup, half, context);
    if (isTaken) deps.repeated();
    return isTaken;
  }

  function findSibling(context: QueryContext, half: Half): Lookup | undefined {
    const now = deps.now();
    const isSearchedAlike = (lookup: Lookup): boolean =>
      !lookup.ended && lookup.context.request.absolute === context.request.absolute;
    const takes = (lookup: Lookup, fromSamePort: boolean): boolean =>
      isSearchedAlike(lookup) &&
      takesSibling(lookup.pairing, {
        half,
        fromSamePort,
        bothHaveOpt: hasOpt(context) && hasOpt(lookup.context),
        ageMs: now - lookup.openedAt,
      });
    const own = table.joint(context);
    if (own !== undefined && takes(own, true)) return own;
    if (context.query.client.transport === 'udp') {
      for (const lookup of table.open(context)) if (takes(lookup, false)) return lookup;
    }
    const late = table.alone(context, siblingType(context.type) ?? context.type);
    if (late?.search === undefined || late.search.waiters.size > 1 || !isSearchedAlike(late)) return undefined;
    return takesLateSibling(late.pairing, half, now - late.openedAt) ? late : undefined;
  }

  function open(context: QueryContext, half: Half): void {
    const { pairWindowMs } = context.snapshot.settings;
    const step = isAddressLookup(context)
      ? startPairing(half, pairWindowMs, hostsAnswers(context, half, deps.hostsTurn))
      : startAlone(half);
    const lookup = newLookup(context, step.state, deps.now());
    replies.add(lookup, half, context.query);
    table.add(lookup);
    follow(lookup, step);
  }

  function addSibling(lookup: Lookup, half: Half, context: QueryContext): void {
    // Only an open search takes a sibling.
    if (lookup.pairing.kind === 'solo') searches.abandon(lookup);
    const step = stepPairing(lookup.pairing, { type: 'sibling' });
    lookup.cancelTimer();
    replies.add(lookup, half, context.query);
    table.addPort(lookup, context);
    follow(lookup, step);
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
      case 'answer-from-hosts': {
        const { questionName, request, snapshot } = lookup.context;
        const names = { questionName, name: request.name };
        const plan = hostsPlan(action.answer, action.half, names, snapshot.settings.hosts.ttlSeconds);
        return deps.hostsAnswered(replies.answer(lookup, action.half, plan));
      }
      case 'end':
        return end(lookup);
    }
  }

  function finish(lookup: Lookup, searchEnd: SearchEnd, basis: SearchBasis): void {
    if (lookup.ended) return;
    for (const half of bothHalves) {
      if (lookup.halves[half].queries.length > 0) replies.answer(lookup, half, planFor(lookup, half, searchEnd));
    }
    end(lookup, searchEnd, basis);
  }

  function giveUp(lookup: Lookup): void {
    if (lookup.ended) return;
    for (const state of lookup.halves) {
      if (state.plan !== undefined) continue;
      state.queries.forEach(deps.gaveUp);
      // For clients that come back over TCP to a truncated reply of the other half.
      state.plan = emptyPlan(rcodes.SERVFAIL);
    }
    end(lookup);
    // There is no reply for a repeat.
    lookup.cancelTimer();
    table.remove(lookup);
  }

  function end(lookup: Lookup, searchEnd?: SearchEnd, basis?: SearchBasis): void {
    lookup.ended = true;
    replies.release(lookup);
    lookup.search = undefined;
    table.close(lookup);
    lookup.cancelTimer();
    const askedHalves = bothHalves.filter((half) => lookup.halves[half].queries.length > 0);
    const { context, pairing, pinned, halves } = lookup;
    deps.ended({
      context,
      end: searchEnd,
      basis,
      kind: pairing.kind,
      early: pinned !== undefined,
      askedHalves,
      halves,
    });
    lookup.cancelTimer = deps.setTimer(lingerMs, () => table.remove(lookup));
  }

  return {
    take,
    addTo: replies.addTo,
    isLive: (context) =>
      table.joint(context) !== undefined ||
      table.alone(context, context.type) !== undefined ||
      (isAddressLookup(context) && findSibling(context, halfOfType(context.type)) !== undefined) ||
      (hasOpt(context) && [...table.open(context)].length > 0),
    mayBeLive: table.mayHave,
    get inFlight() {
      return searches.size;
    },
  };
}

function hasOpt({ query }: QueryContext): boolean {
  return query.view.edns !== undefined;
}

function planFor({ context, pairing, pinned, halves }: Lookup, half: Half, searchEnd: SearchEnd): ReplyPlan {
  if (context.whole) return planWhole(searchEnd);
  // What was given out early holds: the sibling has data there or none at all.
  if (pinned !== undefined && searchEnd.candidate !== pinned) return emptyPlan(0);
  const [query] = halves[half].queries;
  const questionName = query?.view.question?.name ?? context.questionName;
  return planReply(searchEnd, half, questionName, { alone: pairing.kind === 'solo', marked: context.marked });
}

function hostsAnswers(
  { snapshot: { hosts, settings }, request, usesHosts }: QueryContext,
  half: Half,
  turnOf: (lines: object) => number,
): HostsAnswers {
  const lines = usesHosts && !isEmpty(hosts) ? findHosts(hosts, nameKey(request.name)) : undefined;
  if (lines === undefined) return { pair: undefined, alone: undefined };
  const answering = answeringFor(lines, settings.hosts, turnOf);
  return {
    pair: answerFrom(lines, 'PAIR', answering),
    alone: answerFrom(lines, half === 0 ? 'A' : 'AAAA', answering),
  };
}
