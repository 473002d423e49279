/** The search for inputs: mutate one of the corpus, run it, keep it if it reached something new. */
import { beginInput, sawNewEdges } from './coverage.ts';
import { enlarge, mutate } from './mutate.ts';
import { createRandom } from '../support/random.ts';
import type { Target } from './target.ts';

export interface LoopOptions {
  readonly seed: number;
  /** Whichever comes first. */
  readonly maxInputs: number;
  readonly maxMs: number;
  readonly untilFinding?: boolean;
  /** Told before each input is run: what is running when it never comes back. */
  starting(input: Uint8Array): void;
}

export interface LoopResult {
  readonly inputs: number;
  readonly elapsedMs: number;
  readonly corpus: number;
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly target: string;
  readonly message: string;
  readonly input: Uint8Array;
}

/** Different faults that are reported; one fault has many inputs. */
const maxFindings = 10;

/** Larger inputs are run, but lead to no others: a run must not spend its time on copies. */
const maxCorpusBytes = 8192;

/** As large as inputs can be: what costs more than its length shows there. */
const largeInputs = 20;

/** Inputs between two looks at the clock and at what waits in the event loop. */
const sliceInputs = 1000;

export async function search(target: Target, options: LoopOptions): Promise<LoopResult> {
  const random = createRandom(options.seed);
  const corpus: Uint8Array[] = [];
  const findings = new Map<string, Finding>();
  const startMs = performance.now();
  const source = { random, tokens: target.tokens, maxBytes: target.maxBytes, another: () => choose() };
  let inputs = 0;

  /** Half of the time one of those that were found last: they lead on. */
  function choose(): Uint8Array {
    const fromNewest = random.oneIn(2) ? Math.ceil(corpus.length / 8) : corpus.length;
    return corpus[corpus.length - 1 - random.below(fromNewest)] ?? new Uint8Array();
  }

  function attempt(input: Uint8Array): void {
    inputs += 1;
    options.starting(input);
    beginInput();
    const outcome = runOnce(target, input);
    // Before anything is run again, so that the clock has no say in the search.
    const isNew = sawNewEdges() && input.length <= maxCorpusBytes;
    if (isNew || inputs <= target.seeds.length) corpus.push(input);
    const message = judge(target, input, outcome);
    if (message === undefined || findings.size >= maxFindings || findings.has(faultKey(message))) return;
    const small = shrink(target, input, message, options.starting);
    findings.set(faultKey(message), { target: target.name, message, input: small });
  }

  for (const seed of target.seeds) attempt(seed);
  for (let left = largeInputs; left > 0; left--) attempt(enlarge(random.pick(target.seeds), source));
  while (inputs < options.maxInputs && performance.now() - startMs < options.maxMs) {
    if (options.untilFinding === true && findings.size > 0) break;
    const end = Math.min(options.maxInputs, inputs + sliceInputs);
    while (inputs < end) attempt(mutate(choose(), source));
    await new Promise((resolve) => void setImmediate(resolve));
  }
  return {
    inputs,
    elapsedMs: performance.now() - startMs,
    corpus: corpus.length,
    findings: [...findings.values()],
  };
}

/** What is wrong with what the target makes of the input: an exception, or too much time. */
export function faultOf(target: Target, input: Uint8Array): string | undefined {
  return judge(target, input, runOnce(target, input));
}

interface RunOutcome {
  readonly error?: unknown;
  readonly elapsedMs: number;
}

function runOnce(target: Target, input: Uint8Array): RunOutcome {
  const startMs = performance.now();
  try {
    target.run(input);
  } catch (error) {
    return { error, elapsedMs: 0 };
  }
  return { elapsedMs: performance.now() - startMs };
}

function judge(target: Target, input: Uint8Array, { error, elapsedMs }: RunOutcome): string | undefined {
  if (error instanceof Error) return error.stack ?? error.message;
  if (error !== undefined) return `thrown: ${JSON.stringify(error)}`;
  if (elapsedMs < target.limitMs) return undefined;
  // The machine may have been busy: what counts is processor time, more than once.
  const times = [1, 2, 3].map(() => processorMs(() => target.run(input)));
  const leastMs = Math.min(...times);
  return leastMs < target.limitMs ? undefined : `slow: ${Math.round(leastMs)} ms for ${input.length} bytes`;
}

function processorMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Messages and places, without the numbers in them. */
function faultKey(message: string): string {
  return message.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/g, '#');
}

/** Leaves out what the fault does not need. */
function shrink(target: Target, input: Uint8Array, message: string, starting: (input: Uint8Array) => void): Uint8Array {
  const key = faultKey(message);
  if (key.startsWith('slow')) return input;
  let small = input;
  for (let size = small.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= small.length;) {
      const shorter = Uint8Array.from([...small.subarray(0, at), ...small.subarray(at + size)]);
      starting(shorter);
      const fault = faultOf(target, shorter);
      if (fault !== undefined && faultKey(fault) === key) small = shorter;
      else at += size;
    }
  }
  return small;
}
