/**
 * Whether the machine was suspended: the monotonic clock stands still meanwhile, the wall clock does not. What is remembered is older
 * than it seems then.
 */
export interface ClockReading {
  /** Monotonic, in milliseconds. */
  readonly now: number;
  /** Of the wall clock, in milliseconds. */
  readonly wallNow: number;
}

/** A wall clock that is set or corrected runs ahead by less, in milliseconds. */
const maxLeadMs = 2000;

/** Between two readings. */
export function wasSuspended(before: ClockReading, after: ClockReading): boolean {
  return after.wallNow - before.wallNow - (after.now - before.now) > maxLeadMs;
}
