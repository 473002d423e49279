/**
 * Walks under way, shared by all sessions that ask the same: equal name to the letter, equal kind, equal configuration.
 */
import type { Slot } from './decide/upstream-plan.ts';
import type { WalkRun } from './walk-run.ts';

/** A walk and those who wait for it. */
export interface SharedRun<Waiter> {
  readonly run: WalkRun;
  readonly key: string;
  /** The slot of the first question; a pair has both. */
  readonly slot: Slot;
  readonly waiters: Set<Waiter>;
}

export interface SharedRuns<Waiter> {
  add(shared: SharedRun<Waiter>): void;
  remove(shared: SharedRun<Waiter>): void;
  /** A walk under way that answers `slot` once its kind is known. */
  findAny(key: string, slot: Slot): SharedRun<Waiter> | undefined;
  /** A walk under way of exactly this kind. */
  findEqual(key: string, kind: 'pair' | 'solo', slot: Slot, but?: SharedRun<Waiter>): SharedRun<Waiter> | undefined;
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
    findAny(key, slot) {
      return byKey.get(key)?.find(({ run, slot: first }) => run.kind === 'pair' || first === slot);
    },
    findEqual(key, kind, slot, but) {
      return byKey
        .get(key)
        ?.find((shared) => shared !== but && shared.run.kind === kind && (kind === 'pair' || shared.slot === slot));
    },
    get size() {
      return size;
    },
  };
}
