/**
 * Lookups under way: pairs the A with the AAAA query of one client, keeps repeats together, and answers all who
 * ask the same at the same time from one search.
 */
import { answerFrom, findHosts } from '../decide/hosts/hosts.ts';
import { answeringFor } from '../decide/hosts/hosts-plan.ts';
import { isEmpty } from '../decide/hosts/hosts-table.ts';
import { noHostsAnswers, startAlone, startPairing } from '../decide/lookup/pairing.ts';
import type { HostsAnswers } from '../decide/lookup/pairing.ts';
import { halfOfType } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import { isAddressLookup, newLookup } from './lookup.ts';
import type { HalfState, Lookup, QueryContext } from './lookup.ts';
import type { LookupSearches } from './lookup-searches.ts';
import { createLookupSteps } from './lookup-steps.ts';
import type { LookupStepsDependencies } from './lookup-steps.ts';
import { createLookupTable } from './lookup-table.ts';
import { findSibling, mayHaveSibling } from './siblings.ts';
import { createWaitingQueries } from './waiting-queries.ts';
import type { KeepTruncated, SendReply } from './waiting-queries.ts';

/**
 * Bytes of replies that wait for their sibling, or over TCP for their own rest: with so many no further search is begun. A
 * thousand usual ones have half a MiB, a thousand of the largest 64.
 */
const maxHeldBytes = 4 * 1024 * 1024;

export interface LookupDependencies extends Omit<LookupStepsDependencies, 'hold' | 'table' | 'replies'> {
  readonly send: SendReply;
  readonly repeated: () => void;
  /** Counts the answers that lines of the hosts files have given. */
  readonly hostsTurn: (lines: object) => number;
}

export interface Lookups {
  /** Takes a query. False: the tables are full, and nothing was done. */
  take(context: QueryContext): boolean;
  /** Adds a repeat over TCP of a question whose reply over UDP was, or will be, truncated. False: too many wait already. */
  addTo(state: HalfState, context: QueryContext): boolean;
  /** See `lookup-searches`. */
  readonly refresh: LookupSearches['refresh'];
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
  const steps = createLookupSteps({ ...deps, hold, table, replies });

  function take(context: QueryContext): boolean {
    const paired = isAddressLookup(context);
    const half: Half = paired ? halfOfType(context.type) : 0;
    const live = (paired ? table.joint(context) : undefined) ?? table.alone(context, context.type);
    if (live !== undefined && live.halves[half].queries.length > 0) return repeat(live, half, context);
    const sibling = paired ? findSibling(table, context, half, deps.now()) : undefined;
    if (sibling !== undefined) {
      addSibling(sibling, half, context);
      return true;
    }
    const { maxSearches } = context.snapshot.settings;
    if (steps.searchesInFlight >= maxSearches || replies.isCrowded(maxSearches) || heldBytes > maxHeldBytes)
      return false;
    open(context, half);
    return true;
  }

  function repeat(lookup: Lookup, half: Half, context: QueryContext): boolean {
    const isTaken = replies.repeat(lookup, half, context);
    if (isTaken) deps.repeated();
    return isTaken;
  }

  function open(context: QueryContext, half: Half): void {
    const { pairWindowMs } = context.snapshot.settings;
    const step = isAddressLookup(context)
      ? startPairing(half, pairWindowMs, hostsAnswers(context, half, deps.hostsTurn))
      : startAlone(half);
    const lookup = newLookup(context, step.state, deps.now());
    replies.add(lookup, half, context.query);
    table.add(lookup);
    steps.follow(lookup, step);
    steps.watch(lookup);
  }

  function addSibling(lookup: Lookup, half: Half, context: QueryContext): void {
    replies.add(lookup, half, context.query);
    table.addPort(lookup, context);
    steps.becomePair(lookup);
  }

  return {
    take,
    addTo: replies.addTo,
    refresh: steps.refresh,
    isLive: (context) =>
      table.joint(context) !== undefined ||
      table.alone(context, context.type) !== undefined ||
      mayHaveSibling(table, context, deps.now()),
    mayBeLive: table.mayHave,
    get inFlight() {
      return steps.searchesInFlight;
    },
  };
}

function hostsAnswers(
  { snapshot: { hosts, settings }, request, usesHosts }: QueryContext,
  half: Half,
  turnOf: (lines: object) => number,
): HostsAnswers {
  const lines = usesHosts && !isEmpty(hosts) ? findHosts(hosts, request.name) : undefined;
  if (lines === undefined) return noHostsAnswers;
  const answering = answeringFor(lines, settings.hosts, turnOf);
  return {
    pair: answerFrom(lines, 'PAIR', answering),
    alone: answerFrom(lines, half === 0 ? 'A' : 'AAAA', answering),
  };
}
