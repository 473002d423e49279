/** One candidate asked over UDP: a socket for each question and server. */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Half } from '../decide/search/pair.ts';
import type { ServerEvent } from '../decide/search/silent-servers.ts';
import type { UdpExchange } from '../ports/upstream.ts';
import { classifyReply } from '../wire/classify-reply.ts';
import type { ClassifiedReply } from '../wire/classify-reply.ts';
import type { AskedServers } from './asked-servers.ts';
import { noEvents } from './candidate-seams.ts';
import type { CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';
import { UdpQuestion } from './udp-question.ts';
import type { Datagram, UdpOwner } from './udp-question.ts';

/** Socket buffers hold what arrives while another server is waited for; more than this is dropped, in datagrams. */
const keptDatagrams = 8;

/** A reply that came before the turn of its candidate is used for so long, in milliseconds; then the server is asked again. */
export const aheadLifetimeMs = 1000;

/** A question that was asked ahead is repeated where it has no reply so long after the turn of its candidate began. */
const askAgainMs = 50;

const answers: ServerEvent = { type: 'heard', acceptable: true };
const isThere: ServerEvent = { type: 'heard', acceptable: false };
const dead: readonly TurnEvent[] = [{ type: 'dead' }];
const noDatagrams: readonly Datagram[] = [];

export class CandidateUdp implements UdpOwner {
  readonly #deps: CandidateSocketsDependencies;
  readonly #servers: AskedServers;
  readonly #events: CandidateSocketsEvents;
  /** At `placeOf` each. Most candidates ask one server; the array grows for others. */
  readonly #questions: (UdpQuestion | undefined)[] = [undefined, undefined];

  constructor(deps: CandidateSocketsDependencies, servers: AskedServers, events: CandidateSocketsEvents) {
    this.#deps = deps;
    this.#servers = servers;
    this.#events = events;
  }

  send(half: Half, server: number): readonly TurnEvent[] {
    this.#forgetFailure(half, server);
    const opened = this.#openedAt(half, server);
    const address = this.#servers.addressOf(server);
    if (address === undefined || opened?.failedAt !== undefined) return dead;
    const question = (opened && this.#takeTurn(opened)) ?? this.#ask(half, server, address);
    if (question.kept === undefined) return noEvents;
    return this.#takeKept(question).map(({ bytes, reply, at }) => this.#eventOf(question, bytes, reply, at));
  }

  sendAhead(half: Half, server: number): boolean {
    const address = this.#servers.addressOf(server);
    if (address === undefined) return false;
    this.#ask(half, server, address).isAhead = true;
    return true;
  }

  takeAhead(): { readonly events: TurnEvent[]; readonly isComplete: boolean } {
    const questions = this.#questions.flatMap((question) => (question?.isOver === false ? [question] : []));
    const events = questions.flatMap((question) => {
      const accepted = this.#takeKept(question).filter(({ reply }) => reply.accept === true);
      return accepted.map(({ bytes, reply, at }) => this.#eventOf(question, bytes, reply, at));
    });
    const isComplete = questions.every(({ isAnswered, failedAt }) => isAnswered || failedAt !== undefined);
    return { events, isComplete };
  }

  isUnsent(server: number): boolean {
    return this.#isWaiting(this.#openedAt(0, server)) || this.#isWaiting(this.#openedAt(1, server));
  }

  close(): void {
    for (const question of this.#questions) {
      if (question?.isOver === false) this.#leave(question);
    }
  }

  openSocket(question: UdpQuestion, address: ServerAddress): UdpExchange {
    return this.#deps.upstream.openUdp(address, question, question.half);
  }

  datagram(question: UdpQuestion, bytes: Uint8Array): void {
    const reply = classifyReply(bytes, question.expected, 'udp');
    const at = this.#deps.now();
    const isAcceptable = reply.accept === true;
    question.isAnswered ||= isAcceptable;
    this.#heard(question, isAcceptable ? answers : isThere);
    if (question.endLingering !== undefined) return isAcceptable ? question.endLingering() : undefined;
    if (this.#isAwaited(question)) return this.#events.arrived(this.#eventOf(question, bytes, reply, at));
    question.kept ??= [];
    if (question.kept.length >= keptDatagrams) return;
    question.kept.push({ at, bytes, reply });
    this.#servers.hold(bytes);
    this.#events.stashed?.();
  }

  failed(question: UdpQuestion): void {
    question.failedAt = this.#deps.now();
    this.#heard(question, isThere);
    if (question.endLingering !== undefined) question.endLingering();
    else if (this.#isAwaited(question)) this.#events.arrived({ type: 'dead' });
  }

  #openedAt(half: Half, server: number): UdpQuestion | undefined {
    const question = this.#questions[placeOf(half, server)];
    return question?.isOver === true ? undefined : question;
  }

  #ask(half: Half, server: number, address: ServerAddress): UdpQuestion {
    const question = this.#openedAt(half, server) ?? this.#open(half, server, address);
    question.openUntil = this.#deps.now() + this.#servers.timeoutMs(server);
    this.#deps.observe.query(this.#servers.nameOf(server), 'udp');
    question.exchange.send(this.#servers.query(half, question.expected.id));
    return question;
  }

  #open(half: Half, server: number, address: ServerAddress): UdpQuestion {
    const place = placeOf(half, server);
    const expected = this.#questions[place]?.expected ?? this.#servers.expected(half, this.#deps.randomId());
    const question = new UdpQuestion(this, half, server, expected, address);
    this.#questions[place] = question;
    return question;
  }

  /** Of what was asked ahead. Undefined: it has to be asked again. */
  #takeTurn(question: UdpQuestion): UdpQuestion | undefined {
    if (!question.isAhead) return undefined;
    question.isAhead = false;
    const now = this.#deps.now();
    if (question.kept?.some(({ at }) => now - at > aheadLifetimeMs) === true) {
      this.#takeKept(question);
      return undefined;
    }
    if (!question.isAnswered) {
      question.cancelRepeat = this.#deps.setTimer(askAgainMs, () => {
        if (!question.isAnswered && this.#isAwaited(question)) this.#askAgain(question);
      });
    }
    return question;
  }

  #askAgain({ half, server }: UdpQuestion): void {
    const address = this.#servers.addressOf(server);
    if (address !== undefined) this.#ask(half, server, address);
  }

  #takeKept(question: UdpQuestion): readonly Datagram[] {
    const { kept = noDatagrams } = question;
    question.kept = undefined;
    for (const { bytes } of kept) this.#servers.letGo(bytes);
    return kept;
  }

  /** One that came long before the turn of the candidate says nothing of now. */
  #forgetFailure(half: Half, server: number): void {
    const question = this.#openedAt(half, server);
    if (question?.isAhead !== true || question.failedAt === undefined) return;
    if (this.#deps.now() - question.failedAt <= aheadLifetimeMs) return;
    question.exchange.close();
    question.isOver = true;
  }

  #isAwaited(question: UdpQuestion): boolean {
    return !question.isOver && this.#events.isAwaited(question.server);
  }

  #isWaiting(question: UdpQuestion | undefined): boolean {
    return question?.exchange.isWaiting === true;
  }

  #heard({ server }: UdpQuestion, event: ServerEvent): void {
    this.#deps.silentServers.happened(this.#servers.keyOf(server), event);
  }

  #eventOf({ half, server }: UdpQuestion, bytes: Uint8Array, reply: ClassifiedReply, at: number): TurnEvent {
    if (reply.accept === true) return this.#servers.reply(half, server, reply, bytes, at);
    const rcode = bytes[3] === undefined ? undefined : bytes[3] & 0x0f;
    if (reply.accept !== false) {
      this.#deps.observe.ignored('too-short');
      return reply.accept === 'empty' ? { type: 'dead' } : { type: 'undersized', rcode };
    }
    this.#deps.observe.ignored(reply.reason === 'id' ? 'wrong-id' : 'wrong-question');
    return { type: 'foreign', rcode: rcode ?? 0 };
  }

  /** A reply of a silent server ends its silence, however late: its sockets stay open for the whole timeout. */
  #leave(question: UdpQuestion): void {
    question.isOver = true;
    question.cancelRepeat?.();
    const { exchange, server, failedAt, openUntil } = question;
    const isHoped = failedAt === undefined && this.#deps.silentServers.isSilent(this.#servers.keyOf(server));
    if (!isHoped || exchange.isWaiting === true) return exchange.close();
    const close = (): void => exchange.close();
    const { maxLingeringSockets } = this.#servers;
    question.endLingering = this.#deps.lingering.keep(close, openUntil - this.#deps.now(), maxLingeringSockets);
  }
}

/** Where the question stands. */
function placeOf(half: Half, server: number): number {
  return server * 2 + half;
}
