/**
 * `npm run test:small-world`: the table of real glibc's outcomes through the real sidecar. Two C libraries look up every
 * cell; all others a part of the cells, another one each day.
 *
 *   --libcs NAME,…   these C libraries, for every cell
 *   --every          all C libraries, for every cell
 *   --part K         of the 16 parts, instead of the day's
 *   --grid ID        this grid only
 *   --window MS      the sidecar's pairing window
 */
import { parseArgs } from 'node:util';
import { LIBC_NAMES, provideLibcs, type Libc, type LibcName } from '../system/libcs.ts';
import { isSidecarBuilt } from '../system/sidecar.ts';
import { cells, grids } from './cells.ts';
import { createProgress, share, type Job } from './measure.ts';
import { describeCell } from './observation.ts';
import { readTable } from './table.ts';
import { runThroughSidecar, type Verdict } from './through-sidecar.ts';

/** For every cell: the machine's own glibc, and musl of most Alpine releases. */
const SAMPLE: readonly LibcName[] = ['glibc', 'musl-1.2.5'];
const PARTS = 16;
/**
 * Hundreds of lookups at a time on few processors: a client that is put aside between A and AAAA leaves far more than the
 * 5 ms that the window has by default.
 */
const WINDOW_MS = 50;
const DAY_MS = 86_400_000;
const SHOWN = 50;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      libcs: { type: 'string' },
      every: { type: 'boolean', default: false },
      part: { type: 'string', default: String(Math.floor(Date.now() / DAY_MS) % PARTS) },
      grid: { type: 'string' },
      window: { type: 'string', default: String(WINDOW_MS) },
    },
  });
  if (!isSidecarBuilt()) throw new Error('dist/sidecar.cjs is not there: npm run build');
  const wanted = values.libcs?.split(',') ?? LIBC_NAMES;
  const names = LIBC_NAMES.filter((name) => wanted.includes(name));
  const unknown = wanted.find((name) => !names.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`no such C library: ${unknown}; there are ${LIBC_NAMES.join(', ')}`);
  const part = Number(values.part);
  if (!Number.isInteger(part) || part < 0 || part >= PARTS) throw new Error(`--part is 0 to ${PARTS - 1}`);
  const chosen = cells.filter(({ grid }) => values.grid === undefined || grid.id === values.grid);
  if (chosen.length === 0) throw new Error(`no such grid; there are ${grids.map(({ id }) => id).join(', ')}`);

  const startMs = performance.now();
  const { available, missing } = await provideLibcs(names);
  for (const [name, reason] of Object.entries(missing)) console.error(`NOT RUN: ${name}: ${reason}`);
  const isFull = ({ name }: Libc) => values.every || values.libcs !== undefined || SAMPLE.includes(name);
  const jobs = Object.values(available).flatMap((libc) =>
    (isFull(libc) ? chosen : share(chosen, part, PARTS)).map((cell): Job => ({ cell, libc, round: 0 })),
  );
  console.log(`${jobs.length} lookups of ${chosen.length} cells through the sidecar; part ${part} of ${PARTS}`);
  const verdicts = await runThroughSidecar({
    table: readTable(),
    jobs,
    pairWindowMs: Number(values.window),
    progress: createProgress(jobs.length),
  });
  report(verdicts);
  console.log(`${Math.round((performance.now() - startMs) / 1000)} s`);
  const isIncomplete = process.env['CI'] === 'true' && Object.keys(missing).length > 0;
  return verdicts.some(({ differences }) => differences.length > 0) || isIncomplete ? 1 : 0;
}

function report(verdicts: readonly Verdict[]): void {
  const different = verdicts.filter(({ differences }) => differences.length > 0);
  for (const { cell, libc, differences } of different.slice(0, SHOWN))
    console.log(`${libc.name} ${describeCell(cell)}: ${differences.join('; ')}`);
  if (different.length > SHOWN) console.log(`… and ${different.length - SHOWN} more`);
  for (const [name, own] of Map.groupBy(verdicts, ({ libc }) => libc.name)) {
    const failed = own.filter(({ differences }) => differences.length > 0).length;
    console.log(
      `${name.padEnd(10)} ${String(own.length).padStart(5)} lookups, ${failed} different from glibc directly`,
    );
  }
}
