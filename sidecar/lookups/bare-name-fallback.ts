/**
 * Keeps searches under the marker that found nothing, and the queries for their bare names that wait for a sibling:
 * performs what `decide/lookup/bare-name` decides.
 */
import { clientFlags } from '../decide/query/client-flags.ts';
import { searchedBefore } from '../decide/configuration/kept-searches.ts';
import { decideBareName, decideWithoutSibling, mayBeBareName } from '../decide/lookup/bare-name.ts';
import type { RememberedSearch } from '../decide/lookup/bare-name.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import { siblingType } from '../decide/search/pair.ts';
import { nameKey } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';
import type { QueryContext } from './lookup.ts';
import type { Query } from './reply-writer.ts';
import { createShortCache } from './short-cache.ts';

/** How long a search is kept, in milliseconds. */
const lifetimeMs = 1000;

/** One that was noted so long ago at most is written over, and its time goes on: what is asked for all the time would be noted all the time. */
const renewedAfterMs = 100;

export interface BareNameDependencies {
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  readonly answer: (context: QueryContext, ended: RememberedSearch) => void;
  /** It is of a search that is over: there is nothing more to find. */
  readonly deny: (context: QueryContext) => void;
  /** It is of a lookup of its own. */
  readonly search: (context: QueryContext) => void;
}

export interface BareNameFallback {
  /** `name` is a `nameKey`; `flags` are those of the client's query. */
  note(
    from: { readonly address: string; readonly flags: number },
    name: string,
    type: number,
    ended: RememberedSearch,
  ): void;
  /** Nothing is kept: no query is a fallback's. */
  readonly isIdle: boolean;
  /** Whether the query is a fallback's, and has its answer now or gets it later. */
  take(context: QueryContext): boolean;
}

interface NotedSearch {
  readonly at: number;
  end: SearchEnd;
  paired: boolean;
}

interface Waiting {
  readonly context: QueryContext;
  readonly ended: RememberedSearch;
  /** No sibling came. */
  readonly settle: () => void;
  readonly cancelTimer: () => void;
}

export function createBareNameFallback(deps: BareNameDependencies, capacity: number): BareNameFallback {
  const searches = createShortCache<NotedSearch>(lifetimeMs, capacity);
  const waiting = new Map<string, Waiting>();

  function wait(key: string, context: QueryContext, ended: RememberedSearch): void {
    waiting.get(key)?.settle();
    const settle = (): void => {
      cancelTimer();
      waiting.delete(key);
      if (decideWithoutSibling(ended) === 'search') deps.search(context);
      else deps.answer(context, ended);
    };
    const cancelTimer = deps.setTimer(context.snapshot.settings.pairWindowMs, settle);
    waiting.set(key, { context, ended, settle, cancelTimer });
  }

  function takeSibling(key: string): QueryContext | undefined {
    const sibling = waiting.get(key);
    sibling?.cancelTimer();
    waiting.delete(key);
    return sibling?.context;
  }

  function wasSearched({ query, questionName, type, snapshot }: QueryContext): boolean {
    for (const name of searchedBefore(questionName, snapshot.domainsBehindMarker))
      if (searches.get(keyOf(query, name, type), deps.now()) !== undefined) return true;
    return false;
  }

  return {
    note({ address, flags }, name, type, { end, paired }) {
      const key = `${address} ${type} ${flags} ${name}`;
      const now = deps.now();
      const known = searches.get(key, now);
      if (known === undefined || now - known.at >= renewedAfterMs)
        return searches.set(key, { end, paired, at: now }, now);
      known.end = end;
      known.paired = paired;
    },
    get isIdle() {
      return searches.isEmpty(deps.now()) && waiting.size === 0;
    },
    take(context) {
      const isNothingKept = searches.isEmpty(deps.now()) && waiting.size === 0;
      if (isNothingKept || !mayBeBareName(context)) return false;
      const { query, questionName, type } = context;
      const key = keyOf(query, questionName, type);
      const ended = endOf(searches.get(key, deps.now()));
      const otherType = siblingType(type);
      const siblingKey = otherType === undefined ? '' : keyOf(query, questionName, otherType);
      const siblingEnded = waiting.get(siblingKey)?.ended;
      const decision = decideBareName({
        type,
        ended,
        siblingEnded,
        wasSearched: () => wasSearched(context),
      });
      if (decision === 'pass') return false;
      if (decision === 'deny') deps.deny(context);
      else if (decision === 'search-both') each(takeSibling(siblingKey), context, deps.search);
      else if (ended !== undefined) {
        if (decision === 'wait') wait(key, context, ended);
        else if (decision === 'answer') deps.answer(context, ended);
        else each(takeSibling(siblingKey), context, (one) => deps.answer(one, ended));
      }
      return true;
    },
  };
}

/** As it is at this moment. */
function endOf(noted: NotedSearch | undefined): RememberedSearch | undefined {
  return noted && { end: noted.end, paired: noted.paired };
}

function each(sibling: QueryContext | undefined, own: QueryContext, run: (context: QueryContext) => void): void {
  if (sibling !== undefined) run(sibling);
  run(own);
}

/** Flags included: the same library asks both times. */
function keyOf({ client, view }: Query, name: WireName, type: number): string {
  return `${client.address} ${type} ${clientFlags(view)} ${nameKey(name)}`;
}
