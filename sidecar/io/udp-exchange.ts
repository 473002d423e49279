/** One question to one nameserver over UDP, on a socket that nobody else uses meanwhile. */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { Half } from '../decide/search/pair.ts';
import type { UdpExchange, UdpExchangeEvents } from '../ports/upstream.ts';
import { readUint16 } from '../wire/bytes.ts';
import type { ConnectedSocket, SocketUser } from './connected-socket.ts';
import type { Guard } from './guard.ts';
import type { SocketClaim } from './socket-budget.ts';
import type { SocketOrigin, SocketStock, SocketTaker } from './socket-stock.ts';

export interface UdpExchangeDependencies {
  readonly stock: SocketStock;
  readonly guard: Guard;
  /** Counts a socket that a question got. */
  readonly took: (origin: SocketOrigin) => void;
}

export function openUdpExchange(
  deps: UdpExchangeDependencies,
  server: ServerAddress,
  half: Half,
  events: UdpExchangeEvents,
): UdpExchange {
  return new StockExchange(deps, server, half, events);
}

class StockExchange implements UdpExchange, SocketTaker, SocketUser {
  readonly #deps: UdpExchangeDependencies;
  readonly #server: ServerAddress;
  readonly #half: Half;
  readonly #events: UdpExchangeEvents;
  #socket: ConnectedSocket | undefined;
  /** Waits for a socket. */
  #waiting: SocketClaim | undefined;
  /** What was sent last, or was to be while no socket was free: one exchange carries one question, so the last is enough. */
  #query: Uint8Array | undefined;
  #isClosed = false;

  constructor(deps: UdpExchangeDependencies, server: ServerAddress, half: Half, events: UdpExchangeEvents) {
    this.#deps = deps;
    this.#server = server;
    this.#half = half;
    this.#events = events;
    this.#take();
  }

  get isWaiting(): boolean {
    return this.#socket === undefined;
  }

  send(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    // In a part of a larger buffer: to send one of its own, Node.js gives that memory outside the heap, for as long as it lives.
    const query = Buffer.from(bytes);
    this.#query = query;
    if (this.#socket?.hasUsed(readUint16(query, 0)) === true) this.#replace();
    else this.#socket?.send(query);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#socket === undefined) this.#waiting?.release();
    else this.#deps.stock.giveBack(this.#socket, this.#server, this.#half);
  }

  took(socket: ConnectedSocket, origin: SocketOrigin): void {
    this.#socket = socket;
    this.#deps.took(origin);
    socket.begin(this);
    if (this.#query !== undefined) socket.send(this.#query);
  }

  received(bytes: Uint8Array): void {
    this.#deps.guard(() => this.#events.message(bytes));
  }

  failed(code: string): void {
    // It may be the error of an earlier question; this one's own would come again.
    if (this.#socket !== undefined && this.#socket.questions > 1) return this.#replace();
    // Local errors appear while the socket is being opened; the opener hears of them after it has the exchange.
    setImmediate(() => {
      if (!this.#isClosed) this.#deps.guard(() => this.#events.failed(code));
    });
  }

  /** Asks on a socket that nobody has used. */
  #replace(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    socket.isSpoilt = true;
    this.#deps.stock.giveBack(socket, this.#server, this.#half);
    this.#take(true);
  }

  #take(fresh?: true): void {
    this.#waiting = this.#deps.stock.take(this.#server, this.#half, this, fresh);
  }
}
