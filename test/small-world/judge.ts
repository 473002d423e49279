/** What tells a lookup through the sidecar from the same lookup by glibc directly. */
import { differencesOf, textOf, withoutNoData } from '../support/observation/expectation.ts';
import type { Observation } from '../support/observation/observation.ts';
import type { Cell } from './cells.ts';
import { expectedOf, type Entry } from './entry.ts';

export interface SeenLookup {
  readonly name: string;
  readonly observation: Observation;
  /** "server/transport name TYPE", every question once, in order. */
  readonly asked: readonly string[];
}

export interface Expectation {
  /** Of direct glibc. */
  readonly entry: Entry;
  /** Undefined where some of it may be remembered, or asked ahead. */
  readonly asked: readonly string[] | undefined;
  readonly knowsNoData: boolean;
  /** How much longer than glibc directly it may take; musl waits until its own deadline before it says AGAIN (V8). */
  readonly lateMs: number;
}

export interface Judgement {
  readonly differences: readonly string[];
  /** By how much too late it came. */
  readonly late: string | undefined;
}

export function judge(cell: Cell, { name, observation, asked }: SeenLookup, expected: Expectation): Judgement {
  const { entry, knowsNoData, lateMs } = expected;
  const wanted = expectedOf(cell, name, entry.outcome);
  const differences = differencesOf(knowsNoData ? wanted : withoutNoData(wanted), observation).map(textOf);
  if (expected.asked !== undefined && !areSameQuestions(asked, expected.asked))
    differences.push(`asked [${asked.join(', ')}] instead of [${expected.asked.join(', ')}]`);
  const tookMs = Math.round(observation.elapsedMs);
  const maxMs = entry.seconds * 1000 + lateMs;
  return { differences, late: tookMs > maxMs ? `${tookMs} ms instead of at most ${maxMs}` : undefined };
}

/** A client's AAAA that arrives after A was answered with TC is asked over TCP at once: over UDP it may be missing. */
function areSameQuestions(seen: readonly string[], expected: readonly string[]): boolean {
  const isNeeded = (question: string) =>
    !question.endsWith('AAAA') || !expected.includes(question.replace('/udp', '/tcp').replace(/AAAA$/, 'A'));
  const needed = (questions: readonly string[]) => questions.filter(isNeeded).join(', ');
  return needed(seen) === needed(expected) && seen.every((question) => expected.includes(question));
}
