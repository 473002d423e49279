/**
 * `npm run test:small-world`: the table of real glibc's outcomes through the real sidecar. Two C libraries look up every
 * cell; all others a part of the cells, another one each day. A third of it once more with caches, each lookup twice.
 *
 *   --libcs NAME,…   these C libraries, for every cell
 *   --every          all C libraries, for every cell
 *   --part K         of the 16 parts, instead of the day's
 *   --grid ID        this grid only
 *   --window MS      the sidecar's pairing window
 *   --all            all of it with caches, too
 *   --seed N         with caches the third of this seed, instead of the day's
 */
import { parseArgs } from 'node:util';
import { libcNames, provideLibcs, type Libc, type LibcName } from '../support/worlds/libcs.ts';
import { rememberedCases } from '../support/cases/remembered.ts';
import { isSidecarBuilt } from '../support/worlds/sidecar.ts';
import { cells, grids } from './cells.ts';
import { createProgress, share, type Job } from './measure.ts';
import { describeCell } from './entry.ts';
import { readTable } from './table.ts';
import { runThroughSidecar, type SidecarRun, type Verdict } from './through-sidecar.ts';

/** For every cell: the machine's own glibc, and musl of most Alpine releases. */
const sample: readonly LibcName[] = ['glibc', 'musl-1.2.5'];
const parts = 16;
const dayMs = 86_400_000;
const shown = 50;
const quietRepeats = 2;

const busy = { worldsPerSetting: 2, waiting: { first: 100, most: 900 }, quick: { first: 8, most: 24 } };
const quiet = { worldsPerSetting: 1, waiting: { first: 8, most: 16 }, quick: { first: 2, most: 2 } };

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      libcs: { type: 'string' },
      every: { type: 'boolean', default: false },
      part: { type: 'string', default: String(Math.floor(Date.now() / dayMs) % parts) },
      grid: { type: 'string' },
      window: { type: 'string', default: '5' },
      all: { type: 'boolean', default: false },
      seed: { type: 'string' },
    },
  });
  if (!isSidecarBuilt()) throw new Error('dist/sidecar.cjs is not there: npm run build');
  const wanted = values.libcs?.split(',') ?? libcNames;
  const names = libcNames.filter((name) => wanted.includes(name));
  const unknown = wanted.find((name) => !names.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`no such C library: ${unknown}; there are ${libcNames.join(', ')}`);
  const part = Number(values.part);
  if (!Number.isInteger(part) || part < 0 || part >= parts) throw new Error(`--part is 0 to ${parts - 1}`);
  const chosen = cells.filter(({ grid }) => values.grid === undefined || grid.id === values.grid);
  if (chosen.length === 0) throw new Error(`no such grid; there are ${grids.map(({ id }) => id).join(', ')}`);

  const startMs = performance.now();
  const { available, missing } = await provideLibcs(names);
  for (const [name, reason] of Object.entries(missing)) console.error(`NOT RUN: ${name}: ${reason}`);
  const isFull = ({ name }: Libc) => values.every || values.libcs !== undefined || sample.includes(name);
  const jobs = Object.values(available).flatMap((libc) =>
    (isFull(libc) ? chosen : share(chosen, part, parts)).map((cell): Job => ({ cell, libc, repeat: 0 })),
  );
  console.log(`${jobs.length} lookups of ${chosen.length} cells through the sidecar; part ${part} of ${parts}`);
  const shared = { table: readTable(), pairWindowMs: Number(values.window) };
  const failed = [...(await runTwice(jobs, shared))];
  const remembered = rememberedCases(values.all ? 'all' : values.seed);
  const again = jobs.filter(({ cell, libc }) => remembered.isOne(`${cell.label} ${libc.name}`));
  console.log(`${remembered.text}: ${again.length} lookups, each twice`);
  let hits = 0;
  const caches = { seed: remembered.seed, hit: (times: number) => (hits += times) };
  failed.push(...(await runTwice(again, { ...shared, caches })));
  console.log(`${hits} replies and answers came from memory`);
  for (const [name, own] of Map.groupBy(jobs, ({ libc }) => libc.name)) {
    const different = failed.filter(({ libc }) => libc.name === name).length;
    console.log(`${name.padEnd(10)} ${String(own.length).padStart(5)} lookups, ${different} unlike glibc directly`);
  }
  console.log(`${Math.round((performance.now() - startMs) / 1000)} s`);
  // A cache that never hits passes nothing here.
  if (hits < again.length / 10) return 1;
  const isIncomplete = process.env['CI'] === 'true' && Object.keys(missing).length > 0;
  return failed.length > 0 || isIncomplete ? 1 : 0;
}

/**
 * With many lookups on few processors a client may be put aside between A and AAAA for longer than the pairing window, or
 * a reply be read after its time: what differs is looked up again with little else going on. Load makes a lookup only
 * later: it is late if it is late every time.
 */
async function runTwice(
  jobs: readonly Job[],
  shared: Pick<SidecarRun, 'table' | 'pairWindowMs' | 'caches'>,
): Promise<Verdict[]> {
  const first = await runThroughSidecar({ ...shared, ...busy, jobs, progress: createProgress(jobs.length) });
  const suspects = first.filter(({ differences, late }) => differences.length > 0 || late !== undefined);
  show('under load', suspects);
  if (suspects.length === 0) return [];
  const again = Array.from({ length: quietRepeats }, (_, i) =>
    suspects.map(({ cell, libc }): Job => ({ cell, libc, repeat: i + 1 })),
  ).flat();
  const second = await runThroughSidecar({ ...shared, ...quiet, jobs: again, progress: createProgress(again.length) });
  const failed = suspects.flatMap(({ cell, libc }) => {
    const own = second.filter((verdict) => verdict.cell === cell && verdict.libc === libc);
    const isLate = own.every(({ late }) => late !== undefined);
    return own.filter(({ differences }) => differences.length > 0 || isLate).slice(0, 1);
  });
  show('in quiet', failed);
  return failed;
}

function show(when: string, verdicts: readonly Verdict[]): void {
  const different = verdicts.filter(({ differences }) => differences.length > 0);
  const onlyLate = verdicts.filter(({ differences }) => differences.length === 0);
  console.log(`${when}: ${different.length} lookups differ, ${onlyLate.length} are only late`);
  for (const { cell, libc, differences, late } of [...different, ...onlyLate].slice(0, shown)) {
    const found = [...differences, late ?? []].flat();
    console.log(`  ${libc.name} ${describeCell(cell)}: ${found.join('; ')}`);
  }
}
