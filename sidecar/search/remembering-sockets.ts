/**
 * The sockets of one candidate, with a memory in front of them: what a server said before is an event at once, in place of a
 * question; what it says now is remembered.
 */
import type { SearchServer } from '../decide/configuration/search-configuration.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import { bothHalves } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import { readUint16 } from '../wire/bytes.ts';
import { classifyReply } from '../wire/classify-reply.ts';
import { aheadLifetimeMs } from './candidate-udp.ts';
import type { CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';
import type { CandidateSockets } from './candidate-sockets.ts';
import type { LingeringSockets } from './lingering-sockets.ts';
import type { RememberedReplies } from './remembered-replies.ts';
import type { Recalled, RememberedReply, RememberedServer, Transport } from './remembered-server.ts';
import { readReply } from './upstream-reply.ts';
import type { ReadQuestions } from './upstream-reply.ts';

export interface RememberingDependencies extends Pick<CandidateSocketsDependencies, 'now' | 'observe' | 'hold'> {
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** Candidates that were asked ahead, and whose turn comes no more. */
  readonly leftovers: LingeringSockets;
}

export interface MemorySurroundings {
  readonly deps: RememberingDependencies;
  readonly questions: ReadQuestions;
  readonly servers: readonly SearchServer[];
  /** Candidates whose turn comes no more, of all searches. */
  readonly maxLeftovers: number;
}

/** Between the sockets themselves and the search: it hears of everything first. */
export class RememberingSockets implements CandidateSockets, CandidateSocketsEvents {
  readonly #memory: RememberedReplies;
  readonly #surroundings: MemorySurroundings;
  readonly #events: CandidateSocketsEvents;
  readonly #sockets: CandidateSockets;
  #server = 0;
  #transport: Transport = 'udp';
  #isOver = false;
  #hasAsked = false;
  #heldBytes = 0;
  /** The connection is not open, because nothing was asked over it. */
  #isUnopened = false;
  #whenStashed: (() => void) | undefined;

  /** `open` opens the sockets themselves, with the events that they shall raise. */
  constructor(
    memory: RememberedReplies,
    surroundings: MemorySurroundings,
    events: CandidateSocketsEvents,
    open: (events: CandidateSocketsEvents) => CandidateSockets,
  ) {
    this.#memory = memory;
    this.#surroundings = surroundings;
    this.#events = events;
    this.#sockets = open(this);
  }

  arrived(event: TurnEvent): void {
    this.#events.arrived(this.#noted(event));
  }

  isAwaited(server: number): boolean {
    return this.#events.isAwaited(server);
  }

  stashed(): void {
    this.#whenStashed?.();
  }

  /** A question of its turn went out: not all of it was taken from memory. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  mayAsk(server: number): boolean {
    return this.#sockets.mayAsk(server);
  }

  sendUdp(half: Half, server: number): readonly TurnEvent[] {
    this.#server = server;
    this.#transport = 'udp';
    if (!this.#sockets.mayAsk(server)) return this.#sockets.sendUdp(half, server);
    const { alone } = this.#remembered;
    const found = this.#recall(half);
    if (found !== undefined) return found;
    return alone === undefined || alone === half ? this.#ask(half) : [...this.#ask(alone), ...this.#ask(half)];
  }

  sendAhead(half: Half, server: number): boolean {
    this.#server = server;
    return this.#remembered.askAhead(half) && this.#sockets.sendAhead(half, server);
  }

  takeAhead(): ReturnType<CandidateSockets['takeAhead']> {
    return this.#sockets.takeAhead();
  }

  /** The candidate has no turn any more: what was asked ahead is remembered, if it comes in time. */
  endAhead(): void {
    const { deps, maxLeftovers } = this.#surroundings;
    const close = deps.leftovers.keep(() => this.end(), aheadLifetimeMs, maxLeftovers);
    this.#whenStashed = () => {
      const { events, isComplete } = this.#sockets.takeAhead();
      for (const event of events) this.#noted(event);
      if (isComplete && !this.#isOver) close();
    };
    if (!this.#isOver) this.#whenStashed();
  }

  connectTcp(server: number, asked: readonly Half[]): readonly TurnEvent[] {
    this.#server = server;
    this.#transport = 'tcp';
    if (!this.#sockets.mayAsk(server)) return this.#connect(asked);
    const found = asked.map((half) => this.#remembered.recall(half));
    if (found.some((one) => one.do === 'ask')) return this.#connect(asked);
    this.#isUnopened = true;
    return found.flatMap((one) => this.#eventsOf(one));
  }

  writeTcp(half: Half): readonly TurnEvent[] {
    if (!this.#isUnopened) return this.#sockets.writeTcp(half);
    return this.#recall(half) ?? this.#connect(bothHalves);
  }

  /**
   * No sibling comes, and what is remembered of the only question is used; or it has come, and the question is asked: one after the
   * other, the sibling would not be until this one has its reply.
   */
  kindKnown(): void {
    this.#useWaiting();
  }

  isUnsent(server: number): boolean {
    return this.#sockets.isUnsent(server);
  }

  closeUdp(): void {
    this.#sockets.closeUdp();
  }

  end(): void {
    this.#isOver = true;
    this.#memory.end();
    this.#surroundings.deps.hold(-this.#heldBytes);
    this.#heldBytes = 0;
    this.#sockets.end();
  }

  get #remembered(): RememberedServer {
    return this.#memory.at(this.#surroundings.servers[this.#server]?.key ?? '', this.#transport);
  }

  #noted(event: TurnEvent): TurnEvent {
    if (event.type !== 'reply') return event;
    const { half, reply } = event;
    const at = reply.receivedAt ?? this.#surroundings.deps.now();
    const kept = this.#remembered.note(half, reply.message, reply.class, at);
    return { type: 'reply', half, reply: { ...reply, kept } };
  }

  /** As if the server had just sent it. */
  #eventOf({ half, message, times, turn }: RememberedReply): TurnEvent[] {
    const { deps, questions, servers } = this.#surroundings;
    const question = { id: readUint16(message, 0), name: questions.name, type: questions.typeOf(half), class: 1 };
    const taken = classifyReply(message, question, this.#transport, true);
    if (taken.accept !== true) return [];
    this.#heldBytes += message.length;
    deps.hold(message.length);
    const reply = { ...readReply(taken, message, questions, half), kept: times, isRecalled: true, turn } as const;
    deps.observe.recalled(servers[this.#server]?.name ?? '');
    return [{ type: 'reply', half, reply }];
  }

  /** Undefined: the server has to be asked. */
  #recall(half: Half): TurnEvent[] | undefined {
    const found = this.#remembered.recall(half);
    return found.do === 'ask' ? undefined : this.#eventsOf(found);
  }

  #eventsOf(found: Recalled): TurnEvent[] {
    if (found.do === 'ask') return [];
    if (found.do === 'use') return found.reply === undefined ? [] : this.#eventOf(found.reply);
    // Data is given before the kind of the question is known, over UDP; all else waits for that.
    if (this.#transport === 'udp' && found.isData) this.#surroundings.deps.afterRead(() => this.#useWaiting());
    return [];
  }

  #useWaiting(): void {
    const taken = this.#isOver ? undefined : this.#remembered.takeWaiting();
    if (taken === undefined) return;
    const events = taken.message === undefined ? this.#ask(taken.half) : this.#eventOf(taken);
    for (const event of events) this.#events.arrived(event);
  }

  #ask(half: Half): TurnEvent[] {
    this.#hasAsked = true;
    this.#remembered.asks(half);
    return this.#sockets.sendUdp(half, this.#server).map((event) => this.#noted(event));
  }

  #connect(asked: readonly Half[]): readonly TurnEvent[] {
    this.#isUnopened = false;
    this.#hasAsked = true;
    for (const half of asked) this.#remembered.asks(half);
    return this.#sockets.connectTcp(this.#server, asked);
  }
}
