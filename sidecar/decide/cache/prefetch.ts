/**
 * When an answer that is used is asked for anew before its lifetime is over, and what becomes of it then. The hit that finds it due
 * begins it: there is no timer, and what nobody uses is not asked for.
 */
import type { SearchEnd } from '../search/candidates.ts';
import { isRepeatable } from '../search/consumed.ts';
import type { LimitEnd } from '../search/search.ts';

/** An answer in memory. */
export interface ServedAnswer {
  /** Something was found. */
  readonly isPositive: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly keptAt: number;
  readonly goodUntil: number;
  /** Lookups that it was given to, this one included. */
  readonly served: number;
  /** It was asked for anew before. */
  readonly isRefreshed: boolean;
}

/** So many lookups show that it is used. */
const leastServed = 2;

/** It is asked for in this last part of its lifetime. */
const lastPart = 1 / 5;

export function isDue({ isPositive, keptAt, goodUntil, served, isRefreshed }: ServedAnswer, now: number): boolean {
  if (!isPositive || isRefreshed || served < leastServed) return false;
  return now < goodUntil && now >= goodUntil - (goodUntil - keptAt) * lastPart;
}

/**
 * Whether the end of the new search counts. One that failed leaves what there is to its own end, and so does one in which a family
 * that was asked for was not answered: what is in memory says more.
 * @param asksBoth for the addresses of both families
 */
export function replacesAnswer(end: SearchEnd | LimitEnd, asksBoth: boolean): end is SearchEnd {
  if (end.code === 'NODATA' || end.code === 'NONAME') return true;
  if (end.code !== 'POS') return false;
  return !asksBoth || end.outcome.halves.every((half) => half !== undefined && isRepeatable(half.class));
}
