/** The sidecar's sources of chance: query IDs and the start of `rotate`. */
import { randomFillSync, randomInt } from 'node:crypto';

/** Unpredictable query IDs, drawn from the system's generator a block at a time. */
export function createIdSource(): () => number {
  const block = new Uint16Array(512);
  let next = block.length;
  return () => {
    if (next === block.length) {
      randomFillSync(block);
      next = 0;
    }
    const id = block[next] ?? 0;
    // An ID that has been used is not left in memory.
    block[next] = 0;
    next += 1;
    return id;
  };
}

/** The server to begin with under `rotate`: glibc counts on by one for each candidate, from a random start. */
export function createRotation(): (count: number) => number {
  let turn = randomInt(2 ** 16);
  return (count) => {
    turn += 1;
    return turn % count;
  };
}
