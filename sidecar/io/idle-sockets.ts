/** UDP sockets that nobody asks on: fresh ones, and those that were answered and may ask again. They close with age. */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { ConnectedSocket } from './connected-socket.ts';

/** Those to one nameserver. */
export interface ServerSockets {
  readonly fresh: ConnectedSocket[];
  /** A and AAAA apart: two questions of one lookup are never asked from one port, not even one after the other. */
  readonly used: readonly [ConnectedSocket[], ConnectedSocket[]];
  isRefilling: boolean;
}

export interface IdleSockets {
  of(server: ServerAddress): ServerSockets;
  /** A socket was put into one of the lists. */
  kept(): void;
  drop(socket: ConnectedSocket): void;
  /** False: there is none. */
  closeOne(): boolean;
}

export interface IdleSocketsOptions {
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Of sockets that were answered, in milliseconds. */
  readonly maxAgeMs: number;
}

/** A fresh socket that nobody took for so long is closed, in milliseconds: the machine's addresses and routes may have changed. */
const maxFreshMs = 10_000;

/** Ages are looked at so often, in milliseconds. */
const sweepMs = 1000;

export function createIdleSockets({ now, setTimer, maxAgeMs }: IdleSocketsOptions): IdleSockets {
  const servers = new Map<string, ServerSockets>();
  let isSweeping = false;

  function sweepLater(): void {
    if (isSweeping) return;
    isSweeping = true;
    setTimer(sweepMs, sweep);
  }

  function sweep(): void {
    isSweeping = false;
    for (const [key, { fresh, used, isRefilling }] of servers) {
      closeOld(fresh, now() - maxFreshMs);
      for (const half of used) closeOld(half, now() - maxAgeMs);
      if (fresh.length + used[0].length + used[1].length > 0) sweepLater();
      else if (!isRefilling) servers.delete(key);
    }
  }

  return {
    of({ address, scope, port }) {
      const key = scope === undefined && port === undefined ? address : `${address}%${scope ?? ''}#${port ?? ''}`;
      const known = servers.get(key);
      if (known !== undefined) return known;
      const created: ServerSockets = { fresh: [], used: [[], []], isRefilling: false };
      servers.set(key, created);
      return created;
    },
    kept: sweepLater,
    drop(socket) {
      for (const { fresh, used } of servers.values()) for (const list of [fresh, ...used]) remove(list, socket);
      socket.close();
    },
    closeOne() {
      for (const { fresh, used } of servers.values()) {
        const socket = used[0].pop() ?? used[1].pop() ?? fresh.pop();
        if (socket === undefined) continue;
        socket.close();
        return true;
      }
      return false;
    },
  };
}

function closeOld(sockets: ConnectedSocket[], openedBefore: number): void {
  const old = sockets.filter(({ openedAt }) => openedAt <= openedBefore);
  for (const socket of old) {
    remove(sockets, socket);
    socket.close();
  }
}

function remove(sockets: ConnectedSocket[], socket: ConnectedSocket): void {
  const index = sockets.indexOf(socket);
  if (index >= 0) sockets.splice(index, 1);
}
