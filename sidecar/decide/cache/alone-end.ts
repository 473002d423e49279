/** What a search for one type alone would have found, from what the search for both found. */
import { judgeCandidate } from '../search/candidate-outcome.ts';
import type { CandidateOutcome, ReplyClass } from '../search/candidate-outcome.ts';
import { startCandidates, stepCandidates } from '../search/candidates.ts';
import type { SearchEnd } from '../search/candidates.ts';
import type { Consumed } from '../search/consumed.ts';
import type { Half } from '../search/pair.ts';
import type { SearchPlan } from '../search/search.ts';

/** Undefined where it would have gone on to a candidate that was not asked, or asked for something else, or is answered for here. */
export function endAlone(plan: SearchPlan, consumed: Consumed, half: Half): SearchEnd | undefined {
  if (plan.onlyA && half === 1) return undefined;
  let step = startCandidates(plan.request, plan.rules);
  for (const { classes } of consumed.candidates) {
    if (step.do === 'end') return step.end;
    const replyClass = classes[half];
    const outcome = replyClass && outcomes[replyClass];
    if (outcome === undefined) return undefined;
    step = stepCandidates(step.state, step.candidate, outcome);
  }
  return step.do === 'end' ? step.end : undefined;
}

/** Of a reply to the only question, by its class: of those that may be used again. */
const outcomes: Partial<Record<ReplyClass, CandidateOutcome>> = {
  DATA: outcomeOf('DATA', 0),
  ALIAS: outcomeOf('ALIAS', 0),
  EMPTY: outcomeOf('EMPTY', 0),
  NX: outcomeOf('NX', 3),
};

function outcomeOf(replyClass: ReplyClass, rcode: number): CandidateOutcome {
  return judgeCandidate({ class: replyClass, rcode, message: new Uint8Array(0) }, undefined, rcode);
}
