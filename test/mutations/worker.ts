/**
 * The thread in which mutants live: reads the tests once, and runs those that it is told to, each time with another mutant.
 * A mutant of what is made while the files are read needs a thread of its own, in which it is there from the beginning.
 */
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { nearestFirst } from './nearest-first.ts';
import { beginFile, keptTests } from './vitest-stand-in.ts';
import type { KeptTest } from './vitest-stand-in.ts';

export interface WorkerInput {
  /** Where on `globalThis` Stryker's switches are. */
  readonly namespace: string;
  readonly testFiles: string;
  /** There while the files are read, and afterwards. */
  readonly mutant?: string | undefined;
}

export interface RunRequest {
  /** All, where it is missing. */
  readonly tests?: ReadonlySet<string> | undefined;
  /** What they run with: up to the first test that fails. */
  readonly mutant?: { readonly id: string; readonly file: string; readonly hitLimit: number | undefined };
  /** How long tests took before, in milliseconds. */
  readonly timesMs: ReadonlyMap<string, number>;
}

export type RunReply = TestsRan | { readonly unread: string };

export interface TestsRan {
  readonly ran: readonly { readonly id: string; readonly ms: number; readonly failure?: string }[];
  readonly isHitLimitReached: boolean;
  /** Tests fail without the mutant now: it has changed what they share. */
  readonly isSpoilt: boolean;
  readonly coverage: MutantCoverage | undefined;
}

/** Stryker's: the changed code reads which mutant it is, and notes which it passes. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

const input = workerData as WorkerInput;
const onGlobal = globalThis as Record<string, unknown>;
const switches = (onGlobal[input.namespace] ??= {}) as Switches;
// As the configuration of vitest defines it.
onGlobal['ALPINE_RESOLVER_VERSION'] = '0.0.0-test';
const standIn = new URL('vitest-stand-in.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

const fault = readTests();
parentPort?.on('message', (request: RunRequest) => void answer(request));

async function answer(request: RunRequest): Promise<void> {
  const unread = await fault;
  const reply: RunReply = unread === undefined ? await run(request) : { unread };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker_threads has no origin
  parentPort?.postMessage(reply);
}

/** Returns why they could not be read. */
async function readTests(): Promise<string | undefined> {
  switches.activeMutant = input.mutant;
  try {
    for (const file of globSync(input.testFiles).toSorted()) {
      beginFile(file);
      await import(pathToFileURL(resolve(file)).href);
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function run({ tests, mutant, timesMs }: RunRequest): Promise<TestsRan> {
  const wanted = tests === undefined ? keptTests : keptTests.filter(({ id }) => tests.has(id));
  const ordered = mutant === undefined ? wanted : nearestFirst(wanted, mutant.file, timesMs);
  Object.assign(switches, { activeMutant: mutant?.id, hitCount: mutant && 0, hitLimit: mutant?.hitLimit });
  const ran: TestsRan['ran'][number][] = [];
  for (const test of ordered) {
    const began = performance.now();
    const failure = await failureOf(test);
    ran.push({ id: test.id, ms: performance.now() - began, ...(failure !== undefined && { failure }) });
    if (failure !== undefined && mutant !== undefined) break;
  }
  const { hitCount = 0, hitLimit = Infinity, mutantCoverage: coverage } = switches;
  Object.assign(switches, { activeMutant: undefined, hitCount: undefined });
  const isSpoilt = mutant !== undefined && (await hasFailure(ordered.slice(0, ran.length)));
  return { ran, isHitLimitReached: hitCount > hitLimit, isSpoilt, coverage };
}

async function hasFailure(tests: readonly KeptTest[]): Promise<boolean> {
  for (const test of tests) if ((await failureOf(test)) !== undefined) return true;
  return false;
}

async function failureOf({ id, run: body }: KeptTest): Promise<string | undefined> {
  switches.currentTestId = id;
  try {
    await body();
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    switches.currentTestId = undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
