/** How long the next attempt to reach the API waits: longer with each failure, and never for good. */

/** `failures`: those that went before this one, one behind the other. */
export function retryDelayMs(failures: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures, maxDoublings), longestMs);
}

const firstMs = 100;
const longestMs = 10_000;
const maxDoublings = 20;
