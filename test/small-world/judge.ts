/** What tells a lookup through the sidecar from the same lookup by glibc directly. */
import type { Cell } from './cells.ts';
import { outcomeOf, type Observation, type SeenResult } from './observation.ts';

export interface SeenLookup {
  readonly name: string;
  readonly result: SeenResult & { readonly elapsedMs?: number };
  /** "server/transport name type", every question once, in order. */
  readonly asked: readonly string[];
}

export interface Expectation {
  /** Of direct glibc. */
  readonly observation: Observation;
  readonly asked: readonly string[];
  /** musl before 1.2.4 has no code for NODATA (V7 of docs/residual-divergences.md). */
  readonly knowsNoData: boolean;
  /** How much longer than glibc directly it may take; musl waits its whole patience before it says AGAIN (V8). */
  readonly lateMs: number;
}

export interface Judgement {
  readonly differences: readonly string[];
  /** By how much too late it came. */
  readonly late: string | undefined;
}

export function judge(cell: Cell, seen: SeenLookup, expected: Expectation): Judgement {
  const { observation, asked, knowsNoData, lateMs } = expected;
  const wanted = observation.outcome === 'nd' && !knowsNoData ? 'no' : observation.outcome;
  const found: string[] = [];
  let outcome: string;
  try {
    outcome = outcomeOf(cell, seen.name, seen.result);
  } catch (error) {
    outcome = String(error);
  }
  if (outcome !== wanted) found.push(`${outcome} instead of ${wanted}`);
  if (!isSameWalk(seen.asked, asked)) found.push(`asked [${seen.asked.join(', ')}] instead of [${asked.join(', ')}]`);
  const tookMs = Math.round(seen.result.elapsedMs ?? 0);
  const mostMs = observation.seconds * 1000 + lateMs;
  return { differences: found, late: tookMs > mostMs ? `${tookMs} ms instead of at most ${mostMs}` : undefined };
}

/** A client's AAAA that arrives after A was answered with TC is asked over TCP at once: over UDP it may be missing. */
function isSameWalk(seen: readonly string[], expected: readonly string[]): boolean {
  const isNeeded = (question: string) =>
    !question.endsWith('AAAA') || !expected.includes(question.replace('/udp', '/tcp').replace(/AAAA$/, 'A'));
  const needed = (questions: readonly string[]) => questions.filter(isNeeded).join(', ');
  return needed(seen) === needed(expected) && seen.every((question) => expected.includes(question));
}
