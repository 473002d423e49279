/**
 * `npm run test:scenarios -- --pods N --seed S`: random pods through the failures of nameservers that `check --what-if`
 * plays. Real glibc, the pod's real musl, and that musl with the real sidecar must come to the same end as the models in
 * simulated time: the same outcome and addresses, at most half a second earlier or later. What lasts longer than 15 s
 * stays with the simulated time, and so does the sidecar's lookup where a few milliseconds decide it; both are counted, and
 * it is a failure where those are more than one in twenty.
 *
 *   --pods N     how many (default 12)
 *   --seed S     of the pods; a fresh one is chosen and printed without it
 *   --pod K      only this one of them, from 0
 *   --worlds N   failures at a time
 */
import { freshSeed } from '../support/random.ts';
import { describeLibc, libcNames, provideEachLibc } from '../support/worlds/libcs.ts';
import { requireSidecar, withSidecarCopy } from '../support/worlds/sidecar.ts';
import { readArguments, type ScenarioArguments } from './arguments.ts';
import { isOnEdge, isPlayed, jobsOf, lastsLonger, longestMs, tooManyOnEdge, type Job } from './jobs.ts';
import { runTwice } from './run-twice.ts';
import { measuringGlibc } from './run-row.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  let chosen: ScenarioArguments;
  try {
    chosen = readArguments(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  requireSidecar();
  const wanted = libcNames.filter((name) => name === measuringGlibc || name.startsWith('musl'));
  const libcs = await provideEachLibc(wanted);
  if (libcs === undefined) return 1;
  for (const libc of Object.values(libcs)) console.log(describeLibc(libc));

  const { seed = freshSeed(), pods, pod, worlds } = chosen;
  console.log(`seed ${seed}, ${pod === undefined ? `${pods} pods` : `pod ${pod} alone`}`);
  const jobs = await jobsOf(seed, pod === undefined ? Array.from({ length: pods }, (_, i) => i) : [pod]);
  const played = jobs.filter(isPlayed);
  printCounts(jobs);
  const shrunk = tooManyOnEdge(jobs);
  const different = await withSidecarCopy((sidecarBundle) => runTwice(played, { libcs, sidecarBundle, worlds, seed }));
  console.log(different === 0 ? 'no difference' : `${different} differ`);
  if (shrunk !== undefined) console.log(shrunk);
  return different === 0 && played.length > 0 && shrunk === undefined ? 0 : 1;
}

function printCounts(jobs: readonly Job[]): void {
  console.log(
    `${jobs.length} lookups in failures, ${jobs.filter(isPlayed).length} of them played by real libraries; ${leftText(jobs)}`,
  );
  for (const [scenario, own] of Map.groupBy(jobs, ({ row }) => row.scenario)) {
    const played = own.filter(isPlayed).length;
    const isWhole = played === own.length && !own.some(isOnEdge);
    console.log(`  ${scenario}: ${played}${isWhole ? '' : `; ${leftText(own)}`}`);
  }
}

function leftText(jobs: readonly Job[]): string {
  const longer = jobs.filter(lastsLonger).length;
  const onEdge = jobs.filter(isOnEdge).length;
  return `${longer} last longer than ${longestMs / 1000} s and stay with the simulated time, ${onEdge} are decided by milliseconds and are played without the sidecar`;
}
