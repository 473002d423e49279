/** The searches under way by what they ask, and the lookups that wait for each. */
import type { JoinableSearch } from '../decide/lookup/joining.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { Half, Kind } from '../decide/search/pair.ts';
import type { LimitEnd } from '../decide/search/search.ts';
import type { RunningSearch } from '../search/run-search.ts';

export interface SearchInFlight<Waiter> extends JoinableSearch {
  readonly running: RunningSearch;
  readonly key: string;
  readonly waiters: Set<Waiter>;
  /** Takes it out, and reports its end. */
  readonly close: (end: SearchEnd | LimitEnd) => void;
}

/** What is given of a search; its kind is that of the running one at each moment. */
export type NewSearch<Waiter> = Omit<SearchInFlight<Waiter>, 'kind'>;

export function searchInFlight<Waiter>(parts: NewSearch<Waiter>): SearchInFlight<Waiter> {
  return new Flight(parts);
}

/** A class, because a literal with parts of another one and a getter is kept as a dictionary, of half a kilobyte. */
class Flight<Waiter> implements SearchInFlight<Waiter> {
  readonly running: RunningSearch;
  readonly key: string;
  readonly half: Half;
  readonly startedAt: number;
  readonly waiters: Set<Waiter>;
  readonly close: (end: SearchEnd | LimitEnd) => void;

  constructor({ running, key, half, startedAt, waiters, close }: NewSearch<Waiter>) {
    this.running = running;
    this.key = key;
    this.half = half;
    this.startedAt = startedAt;
    this.waiters = waiters;
    this.close = close;
  }

  get kind(): Kind {
    return this.running.kind;
  }
}

export interface SearchesInFlight<Waiter> {
  add(search: SearchInFlight<Waiter>): void;
  remove(search: SearchInFlight<Waiter>): void;
  /** Those that ask the same, the youngest last. */
  equal(key: string): readonly SearchInFlight<Waiter>[];
  readonly size: number;
}

export function createSearchesInFlight<Waiter>(): SearchesInFlight<Waiter> {
  const byKey = new Map<string, SearchInFlight<Waiter>[]>();
  let size = 0;
  return {
    add(search) {
      size += 1;
      byKey.set(search.key, [...(byKey.get(search.key) ?? []), search]);
    },
    remove(search) {
      const searches = byKey.get(search.key);
      const left = searches?.filter((other) => other !== search);
      if (searches === undefined || left === undefined || left.length === searches.length) return;
      size -= 1;
      if (left.length === 0) byKey.delete(search.key);
      else byKey.set(search.key, left);
    },
    equal: (key) => byKey.get(key) ?? [],
    get size() {
      return size;
    },
  };
}
