/** The collector, with a heap of the test and with that of the process. */
import { expect, test } from 'vitest';
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { ownHeap, startCollector, type Heap } from '../../../sidecar/io/collector.ts';

const mebibyte = 1024 * 1024;

const settled = () => new Promise((resolve) => setImmediate(resolve));

function setUp(heap: Heap) {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics(sidecarMetrics);
  let nowMs = 0;
  let tick = (): void => undefined;
  const stop = startCollector({
    now: () => nowMs,
    every: (_periodMs, run) => {
      tick = run;
      return () => (tick = () => undefined);
    },
    log: createLog({ level: 'debug', now: () => 0, write: (line) => void lines.push(JSON.parse(line)) }),
    metrics,
    heap,
  });
  return { lines, metrics, stop, tick: () => tick(), pass: (ms: number) => (nowMs += ms) };
}

test('collects when it is worth it, tells it, and waits until the heap has grown again', async () => {
  let bytes = 40 * mebibyte;
  const heap: Heap = {
    bytes: () => bytes,
    busyShare: () => 0,
    collect() {
      bytes = 11 * mebibyte;
      return Promise.resolve(31);
    },
  };
  const { lines, metrics, tick, pass, stop } = setUp(heap);
  tick();
  await settled();
  expect(lines).toEqual([
    {
      time: expect.any(String),
      level: 'debug',
      event: 'collection',
      heapBytesBefore: 40 * mebibyte,
      heapBytes: 11 * mebibyte,
      pauseMs: 31,
    },
  ]);
  expect(metrics.exposition()).toContain('alpine_resolver_collection_pause_seconds_bucket{le="0.05"} 1\n');
  pass(60_000);
  bytes = 17 * mebibyte - 1;
  tick();
  await settled();
  expect(lines).toHaveLength(1);
  bytes += 1;
  tick();
  await settled();
  expect(lines).toHaveLength(2);
  stop();
  bytes = 90 * mebibyte;
  pass(60_000);
  tick();
  await settled();
  expect(lines).toHaveLength(2);
});

test('the heap of the process is collected in fact', async () => {
  const heap = ownHeap(() => process.memoryUsage().heapTotal);
  let garbage: unknown[] | undefined = Array.from({ length: 500_000 }, (_, index) => ({ index }));
  const before = heap.bytes();
  expect(garbage).toHaveLength(500_000);
  garbage = undefined;
  expect(await heap.collect()).toBeGreaterThan(0);
  expect(heap.bytes()).toBeLessThan(before - 8 * mebibyte);
  expect(heap.busyShare()).toBeGreaterThan(0);
});
