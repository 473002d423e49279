/** Runs a case in a world: all clients directly against the scripted servers, or through one sidecar. */
import { once } from 'node:events';
import type { Query } from '../../cli/simulation/script.ts';
import type { Observation } from '../support/observation/observation.ts';
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
}

const limitMs = 60_000;

export async function runCase(world: World, item: Case, clients: readonly Client[], view: View): Promise<CaseRun> {
  await openToConnections(world);
  await world.prepare(item);
  const sidecar = view === 'injected' ? await startSidecar(world, { ...item.sidecar }) : undefined;
  try {
    const isTogether = item.together ?? false;
    const runs = clients.flatMap((client) =>
      runsOf(client, callTable[client.kind][item.asks] ?? [], item.name, isTogether),
    );
    if (isTogether) {
      const found = await Promise.all(runs.map((run) => observe(world, view, run)));
      return { calls: found.flat(), queries: await world.queries() };
    }
    const calls: ObservedCall[] = [];
    for (const run of runs) calls.push(...(await observe(world, view, run)));
    return { calls, queries: await world.queries() };
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
