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
  readonly fresh: boolean;
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

export interface RememberedServer {
  recall(half: Half): Recalled;
  /** The half that waits. */
  readonly waiting: Half | undefined;
  /** The sibling did not come. */
  takeWaiting(): RememberedReply | undefined;
  /** The server has answered now. Returns how long that may be used. */
  note(half: Half, message: Uint8Array, replyClass: ReplyClass): KeptTimes;
  /** Until when all that it has answered now may be used. */
  goodUntil(): number;
  /** The candidate is decided. `goodUntilOverTcp`: of what came in place of truncated replies. */
  keep(goodUntilOverTcp: number): void;
}

interface Noted {
  readonly key: string;
  readonly half: Half;
  readonly message: Uint8Array;
  readonly class: ReplyClass;
  readonly times: KeptTimes;
}

/** Taken from memory, all of one exchange; or asked now, and from then on nothing is taken. */
type Choice = 'none' | 'asked' | 'truncated' | Halves<KeptReply>;

/** `server`: its key. `nameKey`: of the candidate. */
// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function rememberServer(
  { cache, now }: { readonly cache: ReplyCache; readonly now: () => number },
  { server, transport, nameKey }: { readonly server: string; readonly transport: Transport; readonly nameKey: string },
  questions: RememberedQuestions,
  settings: MemorySettings,
): RememberedServer {
  let choice: Choice = settings.fresh || !settings.replyCache ? 'asked' : 'none';
  let waiting: Half | undefined;
  const noted: Noted[] = [];

  const keyOf = (half: Half): string =>
    `${server} ${transport} ${questions.fieldsKey()} ${questions.typeOf(half)} ${nameKey}`;
  const find = (): Halves<KeptReply> => [cache.get(keyOf(0)), questions.isPair ? cache.get(keyOf(1)) : undefined];

  function use(half: Half, kept: KeptReply | undefined): Recalled {
    if (kept !== undefined) return { do: 'use', reply: replyOf(half, kept, questions.name, now()) };
    choice = 'asked';
    return { do: 'ask' };
  }

  function choose(half: Half): Recalled {
    const kept = find();
    switch (recall({ half, ...questions.asking() }, kept, now())) {
      case 'ask':
        choice = 'asked';
        return { do: 'ask' };
      case 'use':
        choice = kept;
        return use(half, kept[half]);
      case 'use-truncated':
        choice = 'truncated';
        // The half tells, whichever was truncated.
        return use(
          half,
          kept.find((reply) => reply?.truncated === true),
        );
      case 'use-if-alone':
        waiting = half;
        return { do: 'wait' };
    }
  }

  function goodUntilOf({ half, times }: Noted): number {
    const isBesideData = noted.some((other) => other.half === otherHalf(half) && other.class === 'DATA');
    return isBesideData ? times.goodUntilBesideData : times.goodUntil;
  }

  return {
    recall(half) {
      if (waiting !== undefined && waiting !== half) {
        waiting = undefined;
        choice = 'asked';
      }
      if (choice === 'asked') return { do: 'ask' };
      if (choice === 'none') return choose(half);
      return choice === 'truncated' ? { do: 'use', reply: undefined } : use(half, choice[half]);
    },
    get waiting() {
      return waiting;
    },
    takeWaiting() {
      if (waiting === undefined) return undefined;
      const half = waiting;
      const kept = find();
      waiting = undefined;
      choice = kept;
      const own = kept[half];
      return own && replyOf(half, own, questions.name, now());
    },
    note(half, message, replyClass) {
      const times = timesOf(message, replyClass, settings, now());
      const isRemembered = settings.replyCache && (isKept(replyClass) || replyClass === 'TC');
      if (isRemembered && asksFor(message, questions.name, questions.typeOf(half))) {
        noted.push({ key: keyOf(half), half, message, class: replyClass, times });
      }
      return times;
    },
    goodUntil: () => (noted.length === 0 ? -Infinity : Math.min(...noted.map(goodUntilOf))),
    keep(goodUntilOverTcp) {
      if (noted.length === 0) return;
      const exchange = cache.nextExchange();
      for (const one of noted) {
        const { key, message, times } = one;
        const truncated = one.class === 'TC';
        const goodUntil = truncated ? goodUntilOverTcp : goodUntilOf(one);
        const kept = { exchange, goodUntil, truncated, message: ownBytes(message), since: times.since, server };
        if (goodUntil > now()) cache.keep(key, kept);
      }
    },
  };
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
