/** Runs cells with real C libraries in a world, many at a time: nearly all of their time is spent on timeouts. */
import { observeProbe, type Observation } from '../support/observation/observation.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import type { Query } from '../../cli/simulation/script.ts';
import type { View, World } from '../support/worlds/world.ts';
import { askedName, type Cell } from './cells.ts';
import type { Governor } from './governor.ts';

/** So that no world keeps the others from their turn. */
const maxInWorld = 128;

export interface Job {
  readonly cell: Cell;
  readonly libc: Libc;
  /** Tells a repeated measurement of the same cell from the first. */
  readonly repeat: number;
}

export interface Measured extends Job {
  readonly name: string;
  readonly observation: Observation;
  /** What the servers got for this lookup, in order. */
  readonly queries: readonly Query[];
}

export interface Measurement {
  readonly world: World;
  readonly view: View;
  readonly jobs: readonly Job[];
  /** How often each lookup is made, one after the other; default once. */
  readonly times?: number;
  governorOf(job: Job): Governor;
  readonly progress: () => void;
}

/** The world is prepared; through the sidecar, the sidecar runs in it. */
export async function measure({
  world,
  view,
  jobs,
  times = 1,
  governorOf,
  progress,
}: Measurement): Promise<Measured[]> {
  const measured: Omit<Measured, 'queries'>[] = [];
  const waiting = [...jobs];
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const governor = governorOf(job);
      const call = `getaddrinfo ${job.cell.grid.family} ${nameOf(job)} canon`;
      for (let time = 1; time <= times; time++) {
        await governor.begin();
        const observation = observeProbe(await world.lookup(job.libc, view, call));
        governor.end(observation.elapsedMs);
        measured.push({ ...job, name: nameOf(job), observation });
      }
      progress();
    }
  };
  await Promise.all(Array.from({ length: maxInWorld }, work));
  const asked = Map.groupBy(await world.queries(), ({ name }) => name.split('.').slice(0, 2).join('.'));
  return measured.map((one) => ({ ...one, queries: asked.get(one.name) ?? [] }));
}

function nameOf({ cell, libc, repeat }: Job): string {
  return askedName(cell, `${libc.name.replaceAll('.', '-')}-${repeat}`);
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
