/** Of the services that a name stands for, those that a client gets, in the order of their start; kept while nothing changes. */
import type { LocalReply } from '../../decide/reply/reply-plan.ts';
import type { Service } from '../services/service.ts';
import { byStart } from '../services/services.ts';
import { isReached } from './addresses.ts';
import { createBoundedMemo } from './bounded-memo.ts';
import { worthKeeping, type NameMatch } from './name-index.ts';
import type { ServiceName } from './service-names.ts';
import type { View } from './views.ts';

/** A service that is answered for, with its names. */
export interface DirectoryEntry {
  readonly service: Service;
  readonly names: readonly ServiceName[];
}

export function byStartOfService(left: DirectoryEntry, right: DirectoryEntry): number {
  return byStart(left.service, right.service);
}

export interface Reached {
  readonly entries: readonly DirectoryEntry[];
  readonly view: View;
  /** The records of this kind, made once. */
  records(kind: string, make: () => Records): Records;
}

type Records = LocalReply['records'];

export interface ReachedServices {
  of(match: NameMatch, view: View): Reached;
  forget(): void;
}

/** Services and records that are kept, some hundred bytes each; beyond them all are found anew. */
export const maxKeptRecords = 32_768;

/** Of one name and view: SRV questions are made at will. */
const maxKinds = 16;

export function createReachedServices(get: (id: string) => DirectoryEntry | undefined): ReachedServices {
  let byMatch = new WeakMap<NameMatch, Map<View, Reached>>();
  let kept = 0;

  function forget(): void {
    byMatch = new WeakMap();
    kept = 0;
  }

  function count(size: number): void {
    kept += size;
    if (kept > maxKeptRecords) forget();
  }

  function make(match: NameMatch, view: View): Reached {
    const all = [...match.found.keys()].flatMap((id) => get(id) ?? []);
    const kinds = createBoundedMemo<string, Records>(maxKinds);
    return {
      entries: reachedOf(all, view).toSorted(byStartOfService),
      view,
      records: (kind, makeRecords) =>
        kinds.get(kind, () => {
          const made = makeRecords();
          if (match.found.size >= worthKeeping) count(made.length);
          return made;
        }),
    };
  }

  return {
    of(match, view) {
      if (match.found.size < worthKeeping) return make(match, view);
      const before = byMatch.get(match)?.get(view);
      if (before !== undefined) return before;
      const made = make(match, view);
      count(made.entries.length);
      const views = byMatch.get(match) ?? new Map<View, Reached>();
      byMatch.set(match, views.set(view, made));
      return made;
    },
    forget,
  };
}

/** A client in a network of some of them reaches no others: two projects may each have their `db`. */
function reachedOf(all: readonly DirectoryEntry[], view: View): readonly DirectoryEntry[] {
  const near = all.filter(({ service }) => isReached(service, view));
  return near.some(({ service }) => service.addresses === undefined) ? near : all;
}
