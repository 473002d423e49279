/** One target in a thread of its own: what hangs or eats the memory is ended from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import { blocks, edgesSeen, reachedBlocks } from './coverage.ts';
import { instrumentModules } from './instrument.ts';
import { faultOf, search, type Finding } from './loop.ts';
import type { Target } from './target.ts';
import { runningHeadBytes, type WorkerReport, type WorkerTask } from './task.ts';

const task = workerData as WorkerTask;
const numbers = new Int32Array(task.running, 0, 2);
const bytes = new Uint8Array(task.running, runningHeadBytes);

instrumentModules(/^(sidecar|shared)\/.*\.ts$|^test\/fuzz\/planted\.ts$/);
// Only now: what is imported before has no counters.
const { targets } = (await import('./targets/all.ts')) as { targets: readonly Target[] };
const found = targets.find(({ name }) => name === task.target);
if (found === undefined) throw new Error(`no such target: ${task.target}`);
const target: Target = { ...found, seeds: [...found.seeds, ...task.regressions] };
const result =
  task.replay === undefined
    ? await search(target, { ...task, starting })
    : { inputs: task.replay.length, elapsedMs: 0, corpus: 0, findings: replay(task.replay) };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker_threads has no origin
parentPort?.postMessage({ ...result, edges: edgesSeen(), blocks, reached: reachedBlocks() } satisfies WorkerReport);

function starting(input: Uint8Array): void {
  const length = Math.min(input.length, bytes.length);
  bytes.set(input.subarray(0, length));
  Atomics.store(numbers, 1, length);
  Atomics.add(numbers, 0, 1);
}

function replay(inputs: readonly Uint8Array[]): Finding[] {
  return inputs.flatMap((input) => {
    starting(input);
    const message = faultOf(target, input);
    return message === undefined ? [] : [{ target: target.name, message, input }];
  });
}
