/**
 * The bare-name fallback, as a pure decision. After a search under the marker found nothing, the client itself asks for the
 * bare name. It gets what the search found out about it: glibc alone would have asked once.
 *
 * A question for the bare name may as well belong to another lookup, of another kind: then the end of the search says
 * nothing about it. An address question waits for its sibling, as every lookup does, before it is answered.
 *
 * Where search domains stand behind the marker, the client asks for the name in each of them before. The search has asked
 * for them in glibc's way: they are denied, so that its end alone counts.
 */
import { asksForDnssec } from '../query/client-flags.ts';
import type { SearchEnd } from '../search/candidates.ts';
import { isAddressType, recordTypes } from '../../wire/iana.ts';

/** What the fallback keeps of a search under the marker that found nothing. */
export interface RememberedSearch {
  readonly end: SearchEnd;
  /** A and AAAA were asked together; so are the fallback's queries that get its end. */
  readonly paired: boolean;
}

/** A query, beside what is known of it. */
export interface BareNameQuery {
  readonly type: number;
  /** The search for its name and type that ended a moment ago. */
  readonly ended: RememberedSearch | undefined;
  /** What ended for its sibling, which waits for it. */
  readonly siblingEnded: RememberedSearch | undefined;
  /** Whether one has ended for its name without a domain that stands behind the marker. */
  readonly wasSearched: () => boolean;
}

export type BareNameDecision =
  /** It is no fallback query. */
  | 'pass'
  /** It goes on in the list behind the marker, where the search has been. */
  | 'deny'
  | 'answer'
  /** For its sibling, for as long as a lookup does. */
  | 'wait'
  | 'answer-both'
  /** It and its sibling are a lookup of another kind. */
  | 'search-both';

/**
 * Whether it may be a fallback query, whatever is remembered; `flags` is the sum of its `clientFlag`s. The fallback's
 * reply has no proof: to a client that checks signatures it would be forged.
 */
export function mayBeBareName({ marked, flags }: { readonly marked: boolean; readonly flags: number }): boolean {
  return !marked && !asksForDnssec(flags);
}

/** Of a query that may be one. */
export function decideBareName(query: BareNameQuery): BareNameDecision {
  const { type, ended, siblingEnded } = query;
  if (siblingEnded !== undefined) {
    return ended?.paired === true && ended.end === siblingEnded.end ? 'answer-both' : 'search-both';
  }
  if (ended === undefined) return query.wasSearched() ? 'deny' : 'pass';
  return isAddressType(type) ? 'wait' : 'answer';
}

/** No sibling came. A question on its own after a search for a pair is of another lookup. */
export function decideWithoutSibling({ paired }: RememberedSearch): 'search' | 'answer' {
  return paired ? 'search' : 'answer';
}

/**
 * Whether the query may be of getaddrinfo for AF_INET without AI_CANONNAME, which goes by `errno` (`planBareName`). glibc
 * sends no OPT: `edns0` is not in the file that it reads.
 */
export function readsErrno(type: number, hasOpt: boolean, { paired }: RememberedSearch): boolean {
  return type === recordTypes.A && !paired && !hasOpt;
}
