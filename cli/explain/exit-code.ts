/** How `explain` ends. */
import { isDifferent, type Explanation } from '../report/explanation.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import type { ExplainOptions } from './options.ts';

export function explainExitCode(
  explanation: Explanation,
  { failsOnDifference }: Pick<ExplainOptions, 'failsOnDifference'>,
): number {
  // In a scenario silence is what was asked for.
  if (!explanation.isAnswered && !explanation.isSimulated) return exitCodes.unreachable;
  return failsOnDifference && isDifferent(explanation) ? exitCodes.no : exitCodes.done;
}
