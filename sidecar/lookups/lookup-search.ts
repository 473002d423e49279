/** A search under way and what is told of it: to the lookup that began it, to those that wait for it, and to the reports. */
import type { UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { Candidate, SearchEnd } from '../decide/search/candidates.ts';
import type { Half, Kind } from '../decide/search/pair.ts';
import type { LimitEnd } from '../decide/search/search.ts';
import type { SearchRecording } from '../ports/search-recording.ts';
import { createSearch } from '../search/run-search.ts';
import type {
  RunningSearch,
  SearchBasis,
  SearchDependencies,
  SearchEvents,
  SearchInput,
} from '../search/run-search.ts';
import type { EndedSearch, Lookup, QueryContext, SearchInFlight } from './lookup.ts';

/** Who hears of all searches. */
export interface SearchListener {
  readonly now: () => number;
  /** See `LookupSearchEvents`. */
  early(lookup: Lookup, half: Half, reply: UpstreamReply | undefined, candidate: Candidate): void;
  /** It is under way no more. */
  closed(search: SearchInFlight): void;
  ended(search: LookupSearch, end: SearchEnd | LimitEnd, basis: SearchBasis): void;
  reported(search: EndedSearch): void;
}

/** A class, because closures and a literal for each search would be most of what is kept of it here. */
export class LookupSearch implements SearchInFlight, SearchEvents {
  readonly context: QueryContext;
  readonly half: Half;
  readonly startedAt: number;
  readonly running: RunningSearch;
  waiters: Lookup[];
  readonly #first: Lookup;
  readonly #listener: SearchListener;
  readonly #recording: SearchRecording | undefined;
  #given: Candidate | undefined;
  #earlyAt: number | undefined;

  constructor(
    lookup: Lookup,
    input: SearchInput,
    deps: SearchDependencies,
    listener: SearchListener,
    recording: SearchRecording | undefined,
  ) {
    this.context = lookup.context;
    this.half = lookup.pairing.half;
    this.startedAt = listener.now();
    this.waiters = [lookup];
    this.#first = lookup;
    this.#listener = listener;
    this.#recording = recording;
    this.running = createSearch(deps, input, this);
  }

  get kind(): Kind {
    return this.running.kind;
  }

  early(half: Half, reply: UpstreamReply | undefined, candidate: Candidate): void {
    this.#earlyAt ??= this.#listener.now();
    this.#given = candidate;
    this.#listener.early(this.#first, half, reply, candidate);
  }

  ended(end: SearchEnd | LimitEnd, basis: SearchBasis): void {
    this.close(end);
    this.#listener.ended(this, end, basis);
  }

  close(end: SearchEnd | LimitEnd): void {
    this.#listener.closed(this);
    const { request, type, receivedAt } = this.context;
    this.#listener.reported({
      request,
      type,
      kind: this.kind,
      end,
      given: this.#given,
      durationMs: this.answeredAt() - receivedAt,
      recorded: this.#recording?.recorded(),
    });
  }

  /** A lone query had its answer early, if at all: what passed since then was the wait for a sibling. */
  answeredAt(): number {
    return (this.kind === 'solo' ? this.#earlyAt : undefined) ?? this.#listener.now();
  }
}
