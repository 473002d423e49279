/** Runs a case in a world: all clients directly against the scripted servers, or through one sidecar. */
import { once } from 'node:events';
import type { Query } from '../../cli/simulation/script.ts';
import type { Observation } from '../support/observation/observation.ts';
import { hitsIn, seedOfText, withCaches, withLifetimes } from '../support/cases/remembered.ts';
import { startSidecar } from '../support/worlds/sidecar.ts';
import type { View, World } from '../support/worlds/world.ts';
import { callTable, type Call } from './calls.ts';
import type { Case } from './cases/case.ts';
import type { Client } from './clients.ts';
import { type Run, readRun, runsOf } from './runs.ts';
import { observationOf } from './seen.ts';
import { openToConnections } from './web.ts';

export interface ObservedCall {
  client: Client;
  call: Call;
  seen: Observation;
}

export interface CaseRun {
  calls: ObservedCall[];
  queries: Query[];
  /** Replies and answers from memory. */
  hits: number;
}

/** Through a sidecar with caches; the seed chooses the lifetimes of what the servers say. */
export interface WithCaches {
  readonly seed: number;
}

const limitMs = 60_000;

export async function runCase(
  world: World,
  item: Case,
  clients: readonly Client[],
  view: View,
  remembered?: WithCaches,
): Promise<CaseRun> {
  await openToConnections(world);
  const lasting = remembered && { script: withLifetimes(item.script, seedOfText(remembered.seed, item.id)) };
  await world.prepare({ ...item, ...lasting });
  const caches = remembered && withCaches;
  const sidecar = view === 'injected' ? await startSidecar(world, { ...caches, ...item.sidecar }) : undefined;
  const runOf = async (calls: ObservedCall[]): Promise<CaseRun> => ({
    calls,
    queries: await world.queries(),
    hits: hitsIn((await sidecar?.metrics()) ?? ''),
  });
  try {
    const isTogether = item.together ?? false;
    const runs = clients.flatMap((client) =>
      runsOf(client, callTable[client.kind][item.asks] ?? [], item.name, isTogether),
    );
    if (isTogether) {
      const found = await Promise.all(runs.map((run) => observe(world, view, run)));
      return await runOf(found.flat());
    }
    const calls: ObservedCall[] = [];
    for (const run of runs) calls.push(...(await observe(world, view, run)));
    return await runOf(calls);
  } finally {
    await sidecar?.stop();
  }
}

async function observe(world: World, view: View, run: Run): Promise<ObservedCall[]> {
  const child = world.start(view, ['sh', '-c', 'exec "$@" 2>&1', 'sh', ...run.command]);
  child.stdin?.end();
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  await once(child, 'close');
  clearTimeout(timer);
  const late = observationOf({ outcome: 'FAILED', code: `still running after ${limitMs / 1000} s: ${output.trim()}` });
  const seen = readRun(run, output);
  return run.calls.map((call, i) => ({ client: run.client, call, seen: isLate ? late : (seen[i] ?? late) }));
}
