/**
 * `npm run small-world:record`: writes the table anew from what real glibc does against the scripted servers. Every
 * version at hand measures every cell once; a cell whose measurements differ is measured again, in quiet, until it is
 * clear whether the machine was slow or the versions differ.
 */
import { faultyQueries } from '../support/observation/questions.ts';
import { provideLibcs, type Libc } from '../support/worlds/libcs.ts';
import { createWorld } from '../support/worlds/world.ts';
import { cells, grids, scriptOf, type Cell, type Setting } from './cells.ts';
import { createGovernor, type Governor, type GovernorLimits } from './governor.ts';
import { createProgress, measure, share, type Job, type Measured } from './measure.ts';
import { describeCell, formatEntry, outcomeOf, type Entry } from './entry.ts';
import { tableFile, writeTable } from './table.ts';

const oracleNames = ['glibc', 'glibc-2.41'] as const;
const firstWorldsPerSetting = 2;
const firstLimits = { first: 100, most: 640 };
const quietLimits = { first: 16, most: 16 };
const quietRepeats = 3;
const secondMs = 1000;

process.exitCode = await main();

async function main(): Promise<number> {
  const startMs = performance.now();
  const { available, missing } = await provideLibcs(oracleNames);
  for (const reason of Object.values(missing)) console.error(`without ${reason}`);
  const oracles = Object.values(available);
  if (oracles.length === 0) throw new Error('there is no glibc to record');
  const versions = oracles.map((libc) => `glibc ${libc.version} (${libc.origin})`);
  console.log(`${cells.length} cells with ${versions.join(' and ')}`);

  const first = await measureAll(jobsOf(cells, oracles, [0]), firstWorldsPerSetting, firstLimits);
  const unclear = cells.filter((cell) => new Set(first.get(cell)?.map(formatEntry)).size !== 1);
  console.log(`${unclear.length} cells differ between measurements and are measured again`);
  const repeats = Array.from({ length: quietRepeats }, (_, i) => i + 1);
  const again = await measureAll(jobsOf(unclear, oracles, repeats), 1, quietLimits);

  const table = new Map<Cell, Entry>();
  const failures: string[] = [];
  for (const cell of cells) {
    const found = new Map((again.get(cell) ?? first.get(cell) ?? []).map((seen) => [formatEntry(seen), seen]));
    const [only] = found.values();
    if (only !== undefined && found.size === 1) table.set(cell, only);
    else failures.push(`${describeCell(cell)}: ${[...found.keys()].join(' or ')}`);
  }
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) {
    console.error(`${failures.length} cells without one outcome: nothing is written`);
    return 1;
  }
  writeTable(table, versions);
  console.log(`${tableFile}: ${table.size} cells in ${Math.round((performance.now() - startMs) / secondMs)} s`);
  return 0;
}

function jobsOf(some: readonly Cell[], oracles: readonly Libc[], repeats: readonly number[]): Job[] {
  return repeats.flatMap((repeat) => some.flatMap((cell) => oracles.map((libc) => ({ cell, libc, repeat }))));
}

async function measureAll(
  jobs: readonly Job[],
  worldsPerSetting: number,
  limits: GovernorLimits,
): Promise<Map<Cell, Entry[]>> {
  const progress = createProgress(jobs.length);
  const governor = createGovernor(limits);
  const settings = new Set(grids.map((grid) => grid.setting));
  const measured = await Promise.all(
    [...settings].flatMap((setting) => {
      const own = jobs.filter((job) => job.cell.grid.setting === setting);
      return Array.from({ length: worldsPerSetting }, (_, i) =>
        measureInWorld(setting, share(own, i, worldsPerSetting), governor, progress),
      );
    }),
  );
  const entries = new Map<Cell, Entry[]>();
  for (const one of measured.flat()) entries.set(one.cell, [...(entries.get(one.cell) ?? []), entryOf(one)]);
  return entries;
}

async function measureInWorld(
  setting: Setting,
  jobs: readonly Job[],
  governor: Governor,
  progress: () => void,
): Promise<Measured[]> {
  if (jobs.length === 0) return [];
  const world = await createWorld();
  try {
    await world.prepare({ resolvConf: setting.resolvConf, script: scriptOf(setting, [...new Set(jobs.map(cellOf))]) });
    return await measure({ world, view: 'direct', jobs, governorOf: () => governor, progress });
  } finally {
    await world.close();
  }
}

function cellOf({ cell }: Job): Cell {
  return cell;
}

function entryOf({ cell, name, observation, queries }: Measured): Entry {
  const [faulty] = faultyQueries(queries);
  if (faulty !== undefined) throw new Error(`of glibc: ${faulty}`);
  return {
    outcome: outcomeOf(cell, name, observation),
    seconds: Math.round(observation.elapsedMs / secondMs),
    queries: queries.length,
  };
}
