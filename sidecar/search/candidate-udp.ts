/** One candidate asked over UDP: a socket for each question and server. */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Half } from '../decide/search/pair.ts';
import type { UdpExchange } from '../ports/upstream.ts';
import { classifyReply } from '../wire/classify-reply.ts';
import type { ClassifiedReply } from '../wire/classify-reply.ts';
import type { AskedServers } from './asked-servers.ts';
import type { CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';

/** Socket buffers hold what arrives while another server is waited for; more than this is dropped, in datagrams. */
const keptDatagrams = 8;

/** A reply that came before the turn of its candidate is used for so long, in milliseconds; then the server is asked again. */
export const aheadLifetimeMs = 1000;

/** A question that was asked ahead is repeated where it has no reply so long after the turn of its candidate began. */
const askAgainMs = 50;

interface UdpSocket {
  readonly half: Half;
  readonly server: number;
  readonly exchange: UdpExchange;
  readonly kept: Datagram[];
  failed: boolean;
  /** In milliseconds; Infinity before. */
  failedAt: number;
  /** When the timeout of its last question ends, however long that was waited for. */
  openUntil: number;
  /** Closes it, after it was left open for a silent server. */
  endLingering: (() => void) | undefined;
  /** It was asked before the turn of the candidate, which has not come. */
  isAhead: boolean;
  isAnswered: boolean;
  cancelRepeat: (() => void) | undefined;
}

interface Datagram {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly reply: ClassifiedReply;
}

export class CandidateUdp {
  readonly #deps: CandidateSocketsDependencies;
  readonly #servers: AskedServers;
  readonly #events: CandidateSocketsEvents;
  readonly #sockets = new Map<number, UdpSocket>();
  /** They outlive the sockets: questions that are asked again are the same ones. */
  readonly #ids = new Map<number, number>();

  constructor(deps: CandidateSocketsDependencies, servers: AskedServers, events: CandidateSocketsEvents) {
    this.#deps = deps;
    this.#servers = servers;
    this.#events = events;
  }

  send(half: Half, server: number): TurnEvent[] {
    this.#forgetFailure(half, server);
    const opened = this.#sockets.get(keyOf(half, server));
    if (this.#servers.addressOf(server) === undefined || opened?.failed === true) return [{ type: 'dead' }];
    const socket = (opened && this.#takeTurn(opened)) ?? this.#ask(half, server);
    return socket === undefined ? [] : this.#takeKept(socket).map((datagram) => this.#eventOf(socket, datagram));
  }

  sendAhead(half: Half, server: number): boolean {
    const socket = this.#ask(half, server);
    if (socket !== undefined) socket.isAhead = true;
    return socket !== undefined;
  }

  takeAhead(): { readonly events: TurnEvent[]; readonly isComplete: boolean } {
    const sockets = [...this.#sockets.values()];
    const events = sockets.flatMap((socket) => {
      const accepted = this.#takeKept(socket).filter(({ reply }) => reply.accept === true);
      return accepted.map((datagram) => this.#eventOf(socket, datagram));
    });
    return { events, isComplete: sockets.every(({ isAnswered, failed }) => isAnswered || failed) };
  }

  isUnsent(server: number): boolean {
    for (const socket of this.#sockets.values()) {
      if (socket.server === server && socket.exchange.isWaiting === true) return true;
    }
    return false;
  }

  close(): void {
    for (const socket of this.#sockets.values()) this.#leave(socket);
    this.#sockets.clear();
  }

  #ask(half: Half, server: number): UdpSocket | undefined {
    const key = keyOf(half, server);
    const address = this.#servers.addressOf(server);
    if (address === undefined) return undefined;
    const id = this.#ids.get(key) ?? this.#deps.randomId();
    this.#ids.set(key, id);
    const socket = this.#sockets.get(key) ?? this.#open(half, server, address, id);
    this.#sockets.set(key, socket);
    socket.openUntil = this.#deps.now() + this.#servers.timeoutMs(server);
    this.#deps.observe.query(this.#servers.nameOf(server), 'udp');
    socket.exchange.send(this.#servers.query(half, id));
    return socket;
  }

  #open(half: Half, server: number, address: ServerAddress, id: number): UdpSocket {
    const socket: UdpSocket = {
      half,
      server,
      kept: [],
      failed: false,
      failedAt: Infinity,
      openUntil: 0,
      endLingering: undefined,
      isAhead: false,
      isAnswered: false,
      cancelRepeat: undefined,
      exchange: this.#deps.upstream.openUdp(
        address,
        {
          message: (bytes) => this.#onDatagram(socket, id, bytes),
          failed: () => this.#onFailure(socket),
        },
        half,
      ),
    };
    return socket;
  }

  /** Of what was asked ahead. Undefined: it has to be asked again. */
  #takeTurn(socket: UdpSocket): UdpSocket | undefined {
    if (!socket.isAhead) return undefined;
    socket.isAhead = false;
    const now = this.#deps.now();
    if (socket.kept.some(({ at }) => now - at > aheadLifetimeMs)) {
      this.#takeKept(socket);
      return undefined;
    }
    if (!socket.isAnswered) {
      socket.cancelRepeat = this.#deps.setTimer(askAgainMs, () => {
        if (!socket.isAnswered && this.#isAwaited(socket)) this.#ask(socket.half, socket.server);
      });
    }
    return socket;
  }

  #takeKept({ kept }: UdpSocket): Datagram[] {
    for (const { bytes } of kept) this.#servers.letGo(bytes);
    return kept.splice(0);
  }

  /** One that came long before the turn of the candidate says nothing of now. */
  #forgetFailure(half: Half, server: number): void {
    const key = keyOf(half, server);
    const socket = this.#sockets.get(key);
    if (socket?.isAhead !== true || this.#deps.now() - socket.failedAt <= aheadLifetimeMs) return;
    socket.exchange.close();
    this.#sockets.delete(key);
  }

  #isAwaited(socket: UdpSocket): boolean {
    return this.#sockets.get(keyOf(socket.half, socket.server)) === socket && this.#events.isAwaited(socket.server);
  }

  #onFailure(socket: UdpSocket): void {
    socket.failed = true;
    socket.failedAt = this.#deps.now();
    this.#heard(socket, false);
    if (socket.endLingering !== undefined) socket.endLingering();
    else if (this.#isAwaited(socket)) this.#events.arrived({ type: 'dead' });
  }

  #onDatagram(socket: UdpSocket, id: number, bytes: Uint8Array): void {
    const reply = classifyReply(bytes, this.#servers.expected(socket.half, id), 'udp');
    const datagram: Datagram = { at: this.#deps.now(), bytes, reply };
    const isAcceptable = reply.accept === true;
    socket.isAnswered ||= isAcceptable;
    this.#heard(socket, isAcceptable);
    if (socket.endLingering !== undefined) return isAcceptable ? socket.endLingering() : undefined;
    if (this.#isAwaited(socket)) return this.#events.arrived(this.#eventOf(socket, datagram));
    if (socket.kept.length >= keptDatagrams) return;
    socket.kept.push(datagram);
    this.#servers.hold(bytes);
    this.#events.stashed?.();
  }

  #heard({ server }: UdpSocket, acceptable: boolean): void {
    this.#deps.silentServers.happened(this.#servers.keyOf(server), { type: 'heard', acceptable });
  }

  #eventOf({ half, server }: UdpSocket, { at, bytes, reply }: Datagram): TurnEvent {
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
  #leave(socket: UdpSocket): void {
    socket.cancelRepeat?.();
    const { exchange, server, failed, openUntil } = socket;
    const close = (): void => exchange.close();
    const isHoped =
      this.#deps.silentServers.isSilent(this.#servers.keyOf(server)) && !failed && exchange.isWaiting !== true;
    if (!isHoped) return close();
    const { maxLingeringSockets } = this.#servers;
    socket.endLingering = this.#deps.lingering.keep(close, openUntil - this.#deps.now(), maxLingeringSockets);
  }
}

function keyOf(half: Half, server: number): number {
  return server * 2 + half;
}
