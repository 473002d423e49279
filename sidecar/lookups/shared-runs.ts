/**
 * Walks under way, shared by the sessions that ask the same at about the same time: equal name to the letter, equal kind,
 * equal configuration.
 */
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { Half as Slot, Kind } from '../decide/search/pair.ts';
import type { LimitEnd } from '../decide/search/search.ts';
import type { RunningSearch } from '../search/run-search.ts';

/** A walk and those who wait for it. */
export interface SharedRun<Waiter> {
  readonly run: RunningSearch;
  readonly key: string;
  /** The slot of the first question; a pair has both. */
  readonly slot: Slot;
  readonly startedAt: number;
  readonly waiters: Set<Waiter>;
  /** Takes it out, and tells of its end. */
  readonly close: (end: SearchEnd | LimitEnd) => void;
}

export interface EqualRun {
  readonly key: string;
  readonly kind: 'pair' | 'solo';
  readonly slot: Slot;
}

export interface SharedRuns<Waiter> {
  add(shared: SharedRun<Waiter>): void;
  remove(shared: SharedRun<Waiter>): void;
  /** The youngest walk, begun at `since` or later, that answers `slot` once its kind is known. */
  findAny(key: string, slot: Slot, since: number): SharedRun<Waiter> | undefined;
  /** The youngest walk, begun at `since` or later, of exactly this kind. */
  findEqual(wanted: EqualRun, since: number, but?: SharedRun<Waiter>): SharedRun<Waiter> | undefined;
  /** All walks of the kind that `shared` has come to be, without it. */
  others(shared: SharedRun<Waiter>): readonly SharedRun<Waiter>[];
  readonly size: number;
}

export function createSharedRuns<Waiter>(): SharedRuns<Waiter> {
  const byKey = new Map<string, SharedRun<Waiter>[]>();
  let size = 0;
  return {
    add(shared) {
      size += 1;
      byKey.set(shared.key, [...(byKey.get(shared.key) ?? []), shared]);
    },
    remove(shared) {
      const runs = byKey.get(shared.key);
      const left = runs?.filter((other) => other !== shared);
      if (runs === undefined || left === undefined || left.length === runs.length) return;
      size -= 1;
      if (left.length === 0) byKey.delete(shared.key);
      else byKey.set(shared.key, left);
    },
    findAny(key, slot, since) {
      return byKey
        .get(key)
        ?.findLast(({ run, slot: first, startedAt }) => startedAt >= since && (run.kind === 'pair' || first === slot));
    },
    findEqual({ key, kind, slot }, since, but) {
      return byKey
        .get(key)
        ?.findLast((shared) => shared !== but && shared.startedAt >= since && isOfKind(shared, kind, slot));
    },
    others(shared) {
      const { key, run, slot } = shared;
      return (byKey.get(key) ?? []).filter((other) => other !== shared && isOfKind(other, run.kind, slot));
    },
    get size() {
      return size;
    },
  };
}

function isOfKind({ run, slot }: SharedRun<unknown>, kind: Kind, wanted: Slot): boolean {
  return run.kind === kind && (kind === 'pair' || slot === wanted);
}
