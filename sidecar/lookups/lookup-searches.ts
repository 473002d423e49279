/** The searches of the lookups: performs what `decide/lookup/joining` decides. */
import { endsEqual, isAlike, isCrowded, joinSearch } from '../decide/lookup/joining.ts';
import { bothHalves, otherHalf } from '../decide/search/pair.ts';
import type { UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { LearnedShapes } from '../cache/learned-shapes.ts';
import { lessonOf } from '../decide/search/ahead.ts';
import type { AheadKnowledge } from '../decide/search/ahead.ts';
import { asksForDnssec, clientFlag, readsAd } from '../decide/query/client-flags.ts';
import type { Pairing } from '../decide/lookup/pairing.ts';
import type { Candidate, SearchEnd } from '../decide/search/candidates.ts';
import { endsAtFirst } from '../decide/search/local-candidates.ts';
import type { Half } from '../decide/search/pair.ts';
import { isAddressLookup } from './lookup.ts';
import { LookupSearch } from './lookup-search.ts';
import type { SearchListener } from './lookup-search.ts';
import type { EndedSearch, QueryContext, Lookup, SearchInFlight } from './lookup.ts';
import { recordedBy, type ChooseRecording } from './query-log.ts';
import { createSearchesInFlight } from './searches-in-flight.ts';
import type { SearchesInFlight } from './searches-in-flight.ts';
import type { LimitEnd } from '../decide/search/search.ts';
import { createSearch } from '../search/run-search.ts';
import type { SearchBasis, SearchDependencies, SearchEvents, SearchInput } from '../search/run-search.ts';

export interface LookupSearchEvents {
  /** Data for the only question seen so far, without a reply at a name of our own; the search goes on if its sibling comes. */
  early(lookup: Lookup, half: Half, reply: UpstreamReply | undefined, candidate: Candidate): void;
  ended(lookup: Lookup, end: SearchEnd, basis: SearchBasis): void;
  /** The search limit is over without an end. */
  gaveUp(lookup: Lookup): void;
  /** Once for a search, however many waited for it. */
  searchEnded(search: EndedSearch): void;
}

export interface LookupSearchDependencies extends SearchDependencies {
  /** See `ports/pipeline-dependencies`. */
  readonly hashSeed: number;
  readonly shapes: LearnedShapes;
  /** Of a search that the query log has chosen. */
  readonly record: ChooseRecording;
}

export interface LookupSearches {
  /** The lookup needs a search, or the one that it has must know its kind. */
  search(lookup: Lookup): void;
  /** Gives up the lookup's search, so that `search` begins another. */
  abandon(lookup: Lookup): void;
  /** The lookup waits no longer; the search goes on for others. */
  leave(lookup: Lookup): void;
  /** Searches for a pair or a question on its own that nobody waits for, without memory. False: too many searches are under way. */
  refresh(context: QueryContext, ended: SearchEvents['ended']): boolean;
  readonly size: number;
}

const none: readonly SearchInFlight[] = [];

/** EDNS payload for questions that are passed on, in bytes: DNS flag day 2020. */
const upstreamPayloadSize = 1232;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the searches under way
export function createLookupSearches(deps: LookupSearchDependencies, events: LookupSearchEvents): LookupSearches {
  const inFlight = createSearchesInFlight(deps.hashSeed);

  function search(lookup: Lookup): void {
    const { context, pairing, search: own, pinned } = lookup;
    const crowded = isCrowdedFor(context);
    const { kind, half } = pairing;
    const equal = endsAtFirst(context.local, half) ? none : inFlight.equal(context);
    const joining = joinSearch({ kind, half, own, given: pinned !== undefined }, equal, {
      now: deps.now(),
      crowded,
    });
    switch (joining.do) {
      case 'begin':
        return start(lookup);
      case 'wait':
        return;
      case 'join':
        return wait(lookup, joining.search);
      case 'move':
        abandon(lookup);
        return wait(lookup, joining.search);
      case 'go-on':
        if (kind === 'pair') joining.search.running.addSibling(otherHalf(half));
        else joining.search.running.closeWindow();
    }
  }

  const isCrowdedFor = ({ snapshot }: QueryContext): boolean => isCrowded(inFlight.size, snapshot.settings.maxSearches);

  /** Not while many searches are under way. */
  function aheadOf({ snapshot: { settings }, request }: QueryContext): AheadKnowledge | undefined {
    const { maxSearchAhead: max, maxSearchesAhead } = settings;
    if (max === 0 || inFlight.size >= maxSearchesAhead) return undefined;
    return { max, ...deps.shapes.knowledgeOf(request.name, deps.now()) };
  }

  function learn({ request }: QueryContext, end: SearchEnd | LimitEnd, { consumed }: SearchBasis): void {
    const lesson = end.code === 'LIMIT' || request.absolute ? undefined : lessonOf(request, end, consumed);
    if (lesson !== undefined) deps.shapes.note(lesson, deps.now());
  }

  function refresh(context: QueryContext, ended: SearchEvents['ended']): boolean {
    if (isCrowdedFor(context)) return false;
    const kind = isAddressLookup(context) ? 'pair' : 'solo';
    const input = searchInput(context, { kind, half: 0 }, aheadOf(context), false);
    startAside(inFlight, deps, { ...input, fresh: true }, ended);
    return true;
  }

  function wait(lookup: Lookup, search: SearchInFlight): void {
    search.waiters.push(lookup);
    lookup.search = search;
  }

  const listener: SearchListener = {
    now: deps.now,
    early: events.early,
    closed: inFlight.remove,
    reported: events.searchEnded,
    ended(search, end, basis) {
      learn(search.context, end, basis);
      for (const waiter of takeWaiters(search)) {
        if (end.code === 'LIMIT') events.gaveUp(waiter);
        else events.ended(waiter, end, basis);
      }
      if (end.code !== 'LIMIT' && endsEqual(end, search.kind, search.answeredAt() - search.startedAt))
        endOthers(search, end, basis);
    },
  };

  function start(lookup: Lookup): void {
    const { context } = lookup;
    const recording = deps.record(context);
    const input = searchInput(context, lookup.pairing, aheadOf(context), isCrowdedFor(context));
    const used = recording === undefined ? deps : recordedBy(recording, deps);
    const search = new LookupSearch(lookup, input, used, listener, recording);
    lookup.search = search;
    inFlight.add(search);
    search.running.start();
  }

  /** What was given out early of another search is for that search to complete. */
  function endOthers(search: LookupSearch, end: SearchEnd, basis: SearchBasis): void {
    const { context, kind, half } = search;
    for (const other of inFlight.equal(context)) {
      if (!isAlike(other, kind, half) || other.waiters.some(({ pinned }) => pinned !== undefined)) continue;
      other.running.abandon();
      other.close(end);
      for (const waiter of takeWaiters(other)) events.ended(waiter, end, basis);
    }
  }

  function abandon(lookup: Lookup): void {
    if (lookup.search === undefined) return;
    lookup.search.running.abandon();
    inFlight.remove(lookup.search);
    lookup.search = undefined;
  }

  return {
    search,
    abandon,
    leave(lookup) {
      const { search } = lookup;
      // One that has ended has no waiters any more.
      const index = search?.waiters.indexOf(lookup) ?? -1;
      if (search === undefined || index < 0) return;
      search.waiters.splice(index, 1);
      if (search.waiters.length === 0) abandon(lookup);
    },
    refresh,
    get size() {
      return inFlight.size;
    },
  };
}

/** It has ended, and may be kept for a while: not those who waited for it, who may be thousands. */
function takeWaiters(search: SearchInFlight): readonly Lookup[] {
  const { waiters } = search;
  search.waiters = [];
  return waiters;
}

/** A search of no lookup. None joins it either: when it ends, the moment that it is about may be over. */
function startAside(
  inFlight: SearchesInFlight,
  deps: LookupSearchDependencies,
  input: SearchInput,
  ended: SearchEvents['ended'],
): void {
  const running = createSearch(deps, input, {
    early: () => {},
    ended(end, basis) {
      close();
      ended(end, basis);
    },
  });
  const close = inFlight.addAside();
  running.start();
}

function searchInput(
  context: QueryContext,
  { kind, half }: Pick<Pairing, 'kind' | 'half'>,
  ahead: AheadKnowledge | undefined,
  isCrowded: boolean,
): SearchInput {
  const { snapshot, configuration, request, type, marked, flags, local } = context;
  return {
    snapshot,
    configuration,
    request,
    local: local?.names,
    type,
    kind,
    halves: kind === 'pair' ? bothHalves : halfAlone[half],
    addresses: isAddressLookup(context),
    edns: upstreamEdns(context),
    ad: readsAd(flags),
    cd: (flags & clientFlag.cd) !== 0,
    readAnswers: marked,
    ahead,
    isCrowded,
  };
}

const halfAlone = [[0], [1]] as const satisfies readonly (readonly Half[])[];

/** A client's own OPT goes on where the reply is passed on whole, with DO and no options. */
function upstreamEdns({ query, whole, flags }: QueryContext): SearchInput['edns'] {
  if (!whole || query.view.edns === undefined) return undefined;
  return { payloadSize: upstreamPayloadSize, dnssecOk: asksForDnssec(flags) };
}
