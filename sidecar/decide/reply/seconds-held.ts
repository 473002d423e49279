/**
 * How long the replies behind an answer have waited for their siblings, for other servers, or for a client that comes back: their TTLs
 * are counted down by it when they are sent. Pure.
 */
import type { UpstreamReply } from '../search/candidate-outcome.ts';

/** When a reply's TTLs were true, on the monotonic clock, in milliseconds. */
export interface TimedReply {
  readonly since: number;
  readonly isRecalled: boolean;
}

/** Rounded so that no TTL is too long; what came in the last second is given as it came. */
export function secondsHeld(replies: readonly TimedReply[], now: number): number {
  let seconds = 0;
  for (const { since, isRecalled } of replies) {
    const heldMs = now - since;
    if (isRecalled || heldMs >= 1000) seconds = Math.max(seconds, Math.ceil(heldMs / 1000));
  }
  return seconds;
}

export function timedReplies(replies: readonly UpstreamReply[]): TimedReply[] {
  return replies.flatMap(({ kept, receivedAt, isRecalled = false }) => {
    const since = kept?.since ?? receivedAt;
    return since === undefined ? [] : [{ since, isRecalled }];
  });
}
