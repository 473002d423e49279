/** The lookups of random pods in the failures that `check` plays, in an order that makes good use of the machine. */
import { randomPod } from '../support/failures/random-pod.ts';
import { stagedPod, type StagedPod, type StagedRow } from '../support/failures/staged-pod.ts';

export interface Job {
  /** The number of the pod. */
  readonly index: number;
  readonly staged: StagedPod;
  readonly row: StagedRow;
}

export const longestMs = 15_000;

export async function jobsOf(seed: number, pods: readonly number[]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const index of pods) {
    const staged = await stagedPod(randomPod(seed, index));
    jobs.push(...staged.rows.map((row) => ({ index, staged, row })));
  }
  return mixed(jobs);
}

export function lastsLonger({ row }: Job): boolean {
  return row.lastsMs > longestMs;
}

/** With real libraries. */
export function isPlayed(job: Job): boolean {
  return !lastsLonger(job);
}

/** Of those that are played; the sidecar's lookup is left out, and those without it are not. */
export function isOnEdge(job: Job): boolean {
  return isPlayed(job) && job.row.isOnEdge;
}

/** More say that what is tested has shrunk. */
const maxEdgeShare = 0.05;

/** Undefined: few enough. */
export function tooManyOnEdge(jobs: readonly Job[]): string | undefined {
  const onEdge = jobs.filter(isOnEdge).length;
  if (onEdge <= Math.max(1, maxEdgeShare * jobs.length)) return undefined;
  return `${onEdge} of ${jobs.length} lookups are decided by milliseconds, more than ${maxEdgeShare * 100} %`;
}

/** The longest, the shortest, the next of each: those that wait leave the processors to those that do not. */
function mixed(jobs: readonly Job[]): Job[] {
  const sorted = jobs.toSorted((a, b) => b.row.lastsMs - a.row.lastsMs);
  const middle = Math.ceil(sorted.length / 2);
  const shorter = sorted.slice(middle).toReversed();
  return sorted.slice(0, middle).flatMap((job, i) => [job, ...shorter.slice(i, i + 1)]);
}
