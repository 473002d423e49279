/**
 * What the servers of one candidate said before, in place of asking them, and what they say now, for the next time. Performs what
 * `decide/cache/recall` decides.
 */
import type { KeptReply, ReplyCache } from '../cache/reply-cache.ts';
import { isKept, lifetimeOf } from '../decide/cache/lifetime.ts';
import type { LifetimeSettings } from '../decide/cache/lifetime.ts';
import { recall } from '../decide/cache/recall.ts';
import type { Asking, Recall } from '../decide/cache/recall.ts';
import type { KeptTimes, ReplyClass } from '../decide/search/candidate-outcome.ts';
import { bothHalves, otherHalf } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import { headerBytes, recordClasses } from '../wire/iana.ts';
import { isUncompressed, readQuestion } from '../wire/message-view.ts';
import { equalNames, nameKey } from '../wire/name.ts';
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

export interface RememberedReply {
  readonly message: Uint8Array;
  readonly times: KeptTimes;
}

/** `use`: `undefined` where the other half is all that counts. */
export type Recalled = { readonly do: 'ask' | 'wait' } | { readonly do: 'use'; readonly reply: RememberedReply | undefined };

export interface RememberedReplies {
  /** In place of a question to the server (its key). */
  recall(server: string, transport: Transport, half: Half): Recalled;
  /** The half that waits whether its sibling comes. */
  waitingHalf(server: string, transport: Transport): Half | undefined;
  /** It did not: what is remembered of the half that waits is used now. */
  takeWaiting(
    server: string,
    transport: Transport,
  ): { readonly half: Half; readonly reply: RememberedReply } | undefined;
  /** The server has answered now. Returns how long that may be used. */
  note(server: string, transport: Transport, half: Half, message: Uint8Array, replyClass: ReplyClass): KeptTimes;
  /** The candidate is decided. */
  end(): void;
}

export interface MemorySettings extends LifetimeSettings {
  /** Replies are used again. Else only their lifetimes are told. */
  readonly replyCache: boolean;
  /** Nothing is taken from memory; what is received replaces it. */
  readonly fresh: boolean;
}

interface Noted {
  readonly key: string;
  readonly half: Half;
  readonly message: Uint8Array;
  readonly class: ReplyClass;
  readonly times: KeptTimes;
}

/** One server over one transport. */
interface Side {
  readonly server: string;
  readonly transport: Transport;
  /** Taken from memory, all of one exchange; or asked now, and from then on nothing is taken. */
  choice: 'none' | 'asked' | 'truncated' | readonly [KeptReply | undefined, KeptReply | undefined];
  waiting: Half | undefined;
  readonly noted: Noted[];
}

export function rememberReplies(
  cache: ReplyCache,
  questions: RememberedQuestions,
  settings: MemorySettings,
  now: () => number,
): RememberedReplies {
  const isBlind = settings.fresh || !settings.replyCache;
  const sides = new Map<string, Side>();
  const nameText = nameKey(questions.name);

  function sideOf(server: string, transport: Transport): Side {
    const key = `${transport} ${server}`;
    const known = sides.get(key);
    if (known !== undefined) return known;
    const side: Side = { server, transport, choice: isBlind ? 'asked' : 'none', waiting: undefined, noted: [] };
    sides.set(key, side);
    return side;
  }

  const keyOf = ({ server, transport }: Side, half: Half): string =>
    `${server} ${transport} ${questions.fieldsKey()} ${questions.typeOf(half)} ${nameText}`;

  function find(side: Side): readonly [KeptReply | undefined, KeptReply | undefined] {
    const second = questions.isPair ? cache.get(keyOf(side, 1)) : undefined;
    return [cache.get(keyOf(side, 0)), second];
  }

  function choose(side: Side, half: Half): Recall {
    const kept = find(side);
    const decision = recall({ half, ...questions.asking() }, kept, now());
    if (decision === 'ask') side.choice = 'asked';
    else if (decision === 'use-if-alone') side.waiting = half;
    else side.choice = decision === 'use' ? kept : 'truncated';
    return decision;
  }

  function replyOf(kept: KeptReply): RememberedReply {
    const at = now();
    const message = kept.message.slice();
    message.set(questions.name, headerBytes);
    ageTtls(message, headerBytes + questions.name.length + 4, Math.ceil((at - kept.since) / 1000));
    const { goodUntil } = kept;
    return { message, times: { since: at, goodUntil, goodUntilBesideData: goodUntil } };
  }

  function use(side: Side, kept: KeptReply | undefined): Recalled {
    if (kept !== undefined) return { do: 'use', reply: replyOf(kept) };
    side.choice = 'asked';
    return { do: 'ask' };
  }

  function keepAll(side: Side): void {
    if (side.noted.length === 0) return;
    const exchange = cache.nextExchange();
    const { server } = side;
    for (const { key, half, message, class: replyClass, times } of side.noted) {
      const truncated = replyClass === 'TC';
      const goodUntil = truncated ? goodUntilOverTcp(side) : effective(side, half, times);
      if (goodUntil <= now()) continue;
      cache.keep(key, { exchange, goodUntil, truncated, message: ownBytes(message), since: times.since, server });
    }
  }

  function effective(side: Side, half: Half, { goodUntil, goodUntilBesideData }: KeptTimes): number {
    const isBesideData = side.noted.some((other) => other.half === otherHalf(half) && other.class === 'DATA');
    return isBesideData ? goodUntilBesideData : goodUntil;
  }

  /** Over TCP a reply is taken by its ID; it is kept under its own question alone. */
  function isAnswerTo(message: Uint8Array, half: Half): boolean {
    const question = readQuestion(message, headerBytes);
    return (
      question !== undefined &&
      isUncompressed(question) &&
      question.class === recordClasses.IN &&
      question.type === questions.typeOf(half) &&
      equalNames(question.name, questions.name)
    );
  }

  /** The least of what was received in place of the truncated replies. */
  function goodUntilOverTcp({ server }: Side): number {
    const side = sides.get(`tcp ${server}`);
    if (side === undefined || side.noted.length === 0) return -Infinity;
    return Math.min(...side.noted.map(({ half, times }) => effective(side, half, times)));
  }

  return {
    recall(server, transport, half) {
      const side = sideOf(server, transport);
      if (side.waiting !== undefined && side.waiting !== half) {
        side.waiting = undefined;
        side.choice = 'asked';
      }
      if (side.choice === 'asked') return { do: 'ask' };
      if (side.choice === 'truncated') return { do: 'use', reply: undefined };
      if (side.choice !== 'none') return use(side, side.choice[half]);
      const decision = choose(side, half);
      if (decision === 'ask') return { do: 'ask' };
      if (decision === 'use-if-alone') return { do: 'wait' };
      const kept = find(side);
      const own = kept[half];
      // Of a truncated reply the first half tells.
      const truncated = bothHalves.map((each) => kept[each]).find((reply) => reply?.truncated === true);
      return use(side, decision === 'use' ? own : truncated);
    },
    waitingHalf: (server, transport) => sideOf(server, transport).waiting,
    takeWaiting(server, transport) {
      const side = sideOf(server, transport);
      const half = side.waiting;
      if (half === undefined) return undefined;
      side.waiting = undefined;
      side.choice = find(side);
      const own = side.choice[half];
      return own === undefined ? undefined : { half, reply: replyOf(own) };
    },
    note(server, transport, half, message, replyClass) {
      const at = now();
      const lifetime = lifetimeOf(message, replyClass, settings);
      const until = (seconds: number): number => (seconds > 0 ? at + seconds * 1000 : -Infinity);
      const times = { since: at, goodUntil: until(lifetime.alone), goodUntilBesideData: until(lifetime.besideData) };
      if (settings.replyCache && (isKept(replyClass) || replyClass === 'TC') && isAnswerTo(message, half)) {
        const side = sideOf(server, transport);
        side.noted.push({ key: keyOf(side, half), half, message, class: replyClass, times });
      }
      return times;
    },
    end() {
      for (const side of sides.values()) keepAll(side);
      sides.clear();
    },
  };
}

/** A message in the middle of a chunk of a stream would keep all of it. */
function ownBytes(message: Uint8Array): Uint8Array {
  return message.buffer.byteLength === message.length ? message : message.slice();
}
