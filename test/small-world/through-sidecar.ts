/** Runs cells through real sidecars and judges what the C libraries got by the table. */
import { G2, GLIBC } from '../system/rows/row.ts';
import { startSidecar } from '../system/sidecar.ts';
import { createWorld } from '../system/world.ts';
import { grids, scriptOf, type Cell, type Setting } from './cells.ts';
import { differencesOf } from './judge.ts';
import { measure, share, type Job, type Lane, type Measured } from './measure.ts';
import { distinctQuestions, runDirectModel } from './model.ts';
import type { Observation } from './observation.ts';
import type { Table } from './table.ts';

export interface Verdict extends Job {
  readonly differences: readonly string[];
}

/** Each has a sidecar: about 150 MB. */
const WORLDS_PER_SETTING = 2;
/** Lookups at a time and world: of those that wait, and of those that keep a processor busy. */
const WAITING_IN_FLIGHT = 96;
const QUICK_IN_FLIGHT = 3;
/** Less than one timeout, so that a timeout too many shows. */
const LATE_MS = 900;
/** With the options that are written for it. */
const MUSL_PATIENCE_MS = 10_000;

export interface SidecarRun {
  readonly table: Table;
  readonly jobs: readonly Job[];
  readonly pairWindowMs: number;
  readonly progress: () => void;
}

export async function runThroughSidecar(run: SidecarRun): Promise<readonly Verdict[]> {
  const { table, jobs } = run;
  const settings = new Set(grids.map((grid) => grid.setting));
  const measured = await Promise.all(
    [...settings].flatMap((setting) => {
      const own = jobs.filter(({ cell }) => cell.grid.setting === setting);
      return Array.from({ length: WORLDS_PER_SETTING }, (_, i) =>
        runInWorld(setting, lanesOf(table, share(own, i, WORLDS_PER_SETTING)), run),
      );
    }),
  );
  const verdicts: Verdict[] = [];
  for (const one of measured.flat()) verdicts.push(await judge(table, one));
  return verdicts;
}

function lanesOf(table: Table, jobs: readonly Job[]): Lane[] {
  const { waiting = [], quick = [] } = Object.groupBy(jobs, (job) => {
    const { outcome, seconds } = observationOf(table, job.cell);
    return seconds > 0 || isPatient(job, outcome) ? 'waiting' : 'quick';
  });
  return [
    { jobs: waiting, inFlight: WAITING_IN_FLIGHT },
    { jobs: quick, inFlight: QUICK_IN_FLIGHT },
  ];
}

function observationOf(table: Table, cell: Cell): Observation {
  const observation = table.get(cell);
  if (observation === undefined) throw new Error(`the table has no ${cell.label}`);
  return observation;
}

/** V8: before it says AGAIN, musl waits until its patience is over. */
function isPatient({ libc }: Job, outcome: string): boolean {
  return outcome === 'ag' && !GLIBC.includes(libc.name);
}

async function runInWorld(
  setting: Setting,
  lanes: readonly Lane[],
  { pairWindowMs, progress }: SidecarRun,
): Promise<Measured[]> {
  const jobs = lanes.flatMap((lane) => lane.jobs);
  if (jobs.length === 0) return [];
  const world = await createWorld();
  try {
    const played = [...new Set(jobs.map(({ cell }) => cell))];
    await world.prepare({ resolvConf: setting.resolvConf, script: scriptOf(setting, played) });
    const sidecar = await startSidecar(world, { RESOLVER_PAIR_WINDOW_MILLISECONDS: String(pairWindowMs) });
    const measured = await measure({ world, view: 'injected', lanes, progress });
    const end = await sidecar.stop();
    if (end !== 0) throw new Error(`the sidecar ended with ${end}:\n${sidecar.log()}`);
    return measured;
  } finally {
    await world.close();
  }
}

async function judge(table: Table, measured: Measured): Promise<Verdict> {
  const { cell, libc, round, name, result, queries } = measured;
  const observation = observationOf(table, cell);
  const faults = queries.filter(({ fault }) => fault !== undefined).map(({ fault }) => `faulty query: ${fault}`);
  const differences = differencesOf(
    cell,
    { name, result, asked: distinctQuestions(queries) },
    {
      observation,
      asked: await askedDirectly(cell),
      knowsNoData: !G2.includes(libc.name),
      lateMs: isPatient(measured, observation.outcome) ? MUSL_PATIENCE_MS + LATE_MS : LATE_MS,
    },
  );
  return { cell, libc, round, differences: [...faults, ...differences] };
}

const direct = new Map<Cell, readonly string[]>();

/** The model gives what was recorded of every cell, to the query; the table has their number only. */
async function askedDirectly(cell: Cell): Promise<readonly string[]> {
  const asked = direct.get(cell) ?? (await runDirectModel(cell)).asked;
  direct.set(cell, asked);
  return asked;
}
