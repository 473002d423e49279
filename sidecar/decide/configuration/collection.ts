/**
 * When the garbage of a busy time is collected and given back: in a pod that is idle V8 does neither by itself, and what a
 * burst took once would be kept for ever.
 */

/** The last collection; or none, as at the start. */
export interface Collection {
  /** On the monotonic clock, in milliseconds. */
  readonly at: number;
  /** What the heap had of the machine's memory afterwards. */
  readonly heapBytes: number;
}

export const noCollection: Collection = { at: -Infinity, heapBytes: 0 };

/** Over the last {@link collectionCheckMs}. */
export interface HeapState {
  readonly heapBytes: number;
  /** The part of the time in which the process did something, 0 to 1. */
  readonly busyShare: number;
}

/** How often it is looked, in milliseconds. */
export const collectionCheckMs = 10_000;

/** Nobody waits long for a pause then. */
const maxBusyShare = 0.02;

/** It is not worth a pause for less. */
const minGrowthBytes = 6 * 1024 * 1024;

const minIntervalMs = 60_000;

export function isCollectionDue(last: Collection, { heapBytes, busyShare }: HeapState, now: number): boolean {
  return busyShare < maxBusyShare && heapBytes - last.heapBytes >= minGrowthBytes && now - last.at >= minIntervalMs;
}
