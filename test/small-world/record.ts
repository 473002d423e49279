/**
 * `npm run small-world:record`: writes the table anew from what real glibc does against the scripted servers. Every
 * version at hand measures every cell once; a cell whose measurements differ is measured again, in quiet, until it is
 * clear whether the machine was slow or the versions differ.
 */
import { provideLibcs, type Libc } from '../support/worlds/libcs.ts';
import { createWorld } from '../support/worlds/world.ts';
import { cells, grids, scriptOf, type Cell, type Setting } from './cells.ts';
import { createGovernor, type Governor, type GovernorLimits } from './governor.ts';
import { createProgress, measure, share, type Job, type Measured } from './measure.ts';
import { describeCell, formatObservation, outcomeOf, type Observation } from './observation.ts';
import { tableFile, writeTable } from './table.ts';

const oracleNames = ['glibc', 'glibc-2.41'] as const;
const firstWorldsPerSetting = 2;
const firstLimits = { first: 100, most: 640 };
const quietLimits = { first: 16, most: 16 };
const quietRounds = 3;
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
  const unclear = cells.filter((cell) => new Set(first.get(cell)?.map(formatObservation)).size !== 1);
  console.log(`${unclear.length} cells differ between measurements and are measured again`);
  const rounds = Array.from({ length: quietRounds }, (_, i) => i + 1);
  const again = await measureAll(jobsOf(unclear, oracles, rounds), 1, quietLimits);

  const table = new Map<Cell, Observation>();
  const failures: string[] = [];
  for (const cell of cells) {
    const found = new Map((again.get(cell) ?? first.get(cell) ?? []).map((seen) => [formatObservation(seen), seen]));
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

function jobsOf(some: readonly Cell[], oracles: readonly Libc[], rounds: readonly number[]): Job[] {
  return rounds.flatMap((round) => some.flatMap((cell) => oracles.map((libc) => ({ cell, libc, round }))));
}

async function measureAll(
  jobs: readonly Job[],
  worldsPerSetting: number,
  limits: GovernorLimits,
): Promise<Map<Cell, Observation[]>> {
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
  const observations = new Map<Cell, Observation[]>();
  for (const one of measured.flat())
    observations.set(one.cell, [...(observations.get(one.cell) ?? []), observationOf(one)]);
  return observations;
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

function observationOf({ cell, name, result, queries }: Measured): Observation {
  const faulty = queries.find(({ fault }) => fault !== undefined);
  if (faulty !== undefined) throw new Error(`glibc sent a faulty query: ${faulty.fault}`);
  return {
    outcome: outcomeOf(cell, name, result),
    seconds: Math.round((result.elapsedMs ?? 0) / secondMs),
    queries: queries.length,
  };
}
