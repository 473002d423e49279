/** Which candidate of a search is a name that is answered for here: of glibc's order, the first that has what is asked for. Pure. */
import type { WireName } from '../../wire/name.ts';
import { noSuchName } from './candidate-outcome.ts';
import { startCandidates, stepCandidates, type CandidateRules, type SearchRequest } from './candidates.ts';

/** What is known here of a name. `not-ready`: not yet whether it exists. */
export type LocalOutcome = 'records' | 'no-data' | 'no-such-name' | 'not-ready';

export interface LocalCandidate {
  readonly name: WireName;
  /** No candidate before it is for a nameserver to answer. */
  readonly isFirst: boolean;
}

/** `outcomeOf` is undefined for a name that nameservers are asked for; here it counts as one that they do not have. */
export function findLocalCandidate(
  request: SearchRequest,
  rules: CandidateRules,
  outcomeOf: (name: WireName) => LocalOutcome | undefined,
): LocalCandidate | undefined {
  let isFirst = true;
  let step = startCandidates(request, rules);
  while (step.do === 'ask') {
    const { name } = step.candidate;
    const outcome = outcomeOf(name);
    if (outcome === 'records' || outcome === 'not-ready') return { name, isFirst };
    if (outcome === undefined) isFirst = false;
    step = stepCandidates(step.state, step.candidate, noSuchName);
  }
  return undefined;
}
