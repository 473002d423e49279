/**
 * Plays all with many worlds at a time; what differs while the machine was too busy for it is played again with little else
 * going on.
 */
import type { Script } from '../../cli/simulation/script.ts';
import { atMost } from '../support/at-most.ts';
import { present } from '../support/present.ts';
import type { Libc, LibcName } from '../support/worlds/libcs.ts';
import { createPool } from '../support/worlds/pool.ts';
import type { Job } from './jobs.ts';
import { measuringGlibc, reportOf, runRow, type ComparedLookup } from './run-row.ts';

export interface RunOptions {
  readonly libcs: Partial<Record<LibcName, Libc>>;
  readonly sidecarBundle: string;
  readonly worlds: number;
  readonly seed: number;
}

const progressMs = 10_000;
const quietWorlds = 2;
/** So often a lookup is looked at again in quiet. */
const maxQuietTimes = 8;
/** A sidecar that starts keeps a processor busy. */
const startsAtATime = 2;

interface Played {
  readonly job: Job;
  readonly lookups: readonly ComparedLookup[];
}

/** How many differ. */
export async function runTwice(jobs: readonly Job[], options: RunOptions): Promise<number> {
  const first = await runAll(jobs, options.worlds, options);
  const decided = first.filter((played) => !isUndecided(played));
  let undecided = first.filter(isUndecided);
  for (let time = 0; time < maxQuietTimes && undecided.length > 0; time++) {
    console.log(`the machine was too busy for ${undecided.length} that differ: again in quiet`);
    const again = await runAll(
      undecided.map(({ job }) => job),
      quietWorlds,
      options,
    );
    decided.push(...again.filter((played) => !isUndecided(played)));
    undecided = again.filter(isUndecided);
  }
  const different = [...decided, ...undecided].filter(isDifferent);
  for (const played of different) console.log(failureText(played, options.seed));
  return different.length;
}

async function runAll(jobs: readonly Job[], worlds: number, options: RunOptions): Promise<Played[]> {
  const { libcs, sidecarBundle } = options;
  const pool = createPool(worlds);
  const startMs = performance.now();
  const start = atMost(startsAtATime);
  let done = 0;
  let different = 0;
  const progress = () => {
    const seconds = Math.round((performance.now() - startMs) / 1000);
    console.log(`${done} of ${jobs.length} in ${seconds} s, ${different} different`);
  };
  const timer = setInterval(progress, progressMs);
  try {
    return await Promise.all(
      jobs.map(async (job) => {
        const { staged, row } = job;
        const [glibc, musl] = [present(libcs[measuringGlibc]), present(libcs[staged.musl])];
        const lookups = await pool.run((world) => runRow(world, staged, row, { glibc, musl, sidecarBundle, start }));
        const played = { job, lookups };
        done++;
        if (isDifferent(played)) different++;
        return played;
      }),
    );
  } finally {
    clearInterval(timer);
    await pool.close();
    progress();
  }
}

function isDifferent({ lookups }: Played): boolean {
  return lookups.some(({ differences }) => differences.length > 0);
}

/** The processes of all lookups that differ did not get their time: that says nothing about what was played. */
function isUndecided(played: Played): boolean {
  const differing = played.lookups.filter(({ differences }) => differences.length > 0);
  return isDifferent(played) && differing.every(({ run }) => run.disturbance !== undefined);
}

function failureText({ job: { index, staged, row }, lookups }: Played, seed: number): string {
  const wrong = lookups.filter(({ differences }) => differences.length > 0);
  const quoted = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => `  | ${line}`);
  return [
    '',
    `pod ${index}, "${row.scenario}", ${row.name}`,
    ...quoted(staged.pod.manifest),
    '',
    ...quoted(staged.resolvConf),
    ...lossText(row.script),
    ...wrong.flatMap(reportOf),
    `  again: npm run test:scenarios -- --seed ${seed} --pod ${index}`,
    '',
  ].join('\n');
}

/** The list of what is lost, which both worlds are played from. */
function lossText({ servers }: Script): string[] {
  const lost = Object.entries(servers).flatMap(([address, server]) =>
    Object.entries(server.lost ?? {}).map(([question, numbers]) => `    ${address} ${question}: ${numbers.join(' ')}`),
  );
  return lost.length === 0 ? [] : ['  lost of the queries, from 0:', ...lost];
}
