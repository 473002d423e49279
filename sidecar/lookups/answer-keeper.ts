/** Puts the ends of lookups into the answer cache. */
import type { AnswerCache } from '../cache/answer-cache.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { newPlainQuery, readPlainQuery } from '../wire/plain-query.ts';
import { createSharedEnds, entryOf, keyOfQuestion, mayReplace } from './answer-entry.ts';
import type { AnsweredBySearch } from './answer-entry.ts';
import type { EndedLookup } from './lookup.ts';
import { createNumbers } from './numbers.ts';

export interface AnswerKeeper {
  keep(ended: EndedLookup): void;
  /** In place of what is kept, however long that would live. False: it may not be kept, and nothing is left. */
  replace(ended: AnsweredBySearch): boolean;
  configure(snapshot: ConfigurationSnapshot): void;
}

export interface AnswerKeeperDependencies {
  readonly now: () => number;
  readonly cache: AnswerCache;
  /** Where the addresses of a new answer begin to turn. */
  readonly randomId: () => number;
}

export function createAnswerKeeper(
  { now, cache, randomId }: AnswerKeeperDependencies,
  initial: ConfigurationSnapshot,
): AnswerKeeper {
  let snapshot = initial;
  const numberOf = createNumbers();
  const sharedEnd = createSharedEnds();
  const plain = newPlainQuery();

  const entryFrom = (ended: AnsweredBySearch) => entryOf(ended, numberOf(ended.end), { now, randomId, sharedEnd });

  return {
    keep(ended) {
      const { context, end, basis, halves } = ended;
      if (end === undefined || basis === undefined || context.snapshot !== snapshot) return;
      const [query] = halves[0].queries.length > 0 ? halves[0].queries : halves[1].queries;
      if (!snapshot.settings.answerCache || query === undefined || !readPlainQuery(query.view.bytes, plain)) return;
      const key = keyOfQuestion(plain);
      const source = numberOf(end);
      const before = cache.peek(key);
      if (before !== undefined && now() < before.goodUntil && !mayReplace(before, source, plain, query.view.bytes))
        return;
      const entry = entryFrom({ ...ended, end, basis });
      if (entry !== undefined) cache.keep(key, entry);
    },
    replace(ended) {
      const { context } = ended;
      if (context.snapshot !== snapshot || !readPlainQuery(context.query.view.bytes, plain)) return false;
      const key = keyOfQuestion(plain);
      const entry = entryFrom(ended);
      if (entry === undefined) cache.delete(key);
      else cache.keep(key, entry);
      return entry !== undefined;
    },
    configure(next) {
      snapshot = next;
    },
  };
}
