/** Runs cells with real C libraries in a world, many at a time: nearly all of their time is spent on timeouts. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeResult } from '../system/agent.ts';
import type { Libc } from '../system/libcs.ts';
import type { Query } from '../system/script.ts';
import type { View, World } from '../system/world.ts';
import { askedName, type Cell } from './cells.ts';

/** Lookups that all begin at once would keep each other from their replies. */
const START_GAP_MS = 50;

export interface Job {
  readonly cell: Cell;
  readonly libc: Libc;
  /** Tells a repeated measurement of the same cell from the first. */
  readonly round: number;
}

export interface Measured extends Job {
  readonly name: string;
  readonly result: ProbeResult;
  /** What the servers got for this lookup, in order. */
  readonly queries: readonly Query[];
}

export interface Measurement {
  readonly world: World;
  readonly view: View;
  /** Each lane keeps so many lookups under way. */
  readonly lanes: readonly Lane[];
  readonly progress: () => void;
}

export interface Lane {
  readonly jobs: readonly Job[];
  readonly inFlight: number;
}

/** The world is prepared; through the sidecar, the sidecar runs in it. */
export async function measure({ world, view, lanes, progress }: Measurement): Promise<Measured[]> {
  const results = new Map<Job, ProbeResult>();
  const work = async (waiting: Job[], startMs: number) => {
    await sleep(startMs);
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      results.set(job, await world.lookup(job.libc, view, `getaddrinfo ${job.cell.grid.family} ${nameOf(job)} canon`));
      progress();
    }
  };
  const workers = lanes.flatMap(({ jobs, inFlight }) => {
    const waiting = [...jobs];
    return Array.from({ length: Math.min(inFlight, jobs.length) }, (_, i) => work(waiting, i * START_GAP_MS));
  });
  await Promise.all(workers);
  const asked = Map.groupBy(await world.queries(), ({ name }) => name.split('.').slice(0, 2).join('.'));
  return lanes
    .flatMap(({ jobs }) => jobs)
    .flatMap((job) => {
      const result = results.get(job);
      const name = nameOf(job);
      return result === undefined ? [] : [{ ...job, name, result, queries: asked.get(name) ?? [] }];
    });
}

function nameOf({ cell, libc, round }: Job): string {
  return askedName(cell, `${libc.name.replaceAll('.', '-')}-${round}`);
}

/** Every `count`th, beginning with the `index`th. */
export function share<Value>(values: readonly Value[], index: number, count: number): Value[] {
  return values.filter((_, i) => i % count === index);
}

/** Counts on the terminal, a few times a second at most. */
export function createProgress(total: number): () => void {
  let done = 0;
  let shownMs = 0;
  return () => {
    done++;
    const now = performance.now();
    if (!process.stderr.isTTY || (now - shownMs < 200 && done < total)) return;
    shownMs = now;
    process.stderr.write(`\r${done} of ${total} lookups${done < total ? '' : '\n'}`);
  };
}
