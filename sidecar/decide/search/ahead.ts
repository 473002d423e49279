/**
 * Which candidates are asked before their turn, so that a search takes one round trip. They are consumed in their order all the same:
 * the end is that of the search that asks one after the other.
 *
 * The end of the last search for a name of the same shape says how many they are. The name as it is must not leak, since a
 * namespace may be called as a public suffix is: it is asked ahead only under a last label under which such names were found.
 */
import { labelCount, nameText } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { noSuchName } from './candidate-outcome.ts';
import { startCandidates, stepCandidates } from './candidates.ts';
import type { Candidate, CandidateRules, SearchEnd, SearchRequest } from './candidates.ts';
import type { Consumed } from './consumed.ts';

/** What is known when a search begins. */
export interface AheadKnowledge {
  /** Most candidates that are asked ahead of their turn. */
  readonly max: number;
  /** The place of the candidate with which the last search for a name of the shape ended, from 0; undefined: none has. */
  readonly place: number | undefined;
  /** A name asked as it is was found under its last label. */
  readonly isTaught: boolean;
}

/** In the order of their turns. `isSilent`: the server that is asked first is; it is waited for once for all of them. */
export function candidatesAhead(
  request: SearchRequest,
  rules: CandidateRules,
  { max, place, isTaught }: AheadKnowledge,
  isSilent: boolean,
): readonly Candidate[] {
  // What is known of the shape counts more than the last label: names that are found at once cost no question more.
  const count = isSilent ? max : Math.min(place ?? (isTaught ? max : 0), max);
  if (count === 0) return none;
  const later = candidatesAfterFirst(request, rules, count);
  return isTaught ? later : later.filter(({ asIs }) => !asIs);
}

const none: readonly Candidate[] = [];

/** Those that come after the first if every name before them is denied. */
function candidatesAfterFirst(request: SearchRequest, rules: CandidateRules, count: number): Candidate[] {
  const candidates: Candidate[] = [];
  let step = startCandidates(request, rules);
  while (step.do === 'ask' && candidates.length <= count) {
    candidates.push(step.candidate);
    step = stepCandidates(step.state, step.candidate, noSuchName);
  }
  return candidates.slice(1);
}

/** What a search that has ended teaches. */
export interface Lesson {
  readonly shape: string;
  readonly place: number;
  /** The last label under which the name as it is was found. */
  readonly label: string | undefined;
}

/** Undefined where nothing was found: names that there are not teach nothing of where names are. */
export function lessonOf({ name }: SearchRequest, end: SearchEnd, { candidates }: Consumed): Lesson | undefined {
  if (end.code !== 'POS' || candidates.length === 0) return undefined;
  const label = end.candidate?.asIs === true ? lastLabel(name) : undefined;
  return { shape: shapeOf(name), place: candidates.length - 1, label };
}

/** Names of one shape have as many labels and the same last one; those of one label are all alike. */
export function shapeOf(name: WireName): string {
  const labels = labelCount(name);
  return labels < 2 ? '1' : `${labels} ${lastLabel(name)}`;
}

/** In lower case. */
export function lastLabel(name: WireName): string {
  let start = 0;
  for (let next = 0; (name[next] ?? 0) > 0; next += (name[next] ?? 0) + 1) start = next;
  return nameText(name.subarray(start + 1, start + 1 + (name[start] ?? 0))).toLowerCase();
}
