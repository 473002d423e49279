/** Which queries of a lookup wait for which reply: each gets it once, and at a repeat again. */
import { readOnce } from '../decide/reply/reply-plan.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { Half } from '../decide/search/pair.ts';
import type { Query } from './reply-writer.ts';
import type { QueryContext, Lookup, HalfState } from './lookup.ts';

/**
 * Queries without a reply per search that may run. Any number of ports may ask for one search, each at 3 kB of heap: the
 * bound on searches does not bound them.
 */
const waitingPerSearch = 4;

/** Queries for one question in one lookup. */
const maxQueries = 64;

/** Writes the reply; returns whether the client may come back for the whole of it over TCP. */
export type SendReply = (plan: ReplyPlan, query: Query, context: QueryContext) => boolean;

/** Keeps a half whose reply was truncated, for the client that comes back over TCP. */
export type KeepTruncated = (state: HalfState, query: Query) => void;

export interface WaitingQueries {
  /** A question that is new in the lookup. */
  add(lookup: Lookup, half: Half, query: Query): void;
  /** One that was asked before. False: too many wait already. */
  repeat(lookup: Lookup, half: Half, context: QueryContext): boolean;
  /** A repeat over TCP of a question whose reply over UDP was, or will be, truncated. False: too many wait already. */
  addTo(state: HalfState, context: QueryContext): boolean;
  /** Returns how many queries it answered: none where they have their reply already. */
  answer(lookup: Lookup, half: Half, plan: ReplyPlan): number;
  /** The lookup has ended: nobody waits in it any more. */
  release(lookup: Lookup): void;
  isCrowded(maxSearches: number): boolean;
}

export function createWaitingQueries(send: SendReply, keepTruncated: KeepTruncated): WaitingQueries {
  let waiting = 0;

  const isCrowded = (maxSearches: number): boolean => waiting >= maxSearches * waitingPerSearch;

  function sendTo(lookup: Lookup, plan: ReplyPlan | undefined, query: Query): void {
    if (plan === undefined || !send(plan, query, lookup.context) || lookup.truncated) return;
    // The client comes back over TCP, glibc with both questions.
    lookup.truncated = true;
    for (const each of lookup.halves) for (const one of each.queries) keepTruncated(each, one);
  }

  /** Gives the query what is decided already. */
  function tell(lookup: Lookup, state: HalfState, query: Query): void {
    if (lookup.truncated) keepTruncated(state, query);
    sendTo(lookup, state.plan, query);
  }

  function add(lookup: Lookup, half: Half, query: Query): void {
    const state = lookup.halves[half];
    addQuery(state, query);
    if (!lookup.ended) {
      lookup.waiting += 1;
      waiting += 1;
    }
    tell(lookup, state, query);
  }

  return {
    add,
    repeat(lookup, half, { query, snapshot }) {
      const state = lookup.halves[half];
      if (state.queries.some((other) => isSameQuery(other, query))) {
        tell(lookup, state, query);
        return true;
      }
      if (state.queries.length >= maxQueries || isCrowded(snapshot.settings.maxSearches)) return false;
      add(lookup, half, query);
      return true;
    },
    addTo(state, context) {
      if (state.plan !== undefined) send(state.plan, context.query, context);
      else if (state.queries.length >= maxQueries) return false;
      else addQuery(state, context.query);
      return true;
    },
    answer(lookup, half, plan) {
      const state = lookup.halves[half];
      if (state.plan !== undefined || state.queries.length === 0) return 0;
      state.plan = plan;
      // Kept before its reply was there, it weighs more now.
      if (lookup.truncated) for (const query of state.queries) keepTruncated(state, query);
      const read = state.queries.length > 1 ? readOnce(plan) : plan;
      for (const query of state.queries) sendTo(lookup, read, query);
      return state.queries.length;
    },
    release(lookup) {
      waiting -= lookup.waiting;
      lookup.waiting = 0;
    },
    isCrowded,
  };
}

function isSameQuery(one: Query, other: Query): boolean {
  return (
    one.client.transport === 'udp' &&
    other.client.transport === 'udp' &&
    one.client.port === other.client.port &&
    one.view.id === other.view.id
  );
}

/** Nearly each half has one query at most: an array that grows has room for seventeen. */
function addQuery(state: HalfState, query: Query): void {
  state.queries = state.queries.length === 0 ? [query] : [...state.queries, query];
}
