/** Queries by the ten thousand, no faster than the sidecar reads them: what the kernel drops proves nothing. */
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSidecar } from './rig.ts';

export interface Flood {
  readonly sent: number;
  readonly replies: number;
}

/** More than this has not been read yet, if so many were sent and not counted. */
const aheadQueries = 200;

/** `make` gives the message of each number; each of `ports` sockets sends in turn. */
export async function flood(
  sidecar: RunningSidecar,
  count: number,
  make: (index: number) => Uint8Array,
  { ports = 1 } = {},
): Promise<Flood> {
  const sockets = Array.from({ length: ports }, () => createSocket('udp4'));
  let replies = 0;
  for (const socket of sockets) {
    socket.on('message', () => (replies += 1));
    socket.on('error', () => undefined);
  }
  const before = (await sidecar.metrics()).get('alpine_resolver_queries_total');
  let read = 0;
  let idleRounds = 0;
  for (let sent = 0; sent < count;) {
    const until = Math.min(count, sent + aheadQueries);
    for (; sent < until; sent += 1) sockets[sent % ports]?.send(make(sent), sidecar.port, '127.0.0.1');
    await sleep(1);
    // The kernel may have dropped some all the same: they are not waited for.
    for (idleRounds = 0; sent - read > aheadQueries / 2 && idleRounds < 5;) {
      const now = (await sidecar.metrics()).get('alpine_resolver_queries_total') - before;
      idleRounds = now === read ? idleRounds + 1 : 0;
      read = now;
    }
  }
  await sleep(100);
  for (const socket of sockets) socket.close();
  return { sent: count, replies };
}
