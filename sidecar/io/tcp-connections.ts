/** All TCP connections of clients, with the bounds that they share. */
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
  /** Whether the client may ask at all. */
  readonly admits?: (address: string) => boolean;
  /** Calls `run` again and again; gives the way to end it. */
  readonly every: (periodMs: number, run: () => void) => () => void;
}

/**
 * Replies that clients have not taken, over all connections: 64 queries under way may bring one connection 4 MiB at once.
 */
const maxUnsentBytes = 16 * 1024 * 1024;

/** How exactly the time bounds of connections are kept. */
const checkPeriodMs = 500;

export function createTcpConnections(options: TcpConnectionsOptions): TcpConnections {
  const { events, now, maxConnections, idleMs, every, admits = () => true } = options;
  const open = new Map<Socket, TcpConnection>();
  let endChecks: (() => void) | undefined;

  /** RFC 7766 §6.2.3 lets a server close idle connections; a new client is worth more than one that asks nothing. */
  function makeRoom(): boolean {
    if (open.size < maxConnections) return true;
    const idle = [...open].filter(([, connection]) => connection.isIdle);
    const [oldest] = idle.toSorted(([, one], [, other]) => one.lastActiveMs - other.lastActiveMs);
    events.dropped('connections-full');
    if (oldest === undefined) return false;
    const [socket, connection] = oldest;
    // Its end is reported later: the next connection must not find it here.
    open.delete(socket);
    connection.close();
    return true;
  }

  /** Those that hold most are closed first. */
  function shedUnsent(): void {
    let total = [...open.values()].reduce((sum, connection) => sum + connection.unsentBytes, 0);
    while (total > maxUnsentBytes) {
      const largest = [...open.values()].reduce((one, other) => (other.unsentBytes > one.unsentBytes ? other : one));
      total -= largest.unsentBytes;
      events.dropped('connection-slow');
      largest.close();
    }
  }

  function checkTimes(): void {
    const nowMs = now();
    for (const connection of open.values()) connection.checkTime(nowMs);
  }

  return {
    add(socket) {
      if (!admits(socket.remoteAddress ?? '') || !makeRoom()) {
        socket.destroy();
        return;
      }
      open.set(socket, serveTcpConnection(socket, { events, now, idleMs, crowded: shedUnsent }));
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
