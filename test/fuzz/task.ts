/** What goes to and comes from the thread that runs a target. */
import type { Block } from './coverage.ts';
import type { Finding } from './loop.ts';

export interface WorkerTask {
  readonly target: string;
  readonly seed: number;
  readonly maxInputs: number;
  readonly maxMs: number;
  readonly untilFinding?: boolean;
  /** Inputs that were at fault once. */
  readonly regressions: readonly Uint8Array[];
  /** Only these inputs are run. */
  readonly replay?: readonly Uint8Array[];
  /** The number of the input that is running, its length, its bytes. */
  readonly running: SharedArrayBuffer;
}

export interface WorkerReport {
  readonly inputs: number;
  readonly elapsedMs: number;
  /** Inputs that reached something new. */
  readonly corpus: number;
  readonly edges: number;
  readonly findings: readonly Finding[];
  readonly blocks: readonly Block[];
  readonly reached: readonly Block[];
}

/** Head of `running`: two numbers of 32 bits. */
export const runningHeadBytes = 8;
