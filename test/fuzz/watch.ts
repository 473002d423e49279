/** Runs one target in a thread, and ends it when an input hangs or needs more memory than the sidecar has. */
import { Worker } from 'node:worker_threads';
import { runningHeadBytes, type WorkerReport, type WorkerTask } from './task.ts';

export interface WatchOptions extends Omit<WorkerTask, 'running'> {
  /** An input that takes longer hangs, in milliseconds. */
  readonly hangMs?: number;
}

/** The largest input, and its head. */
const runningBytes = 1024 * 1024 + runningHeadBytes;

/** Far beyond what one input may take, on a machine that does other things as well. */
const usualHangMs = 30_000;

/** The corpus and the instrumented code need some of it; the sidecar's own heap is 32 MiB. */
const heapMegabytes = 256;

/**
 * Beyond its limit V8 gives a worker some megabytes in which to end. What one collection moves out of a young generation of
 * the usual size may exceed them, and V8 then aborts the whole process.
 */
const youngMegabytes = 8;

const pollMs = 200;

export async function runWatched({ hangMs = usualHangMs, ...task }: WatchOptions): Promise<WorkerReport> {
  const running = new SharedArrayBuffer(runningBytes);
  const numbers = new Int32Array(running, 0, 2);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...task, running } satisfies WorkerTask,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
  });
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    let lastNumber = 0;
    let lastMs: number | undefined;
    const timer = setInterval(() => {
      const number = Atomics.load(numbers, 0);
      if (number === lastNumber && lastMs !== undefined && performance.now() - lastMs > hangMs) {
        end(`still at work after ${hangMs} ms`);
      }
      if (number === lastNumber) return;
      lastNumber = number;
      lastMs = performance.now();
    }, pollMs);

    function end(message: string): void {
      clearInterval(timer);
      void worker.terminate();
      const input = Buffer.from(running, runningHeadBytes, Atomics.load(numbers, 1));
      resolve({
        inputs: Atomics.load(numbers, 0),
        elapsedMs: performance.now() - startMs,
        corpus: 0,
        edges: 0,
        findings: [{ target: task.target, message, input: Uint8Array.from(input) }],
        blocks: [],
        reached: [],
      });
    }

    worker.on('message', (report: WorkerReport) => {
      clearInterval(timer);
      resolve(report);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') end('out of memory');
      else {
        clearInterval(timer);
        reject(error);
      }
    });
  });
}
