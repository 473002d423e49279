/** The answer cache: whole replies of searches that have ended, by question. It holds bytes and times, and no rule of DNS. */
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { Half } from '../decide/search/pair.ts';
import { Entry } from './budget.ts';
import type { Budget } from './budget.ts';
import { recordTypes } from '../wire/iana.ts';
import { messageOf } from './kept-reply.ts';
import type { KeptReply } from './kept-reply.ts';

/** What is known of an answer beside its replies. */
export interface AnswerFacts {
  /** What was asked beside the name, as a number: see `questionNumber`. */
  readonly question: number;
  /** Number of the search that it is of. */
  readonly source: number;
  /** The question's name in the letter case in which it is answered, one character a byte. */
  readonly name: string;
  readonly marked: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly goodUntil: number;
  readonly whileSilent: boolean;
  /** Something was found. */
  readonly isPositive: boolean;
  readonly keptAt: number;
  readonly denial: Denial | undefined;
}

/** Of a name under the marker that was not found: what is kept for the client's own query for the bare name. */
export interface Denial {
  /** Once both halves were given; and where one was. */
  readonly both: SearchEnd;
  readonly firstAlone: SearchEnd | undefined;
  readonly secondAlone: SearchEnd | undefined;
}

export interface AnswerHalf {
  readonly reply: KeptReply;
  /** When its TTLs are true, in milliseconds. */
  readonly since: number;
  /** It is the same whether the sibling question comes or not. */
  readonly alone: boolean;
}

/** One object for all of it: every further one would take a tenth more of the budget. */
export class AnswerEntry extends Entry<number> {
  readonly question: number;
  readonly source: number;
  readonly name: string;
  readonly goodUntil: number;
  readonly keptAt: number;
  /** Lookups that it was given to. */
  served = 0;
  readonly denial: Denial | undefined;
  /** Of the A half, or the only one; and of the AAAA half. */
  readonly first: KeptReply;
  readonly second: KeptReply | undefined;
  readonly #firstSince: number;
  readonly #secondSince: number;
  /** Sum of those that are true. */
  #facts: number;
  /** Replies of each half so far, one in the upper and one in the lower 15 bits. */
  #turns: number;

  /** `turn`: where the addresses of the first reply begin. */
  constructor(key: number, facts: AnswerFacts, halves: readonly [AnswerHalf, AnswerHalf | undefined], turn: number) {
    super(key);
    const [first, second] = halves;
    this.question = facts.question;
    this.source = facts.source;
    this.name = facts.name;
    this.goodUntil = Math.floor(facts.goodUntil);
    this.keptAt = Math.floor(facts.keptAt);
    this.denial = facts.denial;
    this.first = first.reply;
    this.second = second?.reply;
    this.#firstSince = Math.floor(first.since);
    this.#secondSince = Math.floor(second?.since ?? 0);
    this.#facts =
      (facts.marked ? fact.marked : 0) |
      (facts.whileSilent ? fact.whileSilent : 0) |
      (facts.isPositive ? fact.positive : 0) |
      (first.alone ? fact.firstAlone : 0) |
      (second?.alone === true ? fact.secondAlone : 0);
    const start = turn % turns;
    this.#turns = (start << turnBits) | start;
  }

  get marked(): boolean {
    return (this.#facts & fact.marked) !== 0;
  }

  get whileSilent(): boolean {
    return (this.#facts & fact.whileSilent) !== 0;
  }

  get isPositive(): boolean {
    return (this.#facts & fact.positive) !== 0;
  }

  /** It was asked for anew. */
  get isRefreshed(): boolean {
    return (this.#facts & fact.refreshed) !== 0;
  }

  set isRefreshed(is: boolean) {
    this.#facts = is ? this.#facts | fact.refreshed : this.#facts & ~fact.refreshed;
  }

  isAlone(half: Half): boolean {
    return (this.#facts & (half === 0 ? fact.firstAlone : fact.secondAlone)) !== 0;
  }

  since(half: Half): number {
    return half === 0 ? this.#firstSince : this.#secondSince;
  }

  /** Its replies as they were kept. */
  messages(): Uint8Array[] {
    const type = this.question >> flagBits;
    const first = messageOf(this.first, this.name, type);
    return this.second === undefined ? [first] : [first, messageOf(this.second, this.name, recordTypes.AAAA)];
  }

  /** By how many places the addresses of the half are turned this time. */
  nextTurn(half: Half): number {
    const shift = half === 0 ? 0 : turnBits;
    const turn = (this.#turns >> shift) & turnMask;
    this.#turns = (this.#turns & ~(turnMask << shift)) | (((turn + 1) % turns) << shift);
    return turn;
  }
}

const fact = { marked: 1, whileSilent: 2, firstAlone: 4, secondAlone: 8, positive: 16, refreshed: 32 } as const;
const turnBits = 15;
const turnMask = 0x7fff;

/** They begin anew after so many: a multiple of all numbers up to 12, so that up to 12 addresses never skip one. */
const turns = 27_720;

export interface AnswerCache {
  get(key: number): AnswerEntry | undefined;
  peek(key: number): AnswerEntry | undefined;
  /** `replies`: of the search that it is of, in the reply cache. */
  keep(entry: AnswerEntry, replies: readonly Entry[]): void;
  delete(key: number): void;
  /** What rests on the silence of a server is gone. */
  endSilence(): void;
  clear(): void;
  /** None of them counts as used. */
  entries(): Iterable<AnswerEntry>;
  readonly size: number;
}

/** Of an entry with its place, of each of its texts beside the characters, and of a denial, in bytes as measured. */
const entryBytes = 156;
const textBytes = 18;
const denialBytes = 48;

export function createAnswerCache(budget: Budget): AnswerCache {
  const entries = budget.createStore<AnswerEntry>();
  return {
    get: entries.get,
    peek: entries.peek,
    keep(entry, replies) {
      const { name, first, second, denial } = entry;
      const texts = sizeOf(name) + sizeOf(first) + (second === undefined ? 0 : sizeOf(second));
      // They are of use to other questions for the name alone, and make room for it first.
      replies.forEach(budget.setAside);
      entries.set(entry, entryBytes + texts + (denial === undefined ? 0 : denialBytes));
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

function sizeOf(text: string): number {
  return textBytes + text.length;
}

/**
 * What is asked beside the name: the type, where both families of addresses are one, and what else in a query changes the
 * answer, in four bits.
 */
export function questionNumber(asked: number, flags: number): number {
  return (asked << flagBits) | flags;
}

const flagBits = 4;

/**
 * Answers are known by a hash of the name in lower case and what is asked of it. Of two with the same the first is kept for as long
 * as it lives.
 */
export function answerKey(hash: number, question: number): number {
  return Math.imul(hash ^ question, spread) ^ (hash >>> 15);
}

/** An odd number that spreads bits over the word (Knuth's, 2^32 divided by the golden ratio). */
const spread = 0x9e37_79b1 | 0;
