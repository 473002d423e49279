/** Hands cases to the API server's own code (`chain/`, a program in Go) and reads what it finds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { run } from '../support/machine/command.ts';
import type { ChainProgram } from './programs.ts';
import type { RealWebhook } from './real-webhook.ts';

export interface PodCase {
  readonly name: string;
  readonly namespace: string;
  readonly alwaysPull: boolean;
  /** What a webhook of somebody else does between the two calls of ours; `chain/changes.go` has the table. */
  readonly change: string;
  readonly pod: JsonObject;
}

export interface Finding {
  readonly case: PodCase;
  readonly kind: string;
  readonly detail: string;
}

export interface Sum {
  readonly cases: number;
  readonly injected: number;
  readonly valid: number;
  readonly changes: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
}

export interface Task {
  readonly program: ChainProgram;
  readonly webhook: RealWebhook;
  /** The one that answers where the plug-in AlwaysPullImages is on. */
  readonly underAlwaysPull: RealWebhook;
  readonly configuration: JsonObject;
  readonly objects: readonly JsonObject[];
  readonly featureGates: string;
  readonly cases: readonly PodCase[];
  /** How many pods Kubernetes' own fuzzer fills beside the cases. */
  readonly fuzzed: number;
  readonly seed: number;
  /** One of `chain/faults.go`. */
  readonly fault?: string;
}

export async function judge(task: Task): Promise<{ sum: Sum; findings: Finding[] }> {
  const {
    program,
    featureGates,
    webhook,
    underAlwaysPull,
    configuration,
    objects,
    cases,
    fuzzed,
    seed,
    fault = '',
  } = task;
  const text = JSON.stringify({
    webhook: {
      address: webhook.address,
      addressUnderAlwaysPull: underAlwaysPull.address,
      ca: webhook.ca + underAlwaysPull.ca,
    },
    configuration,
    objects,
    cases,
    fuzzed,
    seed,
    fault,
  });
  const lines = await runChain(program, 'admission', { text, featureGates });
  const last = lines.pop() as { sum: Sum };
  return { sum: last.sum, findings: lines as Finding[] };
}

/** What the program prints, a line each. */
export async function runChain(
  program: ChainProgram,
  command: 'admission' | 'objects' | 'dns',
  { text, featureGates = '' }: { text: string; featureGates?: string },
): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'admission-'));
  try {
    const file = join(folder, 'task.json');
    await writeFile(file, text);
    const { stdout } = await run(program.path, [`--feature-gates=${featureGates}`, command, file]);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  } finally {
    await rm(folder, { recursive: true });
  }
}
