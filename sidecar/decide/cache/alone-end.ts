/** What a search for one type alone would have found, from what the search for both found. */
import { judgeCandidate } from '../search/candidate-outcome.ts';
import type { CandidateOutcome, ReplyClass } from '../search/candidate-outcome.ts';
import { startCandidates, stepCandidates } from '../search/candidates.ts';
import type { SearchEnd } from '../search/candidates.ts';
import type { Consumed } from '../search/consumed.ts';
import type { Half } from '../search/pair.ts';
import type { SearchPlan } from '../search/search.ts';

/** Undefined where it would have gone on to a candidate that was not asked, or asked for something else. */
export function endAlone(plan: SearchPlan, consumed: Consumed, half: Half): SearchEnd | undefined {
  if (plan.onlyA && half === 1) return undefined;
  let step = startCandidates(plan.request, plan.rules);
  for (const { classes } of consumed.candidates) {
    if (step.do === 'end') return step.end;
    const outcome = outcomeOf(classes[half]);
    if (outcome === undefined) return undefined;
    step = stepCandidates(step.state, step.candidate, outcome);
  }
  return step.do === 'end' ? step.end : undefined;
}

/** As the reply of one server to the only question. */
function outcomeOf(replyClass: ReplyClass | undefined): CandidateOutcome | undefined {
  const rcode = rcodeOfClass[replyClass ?? 'TC'];
  if (replyClass === undefined || rcode === undefined) return undefined;
  return judgeCandidate({ class: replyClass, rcode, message: noBytes }, undefined, rcode);
}

const noBytes = new Uint8Array(0);

/** Of those that may be used again. */
const rcodeOfClass: Partial<Record<ReplyClass, number>> = { DATA: 0, ALIAS: 0, EMPTY: 0, NX: 3 };
