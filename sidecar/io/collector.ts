/** Collects the garbage of a busy time when it is over (`decide/configuration/collection`). */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import { collectionCheckMs, isCollectionDue, noCollection } from '../decide/configuration/collection.ts';

export interface CollectorOptions {
  readonly now: () => number;
  readonly every: (periodMs: number, run: () => void) => () => void;
  readonly log: Log;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly heap: Heap;
}

export interface Heap {
  /** What it has of the machine's memory, garbage and free pages included. */
  bytes(): number;
  /** Gives the pause in milliseconds. */
  collect(): Promise<number>;
  /** The part of the time since the last call in which the event loop was busy, 0 to 1. */
  busyShare(): number;
}

/** The returned function ends it. */
export function startCollector({ now, every, log, metrics, heap }: CollectorOptions): () => void {
  let last = noCollection;

  async function collect(heapBytesBefore: number): Promise<void> {
    last = { at: now(), heapBytes: heapBytesBefore };
    const pauseMs = await heap.collect();
    last = { at: now(), heapBytes: heap.bytes() };
    metrics.observe('alpine_resolver_collection_pause_seconds', pauseMs / 1000);
    log.debug('collection', { heapBytesBefore, heapBytes: last.heapBytes, pauseMs: Math.round(pauseMs) });
  }

  return every(collectionCheckMs, () => {
    const state = { heapBytes: heap.bytes(), busyShare: heap.busyShare() };
    if (isCollectionDue(last, state, now())) void collect(state.heapBytes);
  });
}

/** Of this process. */
export function ownHeap(bytes: () => number): Heap {
  let before = performance.eventLoopUtilization();
  return {
    bytes,
    async collect() {
      const collectGarbage = globalThis.gc ?? (await exposedCollector());
      const startMs = performance.now();
      // Only this kind gives pages back at once; a plain one leaves them for V8 to give back, which an idle process does not do.
      collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      return performance.now() - startMs;
    },
    busyShare() {
      const current = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(current, before);
      before = current;
      return utilization;
    },
  };
}

/**
 * Where Node.js was started without `--expose-gc`: it shows it to contexts that are made while the flag is set. Loaded when it is needed:
 * a start has no time for it.
 */
async function exposedCollector(): Promise<(options: object) => void> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import('node:v8'), import('node:vm')]);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
