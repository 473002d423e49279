/** The answer cache: whole replies of searches that have ended, by question. It holds bytes and times, and no rule of DNS. */
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { Halves } from '../decide/search/pair.ts';
import type { Budget } from './budget.ts';
import type { KeptReply } from './kept-reply.ts';

export interface AnswerEntry {
  /** The end of the search that it is of. */
  readonly source: SearchEnd;
  /** The question's name, in the letter case in which it is answered. */
  readonly name: Uint8Array;
  readonly marked: boolean;
  /** Key of the name without the marker. */
  readonly searchedName: string;
  /** On the monotonic clock, in milliseconds. */
  readonly goodUntil: number;
  readonly whileSilent: boolean;
  readonly halves: Halves<AnswerHalf>;
  /** Kept for the client's own query for the bare name, once both halves were given. */
  readonly bareName: SearchEnd | undefined;
}

export interface AnswerHalf {
  readonly reply: KeptReply;
  /** When its TTLs are true, in milliseconds. */
  readonly since: number;
  readonly rcode: number;
  /** It is the same whether the sibling question comes or not. */
  readonly alone: boolean;
  readonly bareNameAlone: SearchEnd | undefined;
}

export interface AnswerCache {
  get(key: string): AnswerEntry | undefined;
  peek(key: string): AnswerEntry | undefined;
  keep(key: string, entry: AnswerEntry): void;
  /** What rests on the silence of a server is gone. */
  endSilence(): void;
  clear(): void;
  readonly size: number;
}

/** Of an entry and of each of its replies, beside bytes and key, in bytes as measured. */
const entryBytes = 500;
const replyBytes = 450;

export function createAnswerCache(budget: Budget): AnswerCache {
  const entries = budget.createStore<AnswerEntry>();
  return {
    get: entries.get,
    peek: entries.peek,
    keep(key, entry) {
      let bytes = entryBytes + key.length + entry.name.length;
      for (const half of entry.halves) if (half !== undefined) bytes += replyBytes + half.reply.bytes.length;
      entries.set(key, entry, bytes);
    },
    endSilence: () => entries.deleteWhere(({ whileSilent }) => whileSilent),
    clear: entries.clear,
    get size() {
      return entries.size;
    },
  };
}

/**
 * Answers are known by the name in lower case, by what is asked (both families of addresses are one), and by what else in a query
 * changes the answer.
 */
export function answerKey(folded: Uint8Array, length: number, asked: number, flags: number): string {
  const text = Buffer.from(folded.buffer, folded.byteOffset, length).toString('latin1');
  return `${text}${String.fromCharCode(asked, flags)}`;
}
