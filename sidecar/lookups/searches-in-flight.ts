/** The searches under way by what they ask. */
import { hashOfName } from '../wire/plain-query.ts';
import { HashMap } from './hash-map.ts';
import { isEqualSearch } from './equal-searches.ts';
import type { QueryContext, SearchInFlight } from './lookup.ts';

export interface SearchesInFlight {
  add(search: SearchInFlight): void;
  remove(search: SearchInFlight): void;
  /** Those that ask the same, the youngest last. */
  equal(context: QueryContext): readonly SearchInFlight[];
  /** One that nobody joins; returns what takes it out. */
  addAside(): () => void;
  readonly size: number;
}

/** They are found by the hash of the name, and compared. `hashSeed`: see `ports/pipeline-dependencies`. */
export function createSearchesInFlight(hashSeed: number): SearchesInFlight {
  const byHash = new HashMap<SearchInFlight[]>();
  let size = 0;
  const hashOf = ({ request }: QueryContext): number => hashOfName(request.name, hashSeed);
  return {
    add(search) {
      size += 1;
      const hash = hashOf(search.context);
      const near = byHash.get(hash);
      if (near === undefined) byHash.set(hash, [search]);
      else near.push(search);
    },
    remove(search) {
      const hash = hashOf(search.context);
      const near = byHash.get(hash);
      const index = near?.indexOf(search) ?? -1;
      if (near === undefined || index < 0) return;
      size -= 1;
      if (near.length === 1) byHash.delete(hash);
      else near.splice(index, 1);
    },
    equal(context) {
      const near = byHash.get(hashOf(context));
      if (near === undefined) return none;
      const [first] = near;
      if (near.length === 1 && first !== undefined) return isEqualSearch(first.context, context) ? near : none;
      const equal = near.filter((search) => isEqualSearch(search.context, context));
      return equal.length === 0 ? none : equal;
    },
    addAside() {
      size += 1;
      return () => {
        size -= 1;
      };
    },
    get size() {
      return size;
    },
  };
}

const none: readonly SearchInFlight[] = [];
