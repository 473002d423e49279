/**
 * Which lookups have one search, as a pure decision: those that ask the same at about the same time. A search is equal when
 * it is for the same name to the letter, of the same type, with the same flags and the same configuration.
 */
import type { ReplyClass } from '../search/candidate-outcome.ts';
import type { SearchEnd } from '../search/candidates.ts';
import type { Half, Kind } from '../search/pair.ts';
import { clientDeadlineMs } from '../search/timeouts.ts';

/**
 * How old a search may be that a lookup joins, in milliseconds. The replies that an older one got, or lost, are of a time when the
 * new client had not asked yet: alone it would be answered at once where the older one waits for its next attempt.
 */
export const joinableMs = 100;

/** With this share of the allowed searches under way, any equal one is joined: sooner that than to take no more. */
const crowdedShare = 0.25;

/** A lookup that needs a search, or whose kind has become known. */
export interface Joiner<Search> {
  readonly kind: Kind;
  /** Of its first question. */
  readonly half: Half;
  /** The search that it waits for already. */
  readonly own: Search | undefined;
  /** The client has data of its own search already: that search has to complete it. */
  readonly given: boolean;
}

/** A search under way. */
export interface JoinableSearch {
  readonly kind: Kind;
  /** Of the question that began it; a pair answers both. */
  readonly half: Half;
  /** On the monotonic clock, in milliseconds. */
  readonly startedAt: number;
}

export type Joining<Search> =
  | { readonly do: 'begin' }
  | { readonly do: 'join'; readonly search: Search }
  /** A search under way may serve this lookup too: that is known when its kind is. */
  | { readonly do: 'wait' }
  /** Give up the search of its own for an equal one. */
  | { readonly do: 'move'; readonly search: Search }
  /** Its own search goes on, and learns the kind. */
  | { readonly do: 'go-on'; readonly search: Search };

/** `equal`: the equal searches under way, the youngest last. `crowded`: see `isCrowded`. */
export function joinSearch<Search extends JoinableSearch>(
  joiner: Joiner<Search>,
  equal: readonly Search[],
  { now, crowded }: { readonly now: number; readonly crowded: boolean },
): Joining<Search> {
  const { own, given } = joiner;
  const since = crowded && own === undefined ? -Infinity : now - joinableMs;
  const alike = youngestAlike(joiner, equal, since);
  if (own !== undefined) {
    return alike === undefined || given ? { do: 'go-on', search: own } : { do: 'move', search: alike };
  }
  if (alike !== undefined) return { do: 'join', search: alike };
  return mayBeServed(joiner, equal, since) ? waiting : begin;
}

function youngestAlike<Search extends JoinableSearch>(
  { kind, half, own }: Joiner<Search>,
  equal: readonly Search[],
  since: number,
): Search | undefined {
  if (kind === 'open') return undefined;
  for (let index = equal.length - 1; index >= 0; index--) {
    const search = equal[index];
    if (search !== undefined && search !== own && search.startedAt >= since && isAlike(search, kind, half))
      return search;
  }
  return undefined;
}

/** By a search for both, or for its question alone, once it is known whether its sibling comes. */
function mayBeServed({ kind, half }: Joiner<JoinableSearch>, equal: readonly JoinableSearch[], since: number): boolean {
  if (kind !== 'open') return false;
  for (const search of equal) {
    if (search.startedAt >= since && (search.kind === 'pair' || search.half === half)) return true;
  }
  return false;
}

const begin = { do: 'begin' } as const;
const waiting = { do: 'wait' } as const;

/** Then any equal search is joined, and further ones remember nothing: the heap is for what they wait for. */
export function isCrowded(searches: number, maxSearches: number): boolean {
  return searches >= maxSearches * crowdedShare;
}

/** Whether the search answers what a lookup of this kind asks, neither less nor more. */
export function isAlike(search: Pick<JoinableSearch, 'kind' | 'half'>, kind: Kind, half: Half): boolean {
  return search.kind === kind && (kind === 'pair' || search.half === half);
}

/**
 * Whether equal searches end with the answer of this one: it took longer than clients wait, so that those who wait for the
 * others have most likely asked again, and would never be answered. A half that failed may succeed for the others.
 */
export function endsEqual({ code, outcome }: SearchEnd, kind: Kind, durationMs: number): boolean {
  if (code !== 'POS' || durationMs < clientDeadlineMs) return false;
  const [first, second] = outcome.halves;
  const halves = kind === 'pair' ? outcome.halves : [first ?? second];
  const classes = halves.map((half) => half?.class);
  return classes.every((one) => wholeClasses.has(one)) && classes.includes('DATA');
}

const wholeClasses: ReadonlySet<ReplyClass | undefined> = new Set(['DATA', 'EMPTY', 'NX']);
