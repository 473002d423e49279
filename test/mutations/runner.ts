/**
 * Stryker's test runner: mutants live in a thread that has read the tests once, so that one costs the milliseconds of its
 * tests and no new start of vitest.
 *
 * What a mutant may take is counted in processor time, not by the clock: on a busy machine one that is only slow is not taken
 * for one that never ends.
 */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import type {
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner';
import type { RunReply, RunRequest, TestsRan, WorkerInput } from './worker.ts';

export const runnerName = 'in-one-thread';

/** The table tests of the step functions, of what else is decided, of resolv.conf and of names on a Docker host, and nothing else. */
const testFiles = 'test/unit/{decide,shared/resolv-conf,discovery/names}/**/*.test.ts';

/** Processor time in which a mutant must end, in milliseconds: several times what reading and running all tests take. */
const maxCpuMs = 10_000;

/** The first run reads all tests and runs them all. */
const maxFirstCpuMs = 60_000;

const lookEveryMs = 250;

class OneThreadRunner implements TestRunner {
  readonly #timesMs = new Map<string, number>();
  #worker: Worker | undefined;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun(): Promise<DryRunResult> {
    const reply = await this.#run(this.#shared(), { timesMs: this.#timesMs }, maxFirstCpuMs);
    if (reply === undefined) return { status: DryRunStatus.Timeout };
    if ('unread' in reply) return { status: DryRunStatus.Error, errorMessage: reply.unread };
    const { ran, coverage } = reply;
    return { status: DryRunStatus.Complete, tests: ran.map(testResult), ...(coverage && { mutantCoverage: coverage }) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, sandboxFileName: file, hitLimit, testFilter, mutantActivation } = options;
    const isStatic = mutantActivation === 'static';
    const worker = isStatic ? startWorker(activeMutant.id) : this.#shared();
    const mutant = { id: activeMutant.id, file, hitLimit };
    const reply = await this.#run(worker, { tests: testFilter && new Set(testFilter), mutant, timesMs: this.#timesMs });
    if (isStatic || reply === undefined || 'unread' in reply || reply.isSpoilt) await this.#end(worker);
    return mutantResult(reply);
  }

  async dispose(): Promise<void> {
    await this.#worker?.terminate();
  }

  #shared(): Worker {
    this.#worker ??= startWorker(undefined);
    return this.#worker;
  }

  async #end(worker: Worker): Promise<void> {
    if (worker === this.#worker) this.#worker = undefined;
    await worker.terminate();
  }

  /** Undefined: it did not end. */
  async #run(worker: Worker, request: RunRequest, limitMs = maxCpuMs): Promise<RunReply | undefined> {
    const reply = await replyOf(worker, request, limitMs);
    if (reply !== undefined && 'ran' in reply) for (const { id, ms } of reply.ran) this.#timesMs.set(id, ms);
    return reply;
  }
}

function testResult({ id, ms, failure }: TestsRan['ran'][number]): TestResult {
  const base = { id, name: id, timeSpentMs: ms };
  return failure === undefined
    ? { ...base, status: TestStatus.Success }
    : { ...base, status: TestStatus.Failed, failureMessage: failure };
}

/** One with which the tests cannot be read is found, too. */
function mutantResult(reply: RunReply | undefined): MutantRunResult {
  if (reply === undefined) return { status: MutantRunStatus.Timeout, reason: `${maxCpuMs} ms of processor time` };
  if ('unread' in reply) return killedBy('reading the tests', reply.unread, 0);
  const { ran, isHitLimitReached } = reply;
  if (isHitLimitReached) return { status: MutantRunStatus.Timeout, reason: 'it was passed too often' };
  const killer = ran.find(({ failure }) => failure !== undefined);
  if (killer === undefined) return { status: MutantRunStatus.Survived, nrOfTests: ran.length };
  return killedBy(killer.id, killer.failure ?? '', ran.length);
}

function killedBy(id: string, failureMessage: string, nrOfTests: number): MutantRunResult {
  return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests };
}

function startWorker(mutant: string | undefined): Worker {
  const workerData: WorkerInput = { namespace: INSTRUMENTER_CONSTANTS.NAMESPACE, testFiles, mutant };
  return new Worker(new URL('worker.ts', import.meta.url), { workerData, stdout: true, stderr: true });
}

/** Undefined: it did not end within its processor time. */
async function replyOf(worker: Worker, request: RunRequest, limitMs: number): Promise<RunReply | undefined> {
  const before = await cpuMs(worker);
  const ended = new AbortController();
  const { signal } = ended;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker_threads has no origin
  worker.postMessage(request);
  try {
    const reply = once(worker, 'message', { signal }).then(([message]) => message as RunReply);
    return await Promise.race([reply, untilUsed(worker, before + limitMs, signal)]);
  } finally {
    ended.abort();
  }
}

async function untilUsed(worker: Worker, limitMs: number, signal: AbortSignal): Promise<undefined> {
  do await setTimeout(lookEveryMs, undefined, { signal });
  while ((await cpuMs(worker)) < limitMs);
}

/** A thread that has not begun to run has taken none. */
async function cpuMs(worker: Worker): Promise<number> {
  const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
  return (user + system) / 1000;
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, runnerName, createRunner)];

function createRunner(): TestRunner {
  return new OneThreadRunner();
}
createRunner.inject = [] as const;
