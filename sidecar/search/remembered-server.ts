/**
 * What one server said before of one candidate over one transport, in place of asking it, and what it says now, for the next time.
 * Performs what `decide/cache/recall` decides.
 */
import { bytesOf } from '../cache/reply-cache.ts';
import type { KeptReply, SearchMemory } from '../cache/reply-cache.ts';
import { lifetimeOf } from '../decide/cache/lifetime.ts';
import type { LifetimeSettings } from '../decide/cache/lifetime.ts';
import { isPair, recall } from '../decide/cache/recall.ts';
import type { Asking, Recall } from '../decide/cache/recall.ts';
import type { KeptTimes, ReplyClass } from '../decide/search/candidate-outcome.ts';
import { isRepeatable } from '../decide/search/consumed.ts';
import { otherHalf, withHalf } from '../decide/search/pair.ts';
import type { Half, Halves } from '../decide/search/pair.ts';
import { readUint16 } from '../wire/bytes.ts';
import { headerBytes, isAddressType, recordClasses } from '../wire/iana.ts';
import { isUncompressed, readQuestion } from '../wire/message-view.ts';
import { equalNames } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';
import { ageTtls } from '../wire/ttl.ts';

export type Transport = 'udp' | 'tcp';

export interface RememberedQuestions {
  readonly name: WireName;
  /** Whether half 1 is the AAAA question of the same name. */
  readonly isPair: boolean;
  typeOf(half: Half): number;
  /** What beside ID, name and type makes up the query. */
  fieldsKey(): string;
  /** Of the exchange, as it is now. */
  asking(): Omit<Asking, 'half'>;
}

export interface MemorySettings extends LifetimeSettings {
  /** Replies are used again. Else only their lifetimes are reported. */
  readonly replyCache: boolean;
  /** Nothing is taken from memory; what is received replaces it. */
  readonly fresh?: boolean;
  /** Addresses are given in another order each time. */
  readonly rotateAnswers: boolean;
}

export interface RememberedReply {
  readonly half: Half;
  readonly message: Uint8Array;
  readonly times: KeptTimes;
  /** See `UpstreamReply`. */
  readonly turn: number | undefined;
}

/**
 * `use`: without a reply the other half is all that counts. `wait`: until it is known that the sibling does not come, or with
 * data, which is given before, until the sockets were read once more.
 */
export type Recalled =
  | { readonly do: 'ask' }
  | { readonly do: 'wait'; readonly isData: boolean }
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
  readonly cache: SearchMemory;
  readonly now: () => number;
  /** Where the addresses of a reply begin to turn. */
  readonly randomId: () => number;
  readonly questions: RememberedQuestions;
  readonly settings: MemorySettings;
  /** `nameKey` of the candidate. */
  readonly nameKey: string;
}

export class RememberedServer {
  readonly #candidacy: Candidacy;
  /** Its key. */
  readonly server: string;
  readonly #transport: Transport;
  /** What was said in an earlier one is to be forgotten. */
  readonly #epoch: number | undefined;
  readonly #noted: Noted[] = [];
  #choice: Choice;
  #alone: { readonly half: Half; readonly kept: KeptReply; isTaken: boolean } | undefined;

  constructor(candidacy: Candidacy, server: string, transport: Transport) {
    const { fresh, replyCache } = candidacy.settings;
    this.#candidacy = candidacy;
    this.server = server;
    this.#transport = transport;
    this.#epoch = candidacy.cache.epochOf(server);
    this.#choice = fresh === true || !replyCache ? 'asked' : 'none';
  }

  /** The half that waits, or was taken, without its sibling. If that comes after all, both are asked: they belong together. */
  get alone(): Half | undefined {
    return this.#alone?.half;
  }

  recall(half: Half): Recalled {
    if (this.#alone !== undefined && this.#alone.half !== half) {
      this.#alone = undefined;
      this.#choice = 'asked';
    }
    const choice = this.#choice;
    if (choice === 'asked') return { do: 'ask' };
    if (choice === 'none') return this.#choose(half);
    return choice === 'truncated' ? { do: 'use', reply: undefined } : this.#use(half, choice[half]);
  }

  /**
   * The half that waits does so no longer. Where its sibling has come, and is not asked yet, it is asked itself; as a truncated one
   * is whose form over TCP is not remembered any more.
   */
  takeWaiting(): RememberedReply | { readonly half: Half; readonly message?: never } | undefined {
    if (this.#alone === undefined || this.#alone.isTaken) return undefined;
    const { half, kept } = this.#alone;
    if (this.#candidacy.questions.asking().kind === 'pair' || this.#hasLostTcpForm(half, kept)) {
      this.#alone = undefined;
      this.#choice = 'asked';
      return { half };
    }
    this.#alone.isTaken = true;
    this.#choice = withHalf<KeptReply>([undefined, undefined], half, kept);
    return this.#replyOf(half, kept);
  }

  /** What came in place of a truncated reply lives no longer, or had to make room. */
  #hasLostTcpForm(half: Half, kept: KeptReply): boolean {
    return kept.truncated && this.#decide(half, withHalf<KeptReply>([undefined, undefined], half, kept)) === 'ask';
  }

  /** Whether a question to it goes out before the turn of the candidate: what is remembered is used when that has come. */
  askAhead(half: Half): boolean {
    if (this.#choice !== 'none') return this.#choice === 'asked';
    if (this.#decide(half, this.#find()) !== 'ask') return false;
    this.#choice = 'asked';
    return true;
  }

  /** The half is asked. If it was before, what was noted since belongs to an earlier attempt. */
  asks(half: Half): void {
    if (this.#noted.some((one) => one.half === half)) this.#noted.length = 0;
  }

  /** The server has answered at this time. Returns how long that may be used. */
  note(half: Half, message: Uint8Array, replyClass: ReplyClass, at: number): KeptTimes {
    const { questions, settings } = this.#candidacy;
    // What says nothing of its own question is used once.
    const isOwn = asksFor(message, questions.name, questions.typeOf(half));
    const times = timesOf(message, isOwn ? replyClass : 'BAD', settings, at);
    const isRemembered = settings.replyCache && isRepeatable(replyClass);
    // The first one is used; what comes behind it may be anybody's.
    if (isRemembered && isOwn && !this.#noted.some((one) => one.half === half)) {
      this.#noted.push({ key: this.#keyOf(half), half, message, class: replyClass, times });
    }
    return times;
  }

  /** Until when what it has answered to this question, now or before, may be used. */
  goodUntil(half: Half): number {
    const noted = this.#noted.findLast((one) => one.half === half);
    if (noted !== undefined) return goodUntilOf(noted, this.#noted);
    const choice = this.#choice;
    return (typeof choice === 'string' ? undefined : choice[half]?.goodUntil) ?? -Infinity;
  }

  /** The candidate is decided. `overTcp` has what came in place of truncated replies. */
  keep(overTcp?: RememberedServer): void {
    const { cache, now, settings } = this.#candidacy;
    if (this.#noted.length === 0 || this.#isForgotten || this.#isHeldAsPair) return;
    const exchange = cache.nextExchange();
    const server = this.server;
    for (const one of this.#noted) {
      const truncated = one.class === 'TC';
      const goodUntil = truncated ? (overTcp?.goodUntil(one.half) ?? -Infinity) : goodUntilOf(one, this.#noted);
      const { key, message, times } = one;
      // What was there before is older.
      if (goodUntil <= now() && settings.fresh === true) cache.delete(key);
      if (goodUntil <= now()) continue;
      const isData = one.class === 'DATA';
      cache.keep(key, { exchange, goodUntil, truncated, isData, since: times.since, server }, message);
    }
  }

  /** What was said to one question alone does not part a pair. */
  get #isHeldAsPair(): boolean {
    const { now, settings } = this.#candidacy;
    const isAlone = this.#noted.every(({ half }) => half === this.#noted[0]?.half);
    return isAlone && settings.fresh !== true && isPair(this.#find(), now());
  }

  /** Since it was asked for the first time. */
  get #isForgotten(): boolean {
    return this.#epoch === undefined || this.#epoch !== this.#candidacy.cache.epochOf(this.server);
  }

  #keyOf(half: Half, transport = this.#transport): string {
    const { questions, nameKey } = this.#candidacy;
    return `${this.server} ${transport} ${questions.fieldsKey()} ${questions.typeOf(half)} ${nameKey}`;
  }

  #find(transport = this.#transport): Halves<KeptReply> {
    const { cache, questions } = this.#candidacy;
    return [cache.get(this.#keyOf(0, transport)), questions.isPair ? cache.get(this.#keyOf(1, transport)) : undefined];
  }

  #choose(half: Half): Recalled {
    const kept = this.#find();
    switch (this.#decide(half, kept)) {
      case 'ask':
        this.#choice = 'asked';
        return { do: 'ask' };
      case 'use':
        this.#choice = kept;
        return this.#use(half, kept[half]);
      case 'use-truncated': {
        this.#choice = 'truncated';
        const truncated = kept[half]?.truncated === true ? half : otherHalf(half);
        return this.#use(truncated, kept[truncated]);
      }
      case 'use-if-alone':
        return this.#wait(half, kept[half]);
    }
  }

  #decide(half: Half, kept: Halves<KeptReply>): Recall {
    const { questions, now } = this.#candidacy;
    const overTcp = kept.some((one) => one?.truncated === true) ? this.#find('tcp') : undefined;
    return recall({ half, ...questions.asking() }, kept, now(), overTcp);
  }

  #wait(half: Half, kept: KeptReply | undefined): Recalled {
    if (kept === undefined) return this.#use(half, kept);
    this.#alone = { half, kept, isTaken: false };
    return { do: 'wait', isData: kept.isData };
  }

  #use(half: Half, kept: KeptReply | undefined): Recalled {
    if (kept !== undefined) return { do: 'use', reply: this.#replyOf(half, kept) };
    this.#choice = 'asked';
    return { do: 'ask' };
  }

  #replyOf(half: Half, kept: KeptReply): RememberedReply {
    const { questions, settings, randomId, now } = this.#candidacy;
    const turns = settings.rotateAnswers && isAddressType(questions.typeOf(half));
    const turn = turns ? kept.nextTurn(randomId) : undefined;
    return replyOf(half, kept, questions.name, now(), turn);
  }
}

function goodUntilOf({ half, times }: Noted, all: readonly Noted[]): number {
  const isBesideData = all.some((other) => other.half === otherHalf(half) && other.class === 'DATA');
  return isBesideData ? times.goodUntilBesideData : times.goodUntil;
}

/** As if it had been said at this moment: the question to the letter, the TTLs counted down. */
function replyOf(half: Half, kept: KeptReply, name: WireName, now: number, turn: number | undefined): RememberedReply {
  const { since, goodUntil } = kept;
  const message = bytesOf(kept);
  const ageSeconds = Math.ceil((now - since) / 1000);
  message.set(name, headerBytes);
  ageTtls(message, headerBytes + name.length + 4, ageSeconds);
  // A TTL of whole seconds is true at the end of its second.
  const times = { since: since + ageSeconds * 1000, goodUntil, goodUntilBesideData: goodUntil };
  return { half, message, times, turn };
}

function timesOf(message: Uint8Array, replyClass: ReplyClass, settings: LifetimeSettings, now: number): KeptTimes {
  const { alone, besideData } = lifetimeOf(message, replyClass, settings);
  const until = (seconds: number): number => (seconds > 0 ? now + seconds * 1000 : -Infinity);
  return { since: now, goodUntil: until(alone), goodUntilBesideData: until(besideData) };
}

/** Over TCP a reply is taken by its ID; it is kept under its own question alone. */
function asksFor(message: Uint8Array, name: WireName, type: number): boolean {
  const question = readUint16(message, 4) === 1 ? readQuestion(message, headerBytes) : undefined;
  if (question === undefined || !isUncompressed(question)) return false;
  return question.class === recordClasses.IN && question.type === type && equalNames(question.name, name);
}
