/**
 * What one server said before of one candidate over one transport, in place of asking it, and what it says now, for the next time.
 * Performs what `decide/cache/recall` decides.
 */
import type { KeptReply, ReplyCache } from '../cache/reply-cache.ts';
import { isKept, lifetimeOf } from '../decide/cache/lifetime.ts';
import type { LifetimeSettings } from '../decide/cache/lifetime.ts';
import { recall } from '../decide/cache/recall.ts';
import type { Asking } from '../decide/cache/recall.ts';
import type { KeptTimes, ReplyClass } from '../decide/search/candidate-outcome.ts';
import { otherHalf } from '../decide/search/pair.ts';
import type { Half, Halves } from '../decide/search/pair.ts';
import { headerBytes, recordClasses } from '../wire/iana.ts';
import { isUncompressed, readQuestion } from '../wire/message-view.ts';
import { equalNames } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';
import { ageTtls } from '../wire/ttl.ts';

export type Transport = 'udp' | 'tcp';

export interface RememberedQuestions {
  readonly name: WireName;
  /** Whether half 1 is the AAAA question of the same name. */
  readonly isPair: boolean;
  readonly typeOf: (half: Half) => number;
  /** What beside ID, name and type makes up the query. */
  readonly fieldsKey: () => string;
  /** Of the exchange, as it is now. */
  readonly asking: () => Omit<Asking, 'half'>;
}

export interface MemorySettings extends LifetimeSettings {
  /** Replies are used again. Else only their lifetimes are told. */
  readonly replyCache: boolean;
  /** Nothing is taken from memory; what is received replaces it. */
  readonly fresh?: boolean;
}

export interface RememberedReply {
  readonly half: Half;
  readonly message: Uint8Array;
  readonly times: KeptTimes;
}

/** `use`: without a reply the other half is all that counts. `wait`: until it is known that the sibling does not come. */
export type Recalled =
  | { readonly do: 'ask' | 'wait' }
  | { readonly do: 'use'; readonly reply: RememberedReply | undefined };

interface Noted {
  readonly key: string;
  readonly half: Half;
  readonly message: Uint8Array;
  readonly class: ReplyClass;
  readonly times: KeptTimes;
}

/** Taken from memory, all of one exchange; or asked now, and from then on nothing is taken. */
type Choice = 'none' | 'asked' | 'truncated' | Halves<KeptReply>;

/** What does not change while the candidate is asked. */
export interface Candidacy {
  readonly cache: ReplyCache;
  readonly now: () => number;
  readonly questions: RememberedQuestions;
  readonly settings: MemorySettings;
  /** `nameKey` of the candidate. */
  readonly nameKey: string;
}

export class RememberedServer {
  readonly #candidacy: Candidacy;
  /** Its key. */
  readonly #server: string;
  readonly #transport: Transport;
  readonly #noted: Noted[] = [];
  #choice: Choice;
  #waiting: Half | undefined;

  constructor(candidacy: Candidacy, server: string, transport: Transport) {
    const { fresh, replyCache } = candidacy.settings;
    this.#candidacy = candidacy;
    this.#server = server;
    this.#transport = transport;
    this.#choice = fresh === true || !replyCache ? 'asked' : 'none';
  }

  /** The half that waits. */
  get waiting(): Half | undefined {
    return this.#waiting;
  }

  recall(half: Half): Recalled {
    if (this.#waiting !== undefined && this.#waiting !== half) {
      this.#waiting = undefined;
      this.#choice = 'asked';
    }
    const choice = this.#choice;
    if (choice === 'asked') return { do: 'ask' };
    if (choice === 'none') return this.#choose(half);
    return choice === 'truncated' ? { do: 'use', reply: undefined } : this.#use(half, choice[half]);
  }

  /** The sibling of the half that waits did not come. */
  takeWaiting(): RememberedReply | undefined {
    const half = this.#waiting;
    if (half === undefined) return undefined;
    this.#waiting = undefined;
    const kept = this.#find();
    this.#choice = kept;
    return kept[half] && this.#replyOf(half, kept[half]);
  }

  /** Whether a question to it goes out before the turn of the candidate: what is remembered is used when that has come. */
  askAhead(half: Half): boolean {
    const { questions, now } = this.#candidacy;
    if (this.#choice !== 'none') return this.#choice === 'asked';
    if (recall({ half, ...questions.asking() }, this.#find(), now()) !== 'ask') return false;
    this.#choice = 'asked';
    return true;
  }

  /** The server has answered at this time. Returns how long that may be used. */
  note(half: Half, message: Uint8Array, replyClass: ReplyClass, at: number): KeptTimes {
    const { questions, settings } = this.#candidacy;
    const times = timesOf(message, replyClass, settings, at);
    const isRemembered = settings.replyCache && (isKept(replyClass) || replyClass === 'TC');
    if (isRemembered && asksFor(message, questions.name, questions.typeOf(half))) {
      this.#noted.push({ key: this.#keyOf(half), half, message, class: replyClass, times });
    }
    return times;
  }

  /** Until when all that it has answered now may be used. */
  goodUntil(): number {
    const noted = this.#noted;
    return noted.length === 0 ? -Infinity : Math.min(...noted.map((one) => goodUntilOf(one, noted)));
  }

  /** The candidate is decided. `goodUntilOverTcp`: of what came in place of truncated replies. */
  keep(goodUntilOverTcp: number): void {
    if (this.#noted.length === 0) return;
    const { cache, now } = this.#candidacy;
    const exchange = cache.nextExchange();
    const server = this.#server;
    for (const one of this.#noted) {
      const truncated = one.class === 'TC';
      const goodUntil = truncated ? goodUntilOverTcp : goodUntilOf(one, this.#noted);
      if (goodUntil <= now()) continue;
      const { key, message, times } = one;
      cache.keep(key, { exchange, goodUntil, truncated, message: ownBytes(message), since: times.since, server });
    }
  }

  #keyOf(half: Half): string {
    const { questions, nameKey } = this.#candidacy;
    return `${this.#server} ${this.#transport} ${questions.fieldsKey()} ${questions.typeOf(half)} ${nameKey}`;
  }

  #find(): Halves<KeptReply> {
    const { cache, questions } = this.#candidacy;
    return [cache.get(this.#keyOf(0)), questions.isPair ? cache.get(this.#keyOf(1)) : undefined];
  }

  #choose(half: Half): Recalled {
    const { questions, now } = this.#candidacy;
    const kept = this.#find();
    switch (recall({ half, ...questions.asking() }, kept, now())) {
      case 'ask':
        this.#choice = 'asked';
        return { do: 'ask' };
      case 'use':
        this.#choice = kept;
        return this.#use(half, kept[half]);
      case 'use-truncated': {
        this.#choice = 'truncated';
        // The half tells, whichever was truncated.
        const truncated = kept.find((reply) => reply?.truncated === true);
        return this.#use(half, truncated);
      }
      case 'use-if-alone':
        this.#waiting = half;
        return { do: 'wait' };
    }
  }

  #use(half: Half, kept: KeptReply | undefined): Recalled {
    if (kept !== undefined) return { do: 'use', reply: this.#replyOf(half, kept) };
    this.#choice = 'asked';
    return { do: 'ask' };
  }

  #replyOf(half: Half, kept: KeptReply): RememberedReply {
    return replyOf(half, kept, this.#candidacy.questions.name, this.#candidacy.now());
  }
}

function goodUntilOf({ half, times }: Noted, all: readonly Noted[]): number {
  const isBesideData = all.some((other) => other.half === otherHalf(half) && other.class === 'DATA');
  return isBesideData ? times.goodUntilBesideData : times.goodUntil;
}

/** As if it had been said at this moment: the question to the letter, the TTLs counted down. */
function replyOf(
  half: Half,
  { message: kept, since, goodUntil }: KeptReply,
  name: WireName,
  now: number,
): RememberedReply {
  const message = kept.slice();
  message.set(name, headerBytes);
  ageTtls(message, headerBytes + name.length + 4, Math.ceil((now - since) / 1000));
  return { half, message, times: { since: now, goodUntil, goodUntilBesideData: goodUntil } };
}

function timesOf(message: Uint8Array, replyClass: ReplyClass, settings: LifetimeSettings, now: number): KeptTimes {
  const { alone, besideData } = lifetimeOf(message, replyClass, settings);
  const until = (seconds: number): number => (seconds > 0 ? now + seconds * 1000 : -Infinity);
  return { since: now, goodUntil: until(alone), goodUntilBesideData: until(besideData) };
}

/** Over TCP a reply is taken by its ID; it is kept under its own question alone. */
function asksFor(message: Uint8Array, name: WireName, type: number): boolean {
  const question = readQuestion(message, headerBytes);
  if (question === undefined || !isUncompressed(question)) return false;
  return question.class === recordClasses.IN && question.type === type && equalNames(question.name, name);
}

/** A message in the middle of a chunk of a stream would keep all of it. */
function ownBytes(message: Uint8Array): Uint8Array {
  return message.buffer.byteLength === message.length ? message : message.slice();
}
