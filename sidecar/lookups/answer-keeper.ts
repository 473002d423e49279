/** Puts the ends of lookups into the answer cache. */
import { answerKey } from '../cache/answer-cache.ts';
import type { AnswerCache, AnswerEntry } from '../cache/answer-cache.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { newPlainQuery, readPlainQuery } from '../wire/plain-query.ts';
import { createSharedEnds, entryOf, isAnswerTo, questionOf } from './answer-entry.ts';
import type { AnsweredBySearch } from './answer-entry.ts';
import type { EndedLookup } from './lookup.ts';
import { createNumbers } from './numbers.ts';

export interface AnswerKeeper {
  keep(ended: EndedLookup): void;
  /** In place of what is kept, however long that would live. False: it may not be kept, and nothing is left. */
  replace(ended: AnsweredBySearch): boolean;
  /** What searches find that are under way is not kept. */
  forget(): void;
  configure(snapshot: ConfigurationSnapshot): void;
}

export interface AnswerKeeperDependencies {
  readonly now: () => number;
  readonly hashSeed: number;
  readonly cache: AnswerCache;
  /** Where the addresses of a new answer begin to turn. */
  readonly randomId: () => number;
}

export function createAnswerKeeper(
  { now, hashSeed, cache, randomId }: AnswerKeeperDependencies,
  initial: ConfigurationSnapshot,
): AnswerKeeper {
  let snapshot = initial;
  let forgottenAt = -Infinity;
  const numberOf = createNumbers();
  const sharedEnd = createSharedEnds();
  const plain = newPlainQuery(hashSeed);

  /** `question`: of the query that was just read. */
  function entryFrom(ended: AnsweredBySearch, key: number, question: number): AnswerEntry | undefined {
    return entryOf(ended, { key, question, source: numberOf(ended.end) }, { now, randomId, sharedEnd });
  }

  /** While it lives: one of another letter case, and one of the same search, where many waited for it. */
  function stays(before: AnswerEntry | undefined, end: SearchEnd, question: number, bytes: Uint8Array): boolean {
    if (before === undefined || now() >= before.goodUntil) return false;
    return before.source === numberOf(end) || !isAnswerTo(before, question, plain, bytes);
  }

  return {
    keep(ended) {
      const { context, end, basis, halves } = ended;
      if (end === undefined || basis === undefined || context.snapshot !== snapshot) return;
      if (basis.startedAt <= forgottenAt) return;
      const bytes = (halves[0].queries[0] ?? halves[1].queries[0])?.view.bytes;
      if (!snapshot.settings.answerCache || bytes === undefined || !readPlainQuery(bytes, plain)) return;
      const question = questionOf(plain);
      const key = answerKey(plain.hash, question);
      if (stays(cache.peek(key), end, question, bytes)) return;
      const entry = entryFrom({ ...ended, end, basis }, key, question);
      if (entry !== undefined) cache.keep(entry, basis.replies);
    },
    replace(ended) {
      const { context, basis } = ended;
      if (context.snapshot !== snapshot || basis.startedAt <= forgottenAt) return false;
      if (!readPlainQuery(context.query.view.bytes, plain)) return false;
      const question = questionOf(plain);
      const key = answerKey(plain.hash, question);
      const entry = entryFrom(ended, key, question);
      if (entry === undefined) cache.delete(key);
      else cache.keep(entry, ended.basis.replies);
      return entry !== undefined;
    },
    forget() {
      forgottenAt = now();
    },
    configure(next) {
      snapshot = next;
    },
  };
}
