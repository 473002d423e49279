/**
 * Walks under way, shared by the sessions that ask the same at about the same time: equal name to the letter, equal kind,
 * equal configuration.
 */
import type { Slot } from './decide/upstream-plan.ts';
import type { WalkRun } from './walk-run.ts';

/** A walk and those who wait for it. */
export interface SharedRun<Waiter> {
  readonly run: WalkRun;
  readonly key: string;
  /** The slot of the first question; a pair has both. */
  readonly slot: Slot;
  readonly startedAt: number;
  readonly waiters: Set<Waiter>;
}

export interface EqualRun {
  readonly key: string;
  readonly kind: 'pair' | 'solo';
  readonly slot: Slot;
}

export interface SharedRuns<Waiter> {
  add(shared: SharedRun<Waiter>): void;
  remove(shared: SharedRun<Waiter>): void;
  /** A walk, begun at `since` or later, that answers `slot` once its kind is known. */
  findAny(key: string, slot: Slot, since: number): SharedRun<Waiter> | undefined;
  /** A walk, begun at `since` or later, of exactly this kind. */
  findEqual(wanted: EqualRun, since: number, but?: SharedRun<Waiter>): SharedRun<Waiter> | undefined;
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
        ?.find(({ run, slot: first, startedAt }) => startedAt >= since && (run.kind === 'pair' || first === slot));
    },
    findEqual({ key, kind, slot }, since, but) {
      const isEqual = ({ run, slot: first }: SharedRun<Waiter>) =>
        run.kind === kind && (kind === 'pair' || first === slot);
      return byKey.get(key)?.find((shared) => shared !== but && shared.startedAt >= since && isEqual(shared));
    },
    get size() {
      return size;
    },
  };
}
