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
import { nameText } from '../wire/name.ts';
import { isAddressLookup } from './lookup.ts';
import type { EndedSearch, QueryContext, Lookup } from './lookup.ts';
import { createNumbers } from './numbers.ts';
import { recordedBy, type ChooseRecording } from './query-log.ts';
import { createSearchesInFlight, searchInFlight } from './searches-in-flight.ts';
import type { SearchesInFlight, SearchInFlight } from './searches-in-flight.ts';
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

/** EDNS payload for questions that are passed on, in bytes: DNS flag day 2020. */
const upstreamPayloadSize = 1232;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the searches under way
export function createLookupSearches(deps: LookupSearchDependencies, events: LookupSearchEvents): LookupSearches {
  const inFlight = createSearchesInFlight<Lookup>();
  const numberOf = createNumbers();

  function search(lookup: Lookup): void {
    const { context, pairing, search: own, pinned } = lookup;
    const key = own?.key ?? searchKey(context, numberOf);
    const crowded = isCrowdedFor(context);
    const { kind, half } = pairing;
    const equal = endsAtFirst(context.local, half) ? [] : inFlight.equal(key);
    const joining = joinSearch({ kind, half, own, given: pinned !== undefined }, equal, {
      now: deps.now(),
      crowded,
    });
    switch (joining.do) {
      case 'begin':
        return start(lookup, key);
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
    const input = { ...searchInput(context, { kind, half: 0 }), ahead: aheadOf(context), fresh: true };
    startAside(inFlight, deps, input, ended);
    return true;
  }

  function wait(lookup: Lookup, search: SearchInFlight<Lookup>): void {
    search.waiters.add(lookup);
    lookup.search = search;
  }

  function start(lookup: Lookup, key: string): void {
    const { context } = lookup;
    const startedAt = deps.now();
    let given: Candidate | undefined;
    let earlyAt: number | undefined;
    /** A lone query had its answer early, if at all: what passed since then was the wait for a sibling. */
    const answeredAt = (): number => (running.kind === 'solo' ? earlyAt : undefined) ?? deps.now();
    const close = (end: SearchEnd | LimitEnd): void => {
      inFlight.remove(shared);
      const { request, type, receivedAt } = context;
      events.searchEnded({
        ...{ request, type, kind: running.kind, end, given },
        durationMs: answeredAt() - receivedAt,
        recorded: recording?.recorded(),
      });
    };
    const recording = deps.record(context);
    const running = createSearch(
      recording === undefined ? deps : recordedBy(recording, deps),
      { ...searchInput(context, lookup.pairing), ahead: aheadOf(context), isCrowded: isCrowdedFor(context) },
      {
        early(half, reply, candidate) {
          earlyAt ??= deps.now();
          given = candidate;
          events.early(lookup, half, reply, candidate);
        },
        ended(end, basis) {
          close(end);
          learn(context, end, basis);
          if (end.code === 'LIMIT') return shared.waiters.forEach(events.gaveUp);
          const tell = (waiter: Lookup): void => events.ended(waiter, end, basis);
          shared.waiters.forEach(tell);
          if (endsEqual(end, running.kind, answeredAt() - startedAt)) endOthers(inFlight, shared, tell, end);
        },
      },
    );
    const { half } = lookup.pairing;
    const shared = searchInFlight<Lookup>({ running, key, half, startedAt, waiters: new Set([lookup]), close });
    lookup.search = shared;
    inFlight.add(shared);
    running.start();
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
      lookup.search?.waiters.delete(lookup);
      if (lookup.search?.waiters.size === 0) abandon(lookup);
    },
    refresh,
    get size() {
      return inFlight.size;
    },
  };
}

/** What was given out early of another search is for that search to complete. */
function endOthers(
  inFlight: SearchesInFlight<Lookup>,
  shared: SearchInFlight<Lookup>,
  tell: (waiter: Lookup) => void,
  end: SearchEnd,
): void {
  const { key, kind, half } = shared;
  const others = inFlight.equal(key).filter((other) => other !== shared && isAlike(other, kind, half));
  for (const other of others) {
    if ([...other.waiters].some(({ pinned }) => pinned !== undefined)) continue;
    other.running.abandon();
    other.close(end);
    other.waiters.forEach(tell);
  }
}

/** A search of no lookup. None joins it either: when it ends, the moment that it is about may be over. */
function startAside(
  inFlight: SearchesInFlight<Lookup>,
  deps: LookupSearchDependencies,
  input: SearchInput,
  ended: SearchEvents['ended'],
): void {
  const close = (): void => inFlight.remove(search);
  const running = createSearch(deps, input, {
    early: () => {},
    ended(end, basis) {
      close();
      ended(end, basis);
    },
  });
  const waiters = new Set<Lookup>();
  const key = `aside ${inFlight.size}`;
  const search = searchInFlight<Lookup>({ running, key, half: 0, startedAt: deps.now(), waiters, close });
  inFlight.add(search);
  running.start();
}

function searchInput(context: QueryContext, { kind, half }: Pick<Pairing, 'kind' | 'half'>): SearchInput {
  const { snapshot, configuration, request, type, marked, flags, local } = context;
  const halves = kind === 'pair' ? bothHalves : [half];
  return {
    snapshot,
    configuration,
    request,
    local: local?.names,
    type,
    kind,
    halves,
    addresses: isAddressLookup(context),
    edns: upstreamEdns(context),
    ad: readsAd(flags),
    cd: (flags & clientFlag.cd) !== 0,
    readAnswers: marked,
  };
}

/** A client's own OPT goes on where the reply is passed on whole, with DO and no options. */
function upstreamEdns({ query, whole, flags }: QueryContext): SearchInput['edns'] {
  if (!whole || query.view.edns === undefined) return undefined;
  return { payloadSize: upstreamPayloadSize, dnssecOk: asksForDnssec(flags) };
}

/**
 * Equal searches: the name to the letter (it becomes the canonical name), search or not, type, EDNS and flags towards the
 * upstream, configuration, and what is known here of its candidates.
 */
function searchKey(context: QueryContext, numberOf: (snapshot: object) => number): string {
  const { request, type, snapshot, query, whole, flags, local } = context;
  const edns = whole && query.view.edns !== undefined;
  const what = isAddressLookup(context) ? 'address' : `${type} ${whole} ${edns}`;
  const names = (local?.names ?? []).map(({ name, outcomes }) => `${outcomes.join()} ${nameText(name)} `).join('');
  return `${numberOf(snapshot)} ${request.absolute} ${what} ${flags} ${names}${nameText(request.name)}`;
}
