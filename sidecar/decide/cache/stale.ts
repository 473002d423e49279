/**
 * When an answer whose lifetime is over is given all the same (RFC 8767): only one that had found something, only to lookups of
 * addresses, and only where the nameservers give nothing better.
 */
import type { Kind } from '../search/pair.ts';

/** A lookup without anything usable gets one after so many milliseconds (RFC 8767 §5: client response timer). */
export const staleAfterMs = 1800;

/** Further lookups then get it at once for so long, in milliseconds (RFC 8767 §5: failure recheck timer). */
export const staleForMs = 5000;

/** In seconds (RFC 8767 §4). */
export const staleTtlSeconds = 30;

/** An answer in memory. */
export interface OldAnswer {
  /** Something was found. */
  readonly isPositive: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly goodUntil: number;
}

/** A query for it. */
export interface StaleQuery {
  /** It asks for an address, and the answer has both families. */
  readonly isAddress: boolean;
  readonly marked: boolean;
  /** It has OPT, AD or CD: who sends that wants to know more than where to connect to. */
  readonly wantsMore: boolean;
  /** Its search may come to a name that is answered for here: what is remembered is of a time before. */
  readonly mayBeLocal: boolean;
}

/** `forMs`: how old it may be, beyond its lifetime; 0: none is given. */
export function mayBeStale(
  { isPositive, goodUntil }: OldAnswer,
  query: StaleQuery,
  forMs: number,
  now: number,
): boolean {
  const { isAddress, marked, wantsMore, mayBeLocal } = query;
  if (!isPositive || !isAddress || mayBeLocal || (wantsMore && !marked)) return false;
  return now >= goodUntil && now < goodUntil + forMs;
}

/** A lookup at the moment when it could be given one. */
export interface StaleLookup {
  /** Its search has failed; else it has lasted long. */
  readonly hasFailed: boolean;
  readonly kind: Kind;
  /** One half was given already: the other must fit to it. */
  readonly isGiven: boolean;
  /** The current candidate has a reply that can be used. */
  readonly isInHand: boolean;
  /** The half is the same without its sibling. */
  readonly alone: boolean;
}

export function takesStale({ hasFailed, kind, isGiven, isInHand, alone }: StaleLookup): boolean {
  if (isGiven || kind === 'open' || (kind === 'solo' && !alone)) return false;
  return hasFailed || !isInHand;
}
