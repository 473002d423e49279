/**
 * `npm run test:differential -- --seed S --cases N`: random cases with real C libraries. Real glibc directly against
 * the scripted servers gives the expected outcome; through the sidecar every library must give the same, but for the
 * residue of docs/residual-divergences.md, which is counted by row. Any other difference is printed with a file that replays it, and
 * makes the exit code 1.
 *
 *   --seed S           first number of the series of cases; a fresh one is chosen and printed without it
 *   --cases N          how many (default 2000)
 *   --replay FILE      one saved case, with all queries
 *   --libcs a,b        the libraries that take part (default: all)
 *   --mode plain       the rewritten file of plain mode (default: marker)
 *   --server-memory false
 *                      as glibc, which forgets silent servers; with true (the default) V33 may be among the residues
 *   --keep-searches    the original search domains behind the marker
 *   --repeat N         each lookup so often in one world, with the caches on (default 1, without them)
 *   --off a,b          of the caches these are off: answer-cache, reply-cache, search-ahead, prefetch
 *   --worlds N         cases at a time
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshSeed } from '../support/random.ts';
import { projectFolder } from '../support/machine/paths.ts';
import { libcNames, provideEachLibc, type Libc, type LibcName } from '../support/worlds/libcs.ts';
import { createPool } from '../support/worlds/pool.ts';
import { requireSidecar, withSidecarCopy } from '../support/worlds/sidecar.ts';
import { admissibleCases } from '../support/cases/admissible-cases.ts';
import { readArguments, type DifferentialArguments } from './arguments.ts';
import type { DifferentialCase } from '../support/cases/case.ts';
import type { RowName } from '../support/cases/asked.ts';
import { reportOf, runCase, type CaseResult, type RunOptions } from './run-case.ts';

const progressMs = 5000;
/** A lookup that the machine was too busy for is looked at again, so often. */
const maxTimes = 8;
const saved = join(projectFolder, '.cache', 'differential');

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  let chosen: DifferentialArguments;
  try {
    chosen = readArguments(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  requireSidecar();
  const available = await provideEachLibc([...new Set<LibcName>(['glibc', 'glibc-2.41', ...chosen.libcs])]);
  if (available === undefined) return 1;
  const oracle = (name: LibcName): Libc => available[name] ?? missing(name);
  const { mode, serverMemory, keepSearches, repeat, off } = chosen;
  const libcs = chosen.libcs.map(oracle);
  return withSidecarCopy((sidecarBundle) => {
    const options: RunOptions = { libcs, oracle, mode, serverMemory, keepSearches, repeat, off, sidecarBundle };
    return chosen.replay === undefined ? runSeries(chosen, options) : replay(chosen.replay, options);
  });
}

/** The processes of a lookup that differs did not get their time: that says nothing about the sidecar. */
function isUndecided({ differences, disturbances }: CaseResult): boolean {
  return differences.length > 0 && disturbances.length > 0;
}

function missing(name: string): never {
  throw new Error(`no such C library: ${name}; there are ${libcNames.join(', ')}`);
}

async function runSeries(
  { seed = freshSeed(), cases: count, worlds }: DifferentialArguments,
  options: RunOptions,
): Promise<number> {
  console.log(
    `seed ${seed}, ${count} cases, ${options.mode} mode${options.keepSearches ? ' with keep-searches' : ''}${options.repeat > 1 ? `, ${options.repeat} times` : ''}${options.off.map((name) => ` without ${name}`).join('')}, ${options.libcs.map(({ name }) => name).join(' ')}`,
  );
  const startMs = performance.now();
  const pool = createPool(worlds);
  const rows = new Map<RowName, number>();
  const running = new Set<Promise<void>>();
  let done = 0;
  let different = 0;
  let again = 0;
  let hits = 0;
  const progress = () => {
    const seconds = Math.round((performance.now() - startMs) / 1000);
    console.log(
      `${done} of ${count} cases in ${seconds} s, ${different} different, ${again} disturbed; residues: ${formatRows(rows)}`,
    );
  };
  const timer = setInterval(progress, progressMs);
  const runOne = async (random: DifferentialCase): Promise<void> => {
    let result = await pool.run((world) => runCase(world, random, options));
    for (let times = 1; times < maxTimes && isUndecided(result); times++) {
      again++;
      // Nothing is dropped in silence: what it looked like, and how to look again.
      console.log(
        `disturbed, asked again: ${result.differences[0]} (${result.disturbances[0]}) ${await replayHint(random)}`,
      );
      result = await pool.run((world) => runCase(world, random, options));
    }
    done++;
    hits += result.hits;
    for (const row of new Set(result.rows)) rows.set(row, (rows.get(row) ?? 0) + 1);
    if (result.differences.length === 0) return;
    different++;
    console.log(`\n${reportOf(result, false)}\n  ${await replayHint(random)}\n`);
  };
  try {
    for await (const random of admissibleCases(seed, count)) {
      const run = runOne(random).finally(() => running.delete(run));
      running.add(run);
      if (running.size >= worlds) await Promise.race(running);
    }
    await Promise.all(running);
  } finally {
    clearInterval(timer);
    await pool.close();
  }
  progress();
  if (options.repeat > 1) console.log(`${hits} replies and answers came from memory`);
  if (options.repeat > 1 && hits === 0 && options.off.length < 2) return 1;
  console.log(different === 0 ? 'no difference' : `${different} cases differ`);
  return different === 0 ? 0 : 1;
}

async function replay(file: string, options: RunOptions): Promise<number> {
  const random = JSON.parse(await readFile(file, 'utf8')) as DifferentialCase;
  const pool = createPool(1);
  try {
    const result = await pool.run((world) => runCase(world, random, options));
    console.log(reportOf(result, true));
    console.log(`residues: ${result.rows.join(' ') || 'none'}`);
    return result.differences.length === 0 ? 0 : 1;
  } finally {
    await pool.close();
  }
}

async function replayHint(random: DifferentialCase): Promise<string> {
  return `replay: npm run test:differential -- --replay ${await save(random)}`;
}

async function save(random: DifferentialCase): Promise<string> {
  await mkdir(saved, { recursive: true });
  const file = join(saved, `${random.seed}.json`);
  await writeFile(file, `${JSON.stringify(random, undefined, 1)}\n`);
  return file;
}

function formatRows(rows: ReadonlyMap<RowName, number>): string {
  const sorted = [...rows].toSorted(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)));
  return sorted.map(([row, count]) => `${row} ${count}`).join(', ') || 'none';
}
