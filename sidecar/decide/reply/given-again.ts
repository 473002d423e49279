/** Which reply of local data is given again to the same query of the same client, until the data change. */
import type { ReplyPlan } from './reply-plan.ts';

export interface WrittenLocalReply {
  readonly plan: ReplyPlan;
  readonly isTruncated: boolean;
  /** The kernel may refuse the datagram, and a smaller one be sent. */
  readonly isLarge: boolean;
}

/**
 * A failure is over when all data are there, which is no change of them; records that take turns begin with another one each
 * time; and what does not fit is counted as such each time.
 */
export function isGivenAgain({ plan, isTruncated, isLarge }: WrittenLocalReply): boolean {
  return plan.form === 'local' && !plan.takesTurns && !isTruncated && !isLarge;
}
