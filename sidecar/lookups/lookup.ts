/**
 * A lookup under way: one client's question, or its pair of questions, for one name.
 *
 * A lookup belongs to (client address, UDP port or TCP connection, name).
 */
import type { Pairing } from '../decide/lookup/pairing.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { Candidate, SearchRequest, SearchEnd } from '../decide/search/candidates.ts';
import type { LocalCandidates } from '../decide/search/local-candidates.ts';
import type { LimitEnd } from '../decide/search/search.ts';
import { addressTypeOf } from '../decide/search/pair.ts';
import type { Half, Kind } from '../decide/search/pair.ts';
import type { SearchConfiguration } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { JoinableSearch } from '../decide/lookup/joining.ts';
import type { RunningSearch, SearchBasis } from '../search/run-search.ts';
import type { Query } from './reply-writer.ts';
import type { RecordedSearch } from '../ports/search-recording.ts';
import { isAddressType } from '../wire/iana.ts';
import type { WireName } from '../wire/name.ts';

export interface Lookup {
  readonly context: QueryContext;
  readonly openedAt: number;
  readonly halves: readonly [HalfState, HalfState];
  /** Second questions from other ports, from which it is found, too. */
  siblings: readonly QueryContext[];
  pairing: Pairing;
  search: SearchInFlight | undefined;
  /** The candidate whose data was given out before the sibling was known. */
  pinned: Candidate | undefined;
  /** Queries that count as waiting, until the lookup ends. */
  waiting: number;
  ended: boolean;
  truncated: boolean;
  cancelTimer: () => void;
  cancelWatch: () => void;
}

/** A search under way; its kind is that of the running one at each moment. */
export interface SearchInFlight extends JoinableSearch {
  /** Of the lookup that began it. */
  readonly context: QueryContext;
  readonly running: RunningSearch;
  waiters: Lookup[];
  /** Takes it out, and reports its end. */
  close(end: SearchEnd | LimitEnd): void;
}

/** One admitted query, and what it is taken to ask for. */
export interface QueryContext {
  readonly query: Query;
  /** When the query came, on the monotonic clock, in milliseconds. */
  readonly receivedAt: number;
  /** As received: the owner of the first alias in the reply. */
  readonly questionName: WireName;
  /** Of that name, as `wire/plain-query` has it. */
  readonly nameHash: number;
  readonly type: number;
  readonly request: SearchRequest;
  /** The hosts file comes before the nameservers. */
  readonly usesHosts: boolean;
  /** The name was asked under the marker: the client may ask for the bare name afterwards. */
  readonly marked: boolean;
  /** The upstream's reply is passed on as it is: no lookup of a C library for addresses, and no search. */
  readonly whole: boolean;
  /** As `clientFlags` has them; of a name under the marker none goes upstream. */
  readonly flags: number;
  readonly snapshot: ConfigurationSnapshot;
  readonly configuration: SearchConfiguration;
  /** Candidates of its search that are names of our own; none in a pod. */
  readonly local?: LocalCandidates | undefined;
}

/** A question for A or AAAA that may be half of a pair. */
export function isAddressLookup({ type, whole }: Pick<QueryContext, 'type' | 'whole'>): boolean {
  return !whole && isAddressType(type);
}

/** The type that a half of its lookup is asked for. */
export function typeOfHalf(context: Pick<QueryContext, 'type' | 'whole'>, half: Half): number {
  return isAddressLookup(context) ? addressTypeOf(half) : context.type;
}

/** The half of a lookup that answers one question; kept for clients that come back over TCP. */
export interface HalfState {
  queries: readonly Query[];
  plan: ReplyPlan | undefined;
}

export interface EndedLookup {
  readonly context: QueryContext;
  /** Missing where the hosts file answered, or nothing did. */
  readonly end: SearchEnd | undefined;
  readonly basis: SearchBasis | undefined;
  readonly kind: Kind;
  /** One half had its answer before the sibling came. */
  readonly early: boolean;
  readonly halves: readonly [HalfState, HalfState];
}

/** A search that is over; where the search limit ended it, without a reply. */
export interface EndedSearch {
  readonly request: SearchRequest;
  readonly type: number;
  readonly kind: Kind;
  readonly end: SearchEnd | LimitEnd;
  /** The candidate whose data was given out before the end, which may be another one. */
  readonly given: Candidate | undefined;
  /** From the first query of the lookup that began it to the last answer. */
  readonly durationMs: number;
  /** Where the query log has chosen it. */
  readonly recorded: RecordedSearch | undefined;
}

export function newLookup(context: QueryContext, pairing: Pairing, openedAt: number): Lookup {
  return {
    context,
    openedAt,
    halves: [
      { queries: noQueries, plan: undefined },
      { queries: noQueries, plan: undefined },
    ],
    siblings: noSiblings,
    pairing,
    search: undefined,
    pinned: undefined,
    waiting: 0,
    ended: false,
    truncated: false,
    cancelTimer: nothing,
    cancelWatch: nothing,
  };
}

const noQueries: readonly Query[] = [];
const noSiblings: readonly QueryContext[] = [];
const nothing = (): void => {};
