/**
 * UDP sockets to the nameservers before and after their use: a few fresh ones are opened in advance, off the path of a query, and
 * under load those that were answered ask again (`decide/search/socket-reuse`).
 */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { Half } from '../decide/search/pair.ts';
import { countQuestion, mayAskAgain, noQuestions, questionsPerSecond } from '../decide/search/socket-reuse.ts';
import type { ReuseLimits } from '../decide/search/socket-reuse.ts';
import { ConnectedSocket } from './connected-socket.ts';
import type { SocketDependencies } from './connected-socket.ts';
import { createIdleSockets, type IdleSockets, type ServerSockets } from './idle-sockets.ts';
import type { SocketBudget, SocketClaim, SocketOpener } from './socket-budget.ts';

export interface SocketStock {
  /**
   * Gives `taker` a socket before it returns, or as soon as one can be opened. `fresh`: one that nobody asked on. To release what it
   * returns is to wait no longer; undefined: there was one.
   */
  take(server: ServerAddress, half: Half, taker: SocketTaker, fresh?: true): SocketClaim | undefined;
  /** The question on it is over. */
  giveBack(socket: ConnectedSocket, server: ServerAddress, half: Half): void;
}

export interface SocketTaker {
  took(socket: ConnectedSocket, origin: SocketOrigin): void;
}

/** Whether a socket was opened for the question, was ready, or has served another one before. */
export type SocketOrigin = 'opened' | 'stock' | 'reused';

export interface StockOptions extends ReuseLimits {
  /** Port of the nameservers that have none of their own. */
  readonly port: number;
  /** Fresh sockets that are ready, by nameserver. */
  readonly stock: number;
  readonly budget: SocketBudget;
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Calls `run` when what waits in the sockets was read. */
  readonly afterRead: (run: () => void) => void;
  /** An unpredictable 16-bit number. */
  readonly randomId: () => number;
}

/** Sockets that wait for their next question, by nameserver and half. */
const maxUsed = 128;

/** Sockets opened at a time: queries that arrived meanwhile come first. */
const refillAtOnce = 2;

export function createSocketStock(options: StockOptions): SocketStock {
  const { budget, now, stock, maxAgeMs } = options;
  const idle = createIdleSockets({ ...options, maxAgeMs });
  let rate = noQuestions;
  const deps = { port: options.port, now, disturbed: idle.drop };

  function takeUsed(used: ConnectedSocket[]): ConnectedSocket | undefined {
    while (questionsPerSecond(rate) >= options.reuseFrom && used.length > 0) {
      const index = options.randomId() % used.length;
      const socket = used[index];
      const last = used.pop();
      if (last !== undefined && last !== socket) used[index] = last;
      if (socket === undefined) return undefined;
      if (now() - socket.openedAt < maxAgeMs) return socket;
      socket.close();
    }
    return undefined;
  }

  /** In another turn of the event loop. */
  function refill(sockets: ServerSockets, server: ServerAddress): void {
    if (sockets.isRefilling || sockets.fresh.length >= stock) return;
    sockets.isRefilling = true;
    options.afterRead(() => {
      sockets.isRefilling = false;
      for (let count = 0; count < refillAtOnce && sockets.fresh.length < stock; count++) {
        if (budget.waiting > 0 || budget.held >= budget.limit / 2 || !openFresh(sockets, server)) return;
      }
      idle.kept();
      refill(sockets, server);
    });
  }

  function openFresh({ fresh }: ServerSockets, server: ServerAddress): boolean {
    let isGood = false;
    budget.claim({
      open(claim) {
        const socket = new ConnectedSocket(server, deps, claim);
        isGood = socket.isGood && !socket.lacksDescriptor;
        if (isGood) fresh.push(socket);
        else socket.close();
      },
    });
    return isGood;
  }

  budget.onShortage(idle.closeOne);

  return {
    take(server, half, taker, fresh) {
      rate = countQuestion(rate, now());
      const sockets = idle.of(server);
      const reused = fresh === true ? undefined : takeUsed(sockets.used[half]);
      const socket = reused ?? sockets.fresh.shift();
      if (reused === undefined) refill(sockets, server);
      if (socket !== undefined) {
        taker.took(socket, reused === undefined ? 'stock' : 'reused');
        return undefined;
      }
      return budget.claim(new Opening(server, deps, idle, taker));
    },
    giveBack(socket, server, half) {
      socket.end();
      const used = idle.of(server).used[half];
      const isRoom = budget.waiting === 0 && used.length < maxUsed;
      if (!isRoom || !mayAskAgain(socket, options, questionsPerSecond(rate), now())) return socket.close();
      used.push(socket);
      idle.kept();
    },
  };
}

/** Of a socket for one question; thousands may wait, so it has no closures. */
class Opening implements SocketOpener {
  readonly #server: ServerAddress;
  readonly #deps: SocketDependencies;
  readonly #idle: IdleSockets;
  readonly #taker: SocketTaker;

  constructor(server: ServerAddress, deps: SocketDependencies, idle: IdleSockets, taker: SocketTaker) {
    this.#server = server;
    this.#deps = deps;
    this.#idle = idle;
    this.#taker = taker;
  }

  open(claim: SocketClaim): void {
    const opened = new ConnectedSocket(this.#server, this.#deps, claim);
    if (opened.lacksDescriptor) {
      opened.discard();
      claim.defer(this);
      while (this.#idle.closeOne());
      return;
    }
    this.#taker.took(opened, 'opened');
  }
}
