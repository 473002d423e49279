/**
 * Bounds what pieces of work may take of the heap together. Who finds no room waits for it; who needs little goes past
 * those who wait for much.
 */
export function heapShare(mostBytes: number): HeapShare {
  const waiting: { readonly bytes: number; start(): void }[] = [];
  let takenBytes = 0;
  const hasRoom = (bytes: number): boolean => takenBytes === 0 || takenBytes + bytes <= mostBytes;
  const give = (bytes: number): void => {
    takenBytes -= bytes;
    for (let [next] = waiting; next && hasRoom(next.bytes); [next] = waiting) {
      takenBytes += next.bytes;
      waiting.shift();
      next.start();
    }
  };
  return async (bytes, work) => {
    if (hasRoom(bytes)) takenBytes += bytes;
    else await new Promise<void>((start) => waiting.push({ bytes, start }));
    try {
      return await work();
    } finally {
      give(bytes);
    }
  };
}

/** Runs `work`, which is taken to need that much. */
export type HeapShare = <Result>(bytes: number, work: () => Promise<Result>) => Promise<Result>;
