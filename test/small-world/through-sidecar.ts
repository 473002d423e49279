/** Runs cells through real sidecars and judges what the C libraries got by the table. */
import { muslG2, glibc } from '../support/rows/row.ts';
import { startSidecar } from '../support/worlds/sidecar.ts';
import { createWorld } from '../support/worlds/world.ts';
import { grids, scriptOf, type Cell, type Setting } from './cells.ts';
import { createGovernor, type Governor, type GovernorLimits } from './governor.ts';
import { judge, type Judgement } from './judge.ts';
import { measure, share, type Job, type Measured } from './measure.ts';
import { distinctQuestions, runDirectModel } from './model.ts';
import type { Observation } from './observation.ts';
import type { Table } from './table.ts';

export interface Verdict extends Job, Judgement {}

export interface SidecarRun {
  readonly table: Table;
  readonly jobs: readonly Job[];
  /** Each has a sidecar: about 150 MB. */
  readonly worldsPerSetting: number;
  /** Of lookups that wait, and of those that keep a processor busy. */
  readonly waiting: GovernorLimits;
  readonly quick: GovernorLimits;
  readonly pairWindowMs: number;
  readonly progress: () => void;
}

/** Less than one timeout, so that a timeout too many shows. */
const lateMs = 900;
/** With the options that are written for it. */
const muslDeadlineMs = 10_000;

export async function runThroughSidecar(run: SidecarRun): Promise<readonly Verdict[]> {
  const { table, jobs, worldsPerSetting } = run;
  const waiting = createGovernor(run.waiting);
  const quick = createGovernor(run.quick);
  const governorOf = (job: Job) => (isQuick(table, job) ? quick : waiting);
  const settings = new Set(grids.map((grid) => grid.setting));
  const measured = await Promise.all(
    [...settings].flatMap((setting) => {
      const own = jobs.filter(({ cell }) => cell.grid.setting === setting);
      return Array.from({ length: worldsPerSetting }, (_, i) =>
        runInWorld(setting, share(own, i, worldsPerSetting), governorOf, run),
      );
    }),
  );
  const verdicts: Verdict[] = [];
  for (const one of measured.flat()) verdicts.push(await verdictOn(table, one));
  return verdicts;
}

function isQuick(table: Table, job: Job): boolean {
  const { outcome, seconds } = observationOf(table, job.cell);
  return seconds === 0 && !isPatient(job, outcome);
}

function observationOf(table: Table, cell: Cell): Observation {
  const observation = table.get(cell);
  if (observation === undefined) throw new Error(`the table has no ${cell.label}`);
  return observation;
}

/** V8: before it says AGAIN, musl waits until its patience is over. */
function isPatient({ libc }: Job, outcome: string): boolean {
  return outcome === 'ag' && !glibc.includes(libc.name);
}

async function runInWorld(
  setting: Setting,
  jobs: readonly Job[],
  governorOf: (job: Job) => Governor,
  { pairWindowMs, progress }: SidecarRun,
): Promise<Measured[]> {
  if (jobs.length === 0) return [];
  const world = await createWorld();
  try {
    const played = [...new Set(jobs.map(({ cell }) => cell))];
    await world.prepare({ resolvConf: setting.resolvConf, script: scriptOf(setting, played) });
    const sidecar = await startSidecar(world, {
      RESOLVER_PAIR_WINDOW_MILLISECONDS: String(pairWindowMs),
      // One sidecar plays all cells: what one of them was told must not tell in the next.
      RESOLVER_SERVER_MEMORY: 'false',
    });
    const measured = await measure({ world, view: 'injected', jobs, governorOf, progress });
    const end = await sidecar.stop();
    if (end !== 0) throw new Error(`the sidecar ended with ${end}:\n${sidecar.log()}`);
    return measured;
  } finally {
    await world.close();
  }
}

async function verdictOn(table: Table, measured: Measured): Promise<Verdict> {
  const { cell, libc, round, name, result, queries } = measured;
  const observation = observationOf(table, cell);
  const faults = queries.filter(({ fault }) => fault !== undefined).map(({ fault }) => `faulty query: ${fault}`);
  const { differences, late } = judge(
    cell,
    { name, result, asked: distinctQuestions(queries) },
    {
      observation,
      asked: await askedDirectly(cell),
      knowsNoData: !muslG2.includes(libc.name),
      lateMs: isPatient(measured, observation.outcome) ? muslDeadlineMs + lateMs : lateMs,
    },
  );
  return { cell, libc, round, differences: [...faults, ...differences], late };
}

const direct = new Map<Cell, readonly string[]>();

/** The model gives what was recorded of every cell, to the query; the table has their number only. */
async function askedDirectly(cell: Cell): Promise<readonly string[]> {
  const asked = direct.get(cell) ?? (await runDirectModel(cell)).asked;
  direct.set(cell, asked);
  return asked;
}
