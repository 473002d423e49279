/**
 * How long processes waited for a processor. On a machine that is too busy a lookup is another one: replies come after
 * their deadline, the halves of a pair come apart. Such a measurement is none, whatever it gave.
 */
import { readFileSync } from 'node:fs';
import type { LibcName } from '../worlds/libcs.ts';
import { muslNames } from '../rows/row.ts';

/** Waiting of the processes of one lookup, in milliseconds. */
export interface Waiting {
  readonly client: number;
  readonly servers: number;
  readonly sidecar: number;
}

/** Replies of the slowest cases come 0.2 s before a deadline. */
const limitMs = 150;

/** musl sends the halves of a pair one after the other; they belong together for 5 ms. */
const muslLimitMs = 3;

/** Milliseconds that the process was ready to run but did not, since it began; 0 where the kernel does not say. */
export function waitedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Why the measurement says nothing; undefined: it counts. */
export function disturbance(libc: LibcName, { client, servers, sidecar }: Waiting): string | undefined {
  const tooLong = [
    ...(client > (muslNames.includes(libc) ? muslLimitMs : limitMs) ? [`${libc} ${client.toFixed(1)} ms`] : []),
    ...(servers > limitMs ? [`the servers ${servers.toFixed(0)} ms`] : []),
    ...(sidecar > limitMs ? [`the sidecar ${sidecar.toFixed(0)} ms`] : []),
  ];
  return tooLong.length === 0 ? undefined : `waited for a processor: ${tooLong.join(', ')}`;
}
