import type { Socket } from 'node:net';
import type { ListenerEvents } from './listener-events.ts';
import { serveTcpConnection, type TcpConnection } from './tcp-connection.ts';

/** All TCP connections of clients, whichever listener they came through: they share one bound. */
export interface TcpConnections {
  add(socket: Socket): void;
  readonly size: number;
  closeAll(): void;
}

export interface TcpConnectionsOptions {
  readonly events: ListenerEvents;
  readonly now: () => number;
  readonly maxConnections: number;
  readonly idleMs: number;
  /** Calls `run` again and again; gives the way to end it. */
  readonly every: (periodMs: number, run: () => void) => () => void;
}

/** How exactly the time bounds of connections are kept. */
const checkPeriodMs = 500;

export function createTcpConnections(options: TcpConnectionsOptions): TcpConnections {
  const { events, now, maxConnections, idleMs, every } = options;
  const open = new Map<Socket, TcpConnection>();
  let endChecks: (() => void) | undefined;

  /** RFC 7766 §6.2.3 lets a server close idle connections; a new client is worth more than one that asks nothing. */
  function makeRoom(): boolean {
    if (open.size < maxConnections) return true;
    const idle = [...open.values()].filter((connection) => connection.isIdle);
    const [oldest] = idle.toSorted((one, other) => one.lastActiveMs - other.lastActiveMs);
    events.dropped('connections-full');
    oldest?.close();
    return oldest !== undefined;
  }

  function checkTimes(): void {
    const nowMs = now();
    for (const connection of open.values()) connection.checkTime(nowMs);
  }

  return {
    add(socket) {
      if (!makeRoom()) {
        socket.destroy();
        return;
      }
      open.set(socket, serveTcpConnection(socket, { events, now, idleMs }));
      socket.on('close', () => {
        open.delete(socket);
        if (open.size > 0) return;
        endChecks?.();
        endChecks = undefined;
      });
      endChecks ??= every(checkPeriodMs, checkTimes);
    },
    get size() {
      return open.size;
    },
    closeAll() {
      for (const connection of open.values()) connection.close();
    },
  };
}
