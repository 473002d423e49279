/** Runs cells through real sidecars and judges what the C libraries got by the table. */
import { muslG2, glibc } from '../support/rows/row.ts';
import { faultyQueries } from '../support/observation/questions.ts';
import { hitsIn, withCaches, withLifetimes } from '../support/cases/remembered.ts';
import { startSidecar } from '../support/worlds/sidecar.ts';
import { createWorld } from '../support/worlds/world.ts';
import { grids, scriptOf, type Cell, type Setting } from './cells.ts';
import { createGovernor, type Governor, type GovernorLimits } from './governor.ts';
import { judge, type Judgement } from './judge.ts';
import { measure, share, type Job, type Measured } from './measure.ts';
import { distinctQuestions, runDirectModel } from './model.ts';
import type { Entry } from './entry.ts';
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
  /** Each lookup is made twice, by sidecars with caches; the seed chooses the lifetimes of what the servers say. */
  readonly caches?: { readonly seed: number; readonly hit: (times: number) => void } | undefined;
  readonly progress: () => void;
}

/** Less than one timeout, so that a timeout too many shows. */
const lateMs = 900;
/** When musl gives up with the options that are written for it. */
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
  for (const one of measured.flat()) verdicts.push(await verdictOn(table, one, run.caches !== undefined));
  return verdicts;
}

function isQuick(table: Table, job: Job): boolean {
  const { outcome, seconds } = entryOf(table, job.cell);
  return seconds === 0 && !waitsAlways(job, outcome);
}

function entryOf(table: Table, cell: Cell): Entry {
  const entry = table.get(cell);
  if (entry === undefined) throw new Error(`the table has no ${cell.label}`);
  return entry;
}

/** V8: before it says AGAIN, musl waits until its own deadline. */
function waitsAlways({ libc }: Job, outcome: string): boolean {
  return outcome === 'ag' && !glibc.includes(libc.name);
}

async function runInWorld(
  setting: Setting,
  jobs: readonly Job[],
  governorOf: (job: Job) => Governor,
  { pairWindowMs, caches, progress }: SidecarRun,
): Promise<Measured[]> {
  if (jobs.length === 0) return [];
  const world = await createWorld();
  try {
    const played = [...new Set(jobs.map(({ cell }) => cell))];
    const script = scriptOf(setting, played);
    await world.prepare({
      resolvConf: setting.resolvConf,
      script: caches === undefined ? script : withLifetimes(script, caches.seed),
    });
    const sidecar = await startSidecar(world, {
      RESOLVER_PAIR_WINDOW_MILLISECONDS: String(pairWindowMs),
      // One sidecar plays all cells: what one of them has shown of a server must not count in the next.
      RESOLVER_SERVER_MEMORY: 'false',
      ...(caches === undefined ? {} : withCaches),
    });
    const times = caches === undefined ? 1 : 2;
    const measured = await measure({ world, view: 'injected', jobs, times, governorOf, progress });
    if (caches !== undefined) caches.hit(hitsIn(await sidecar.metrics()));
    const end = await sidecar.stop();
    if (end !== 0) throw new Error(`the sidecar ended with ${end}:\n${sidecar.log()}`);
    return measured;
  } finally {
    await world.close();
  }
}

async function verdictOn(table: Table, measured: Measured, hasCaches: boolean): Promise<Verdict> {
  const { cell, libc, repeat, name, observation, queries } = measured;
  const entry = entryOf(table, cell);
  const { differences, late } = judge(
    cell,
    { name, observation, asked: distinctQuestions(queries) },
    {
      entry,
      asked: hasCaches ? undefined : await askedDirectly(cell),
      knowsNoData: !muslG2.includes(libc.name),
      lateMs: waitsAlways(measured, entry.outcome) ? muslDeadlineMs + lateMs : lateMs,
    },
  );
  return { cell, libc, repeat, differences: [...faultyQueries(queries), ...differences], late };
}

const direct = new Map<Cell, readonly string[]>();

/** The model gives what was recorded of every cell, to the query; the table has their number only. */
async function askedDirectly(cell: Cell): Promise<readonly string[]> {
  const asked = direct.get(cell) ?? (await runDirectModel(cell)).asked;
  direct.set(cell, asked);
  return asked;
}
