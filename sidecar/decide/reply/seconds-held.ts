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
  for (const { since, isRecalled } of replies) seconds = Math.max(seconds, secondsSince(since, isRecalled, now));
  return seconds;
}

/** The same of one nameserver's reply. */
export function secondsOfReply(reply: UpstreamReply, now: number): number {
  const since = sinceOf(reply);
  return since === undefined ? 0 : Math.max(0, secondsSince(since, reply.isRecalled === true, now));
}

export function timedReplies(replies: readonly UpstreamReply[]): TimedReply[] {
  const timed: TimedReply[] = [];
  for (const reply of replies) {
    const since = sinceOf(reply);
    if (since !== undefined) timed.push({ since, isRecalled: reply.isRecalled === true });
  }
  return timed;
}

function sinceOf({ kept, receivedAt }: UpstreamReply): number | undefined {
  return kept?.since ?? receivedAt;
}

function secondsSince(since: number, isRecalled: boolean, now: number): number {
  const heldMs = now - since;
  return isRecalled || heldMs >= 1000 ? Math.ceil(heldMs / 1000) : 0;
}
