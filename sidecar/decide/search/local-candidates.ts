/**
 * Which candidates of a search are names that are answered for here, and what they do to it: what the record of a nameserver would.
 * A pair ends at one with records of either family, a question on its own at one with records of its type; another one that is there
 * is "no data". Pure.
 */
import { equalNames } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { noSuchName } from './candidate-outcome.ts';
import { startCandidates, stepCandidates } from './candidates.ts';
import type { AskedCandidate, Candidate, CandidateRules, SearchRequest } from './candidates.ts';
import type { Half, Halves, Kind } from './pair.ts';

/** What is known here of a name. `not-ready`: not yet whether it exists. */
export type LocalOutcome = 'records' | 'no-data' | 'no-such-name' | 'not-ready';

/** Of A, or of the only type, and of AAAA. */
export type LocalOutcomes = Halves<LocalOutcome>;

/** A candidate that is there. */
export interface LocalName {
  readonly name: WireName;
  readonly outcomes: LocalOutcomes;
}

export interface LocalCandidates {
  /** In the order of the search, up to the one that ends every search. */
  readonly names: readonly LocalName[];
  /** The first with records, if no nameserver is asked before. */
  readonly first: LocalName | undefined;
  /** Where every search ends, of a pair and of each question on its own, before a nameserver is asked. */
  readonly end: WireName | undefined;
}

/**
 * Undefined: there are none. `outcomesOf` is undefined for a name that nameservers are asked for; with `nobodyElse` they are not, and
 * whoever searches has to do with the first name that has records of either family.
 */
export function findLocalCandidates(
  request: SearchRequest,
  rules: CandidateRules,
  outcomesOf: (name: WireName) => LocalOutcomes | undefined,
  nobodyElse: boolean,
): LocalCandidates | undefined {
  const { names, before } = localNames(request, rules, outcomesOf);
  if (names.length === 0) return undefined;
  const first = (nobodyElse ? names : names.slice(0, before)).find(({ outcomes }) => outcomes.some(ends));
  const isEnd = first !== undefined && (nobodyElse || endsEvery(first.outcomes));
  return { names, first, end: isEnd ? first.name : undefined };
}

/** `before`: so many of them come before all that nameservers are asked for. */
function localNames(
  request: SearchRequest,
  rules: CandidateRules,
  outcomesOf: (name: WireName) => LocalOutcomes | undefined,
): { readonly names: readonly LocalName[]; readonly before: number } {
  const names: LocalName[] = [];
  let before: number | undefined;
  let step = startCandidates(request, rules);
  while (step.do === 'ask') {
    const { name } = step.candidate;
    const outcomes = outcomesOf(name);
    if (outcomes === undefined) before ??= names.length;
    else if (!outcomes.includes('no-such-name')) {
      names.push({ name, outcomes });
      if (endsEvery(outcomes)) break;
    }
    step = stepCandidates(step.state, step.candidate, noSuchName);
  }
  return { names, before: before ?? names.length };
}

/** Whether the question has its answer at once, whether its sibling comes or not: it has no use for the search of another. */
export function endsAtFirst(local: LocalCandidates | undefined, half: Half): boolean {
  return ends(local?.first?.outcomes[half]);
}

/** `ends-a-pair`: and is passed over by a question on its own. */
export type LocalJudgement = 'ends' | 'ends-a-pair' | 'passed';

/** What the name does to a search of this kind, whose first question is `half`. */
export function judgeLocal(outcomes: LocalOutcomes, kind: Kind, half: Half): LocalJudgement {
  if (ends(outcomes[half])) return 'ends';
  if (kind === 'solo' || !outcomes.some(ends)) return 'passed';
  return kind === 'pair' ? 'ends' : 'ends-a-pair';
}

/** What is known of the name; undefined: nameservers are asked for it. */
export function localOutcomes(names: readonly LocalName[] | undefined, name: WireName): LocalOutcomes | undefined {
  return names?.find((one) => equalNames(one.name, name))?.outcomes;
}

/** The candidates up to one that may end the search, without those that nobody is asked for. */
export function askedBefore(
  names: readonly LocalName[] | undefined,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  if (names === undefined) return candidates;
  const end = candidates.findIndex(({ name }) => localOutcomes(names, name)?.some(ends) === true);
  const reached = end === -1 ? candidates : candidates.slice(0, end);
  return reached.filter(({ name }) => localOutcomes(names, name) === undefined);
}

/** How many of those that may follow a candidate are asked for. A question that may be half of a pair counts as one. */
export function laterAsked(
  names: readonly LocalName[] | undefined,
  { candidate, state }: AskedCandidate,
  kind: Kind,
  half: Half,
): Pick<Candidate, 'laterEntries' | 'laterAsIs'> {
  if (names === undefined) return candidate;
  const laterAsIs = candidate.laterAsIs && localOutcomes(names, state.request.name) === undefined;
  let laterEntries = 0;
  let step = stepCandidates(state, candidate, noSuchName);
  while (step.do === 'ask' && step.state.phase === 'entries') {
    const outcomes = localOutcomes(names, step.candidate.name);
    if (outcomes === undefined) laterEntries += 1;
    else if (judgeLocal(outcomes, kind, half) !== 'passed') break;
    step = stepCandidates(step.state, step.candidate, noSuchName);
  }
  return { laterEntries, laterAsIs };
}

function endsEvery(outcomes: LocalOutcomes): boolean {
  return outcomes.every((outcome) => outcome === undefined || ends(outcome));
}

function ends(outcome: LocalOutcome | undefined): boolean {
  return outcome === 'records' || outcome === 'not-ready';
}
