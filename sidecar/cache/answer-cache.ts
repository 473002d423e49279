/** The answer cache: whole replies of searches that have ended, by question. It holds bytes and times, and no rule of DNS. */
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { Budget } from './budget.ts';
import type { KeptReply } from './kept-reply.ts';

export interface AnswerEntry {
  /** Number of the search that it is of. */
  readonly source: number;
  /** The question's name in the letter case in which it is answered, one character a byte; empty where it is in lower case. */
  readonly name: string;
  readonly marked: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly goodUntil: number;
  readonly whileSilent: boolean;
  /** Something was found. */
  readonly isPositive: boolean;
  readonly keptAt: number;
  /** Lookups that it was given to. */
  served: number;
  /** It was asked for anew. */
  isRefreshed: boolean;
  /** Of the A half, or the only one; and of the AAAA half. */
  readonly first: AnswerHalf;
  readonly second: AnswerHalf | undefined;
  readonly denial: Denial | undefined;
}

/** Of a name under the marker that was not found: what is kept for the client's own query for the bare name. */
export interface Denial {
  /** `nameKey` of the name without the marker. */
  readonly name: string;
  /** Once both halves were given; and where one was, by half. */
  readonly both: SearchEnd;
  readonly alone: readonly [SearchEnd | undefined, SearchEnd | undefined];
}

export interface AnswerHalf extends KeptReply {
  /** When its TTLs are true, in milliseconds. */
  readonly since: number;
  readonly rcode: number;
  /** It is the same whether the sibling question comes or not. */
  readonly alone: boolean;
}

export interface AnswerCache {
  get(key: string): AnswerEntry | undefined;
  peek(key: string): AnswerEntry | undefined;
  keep(key: string, entry: AnswerEntry): void;
  delete(key: string): void;
  /** What rests on the silence of a server is gone. */
  endSilence(): void;
  clear(): void;
  /** By their keys; none of them counts as used. */
  entries(): Iterable<readonly [key: string, entry: AnswerEntry]>;
  readonly size: number;
}

/** Of an entry, of each of its replies, and of what a denial keeps, beside bytes and key, in bytes as measured. */
const entryBytes = 322;
const replyBytes = 180;
const denialBytes = 150;

export function createAnswerCache(budget: Budget): AnswerCache {
  const entries = budget.createStore<AnswerEntry>();
  return {
    get: entries.get,
    peek: entries.peek,
    keep(key, entry) {
      const { name, first, second, denial } = entry;
      const replies = replySize(first) + (second === undefined ? 0 : replySize(second));
      const own = entryBytes + key.length + name.length + (denial === undefined ? 0 : denialBytes + denial.name.length);
      entries.set(key, entry, own + replies);
    },
    delete: entries.delete,
    endSilence: () => entries.deleteWhere(({ whileSilent }) => whileSilent),
    clear: entries.clear,
    entries: entries.entries,
    get size() {
      return entries.size;
    },
  };
}

function replySize({ bytes, ttls }: AnswerHalf): number {
  return replyBytes + bytes.length + 2 * ttls.length;
}

/**
 * Answers are known by the name in lower case, by what is asked (both families of addresses are one), and by what else in a query
 * changes the answer.
 */
export function answerKey(folded: Uint8Array, length: number, asked: number, flags: number): string {
  const text = Buffer.from(folded.buffer, folded.byteOffset, length).toString('latin1');
  return `${text}${String.fromCharCode(asked, flags)}`;
}
