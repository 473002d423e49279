/**
 * Bounds what pieces of work may take of the heap together. Who finds no room waits for it; who needs little goes past
 * those who wait for much, and has a part of the room that they cannot take.
 */
export function heapShare(maxBytes: number): HeapShare {
  const keptForSmallBytes = maxBytes / 10;
  const smallBytes = maxBytes / 100;
  const waiting = new Set<{ readonly bytes: number; start(): void }>();
  let takenBytes = 0;
  const hasRoom = (bytes: number): boolean =>
    takenBytes === 0 || takenBytes + bytes <= maxBytes - (bytes <= smallBytes ? 0 : keptForSmallBytes);
  const give = (bytes: number): void => {
    takenBytes -= bytes;
    for (const next of waiting) {
      if (!hasRoom(next.bytes)) continue;
      takenBytes += next.bytes;
      waiting.delete(next);
      next.start();
    }
  };
  return async (bytes, work) => {
    if (hasRoom(bytes)) takenBytes += bytes;
    else await new Promise<void>((start) => waiting.add({ bytes, start }));
    try {
      return await work();
    } finally {
      give(bytes);
    }
  };
}

/** Runs `work`, which is taken to need that much. */
export type HeapShare = <Result>(bytes: number, work: () => Promise<Result>) => Promise<Result>;
