/** The sidecar's sources of chance: query IDs, the seed of hashes, and the start of `rotate`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { lateCrypto } from './late-modules.ts';

/** The kernel's generator, from which that of node:crypto is seeded, too. */
const generator = '/dev/urandom';

/** Unpredictable query IDs, drawn from the system's generator a block at a time. */
export function createIdSource(path: string = generator): () => number {
  const block = new Uint16Array(512);
  let next = block.length;
  return () => {
    if (next === block.length) {
      if (!readFully(path, block)) lateCrypto().randomFillSync(block);
      next = 0;
    }
    const id = block[next] ?? 0;
    // An ID that has been used is not left in memory.
    block[next] = 0;
    next += 1;
    return id;
  };
}

/** 32 bits for `hashSeed`, of two IDs that nobody gets. */
export function drawSeed(randomId: () => number): number {
  return (randomId() << 16) | randomId();
}

/** The server to begin with under `rotate`: glibc counts on by one for each candidate, from a random start. */
export function createRotation(randomId: () => number): (count: number) => number {
  let turn = randomId();
  return (count) => {
    turn += 1;
    return turn % count;
  };
}

/** False: there is no such file, no descriptor for it, or not enough in it. A signal may cut a read short. */
function readFully(path: string, block: Uint16Array): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    for (let filled = 0; filled < block.byteLength;) {
      const read = readSync(descriptor, block, filled, block.byteLength - filled, null);
      if (read === 0) return false;
      filled += read;
    }
    return true;
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
