/**
 * After a search under the marker found nothing, the client asks the bare name itself. It is told what the search came to:
 * glibc alone would have asked once.
 *
 * A question for the bare name may as well belong to another look-up, of another kind: then the end of the search says
 * nothing about it. An address question waits for its sibling, as every look-up does, before it is told anything.
 *
 * Where search domains stand behind the marker, the client asks for the name in each of them before. The search saw to
 * them, in glibc's way: they are denied, so that its end alone counts.
 */
import { asksForDnssec, clientFlags } from '../decide/query/client-flags.ts';
import { searchedBefore } from '../decide/configuration/kept-searches.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import { createMemory } from './memory.ts';
import type { Asker } from './reply-writer.ts';
import type { Lookup } from './session.ts';
import { siblingTypes } from './session-table.ts';
import { isAddressType } from '../wire/iana.ts';
import { nameKey } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';

/** How long a search is remembered, in milliseconds. */
const lifetimeMs = 1000;

/** What is remembered of a search. */
export interface Search {
  readonly end: SearchEnd;
  /** A and AAAA were asked together; so are the follow-ups that are told its end. */
  readonly paired: boolean;
}

export interface FollowUpDependencies {
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  readonly answer: (lookup: Lookup, search: Search) => void;
  /** It is of a search that is over: there is nothing more to find. */
  readonly deny: (lookup: Lookup) => void;
  /** It is no follow-up. */
  readonly walk: (lookup: Lookup) => void;
}

export interface FollowUps {
  note(asker: Asker, name: WireName, type: number, search: Search): void;
  /** Whether the question is seen to. */
  take(lookup: Lookup): boolean;
}

interface Waiting {
  readonly lookup: Lookup;
  readonly search: Search;
  /** No sibling came. */
  readonly settle: () => void;
  readonly cancelTimer: () => void;
}

export function createFollowUps(deps: FollowUpDependencies, capacity: number): FollowUps {
  const searches = createMemory<Search>(lifetimeMs, capacity);
  const waiting = new Map<string, Waiting>();

  function wait(key: string, lookup: Lookup, search: Search): void {
    waiting.get(key)?.settle();
    const settle = (): void => {
      cancelTimer();
      waiting.delete(key);
      if (search.paired) deps.walk(lookup);
      else deps.answer(lookup, search);
    };
    const cancelTimer = deps.setTimer(lookup.snapshot.settings.pairWindowMs, settle);
    waiting.set(key, { lookup, search, settle, cancelTimer });
  }

  function joinSibling(key: string, sibling: Waiting, lookup: Lookup, search: Search | undefined): void {
    sibling.cancelTimer();
    waiting.delete(key);
    const isFollowUp = search?.paired === true && search.end === sibling.search.end;
    for (const one of [sibling.lookup, lookup]) {
      if (isFollowUp) deps.answer(one, search);
      else deps.walk(one);
    }
  }

  /** After the marker, to the next domain of the same list. */
  function goesOn({ asker, questionName, type, snapshot }: Lookup): boolean {
    for (const name of searchedBefore(questionName, snapshot.domainsBehindMarker))
      if (searches.get(keyOf(asker, name, type), deps.now()) !== undefined) return true;
    return false;
  }

  return {
    note(asker, name, type, search) {
      searches.set(keyOf(asker, name, type), search, deps.now());
    },
    take(lookup) {
      const { asker, questionName, type, marked, flags } = lookup;
      // What is told here has no proof: to a client that checks signatures it would be forged.
      if (marked || asksForDnssec(flags)) return false;
      const key = keyOf(asker, questionName, type);
      const search = searches.get(key, deps.now());
      const siblingKey = keyOf(asker, questionName, siblingTypes[type] ?? type);
      const sibling = isAddressType(type) ? waiting.get(siblingKey) : undefined;
      if (sibling !== undefined) joinSibling(siblingKey, sibling, lookup, search);
      else if (search === undefined && goesOn(lookup)) deps.deny(lookup);
      else if (search === undefined) return false;
      else if (isAddressType(type)) wait(key, lookup, search);
      else deps.answer(lookup, search);
      return true;
    },
  };
}

/** Flags included: the same library asks both times. */
function keyOf({ client, view }: Asker, name: WireName, type: number): string {
  return `${client.address} ${type} ${clientFlags(view)} ${nameKey(name)}`;
}
