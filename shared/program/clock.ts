/** Time for decisions: milliseconds on a scale that never goes back. The zero point means nothing. */
export interface Clock {
  now(): number;
}

export const monotonicClock: Clock = { now: () => performance.now() };
