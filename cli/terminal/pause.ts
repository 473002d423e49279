/** What takes long without waiting for anything lets signals be heard. */
import { setImmediate } from 'node:timers/promises';

/** Longer is felt by whoever presses Ctrl-C. */
const pauseEveryMs = 50;

/** Lets signals be heard now and then; throws where one has ended the work. */
export function createPause(signal: AbortSignal | undefined): () => Promise<void> {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs >= pauseEveryMs) {
      await setImmediate();
      lastMs = performance.now();
    }
    signal?.throwIfAborted();
  };
}
