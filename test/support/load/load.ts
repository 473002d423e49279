/** The load generator: lookups as C libraries send them, from a program in C that is far faster than what it asks. */
import { join } from 'node:path';
import { runCommand } from '../machine/command.ts';
import { compiled } from './programs.ts';

export interface Load {
  readonly port: number;
  readonly address?: string;
  /** A name with one `%u`, and how many there are of it. */
  readonly pattern: string;
  readonly names: number;
  /** The first number. */
  readonly first?: number;
  readonly order?: 'random' | 'sequential';
  /** Lookups in flight. */
  readonly open?: number;
  /** Sockets that take turns. */
  readonly ports?: number;
  readonly lookups?: number;
  readonly seconds?: number;
  /** Lookups per second; 0: the next begins when one is answered. */
  readonly rate?: number;
  /** How many of a hundred lookups carry an OPT record. */
  readonly opt?: number;
  /** Milliseconds until an unanswered lookup counts as lost. */
  readonly timeout?: number;
  /** 1: the load generator never sleeps, so that no server pays for waking it. It leaves its processor to nobody else. */
  readonly spin?: 0 | 1;
  readonly seed?: number;
  /** Both queries of a lookup are of this type, and no A and AAAA. */
  readonly type?: number;
}

export interface LoadResult {
  /** Lookups that were answered, both halves. */
  readonly lookups: number;
  readonly replies: number;
  readonly lost: number;
  readonly seconds: number;
  /** Of the load generator itself. */
  readonly cpuSeconds: number;
  readonly noError: number;
  readonly noSuchName: number;
  readonly serverFailure: number;
  readonly refused: number;
  /** Replies that are no replies: the query came back. */
  readonly echoed: number;
  /** In the answer sections of all replies. */
  readonly records: number;
  readonly truncated: number;
  readonly medianUs: number;
  readonly p99Us: number;
}

/** @param prefix a command that runs the rest of its words, as `taskset -c 1` does */
export async function runLoad(load: Load, prefix: readonly string[] = []): Promise<LoadResult> {
  const program = await compiled(join(import.meta.dirname, 'load.c'));
  const words = Object.entries(load).map(([key, value]) => `${key}=${value}`);
  const [command = program, ...args] = [...prefix, program, ...words];
  return JSON.parse(await runCommand(command, args)) as LoadResult;
}
