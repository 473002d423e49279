/** Lookups that were over a moment ago: they still answer repeats. */
import { lingerMs } from '../decide/lookup/pairing.ts';
import type { Lookup } from './lookup.ts';

/** The oldest of more goes before its time: under load all would live long enough to grow old in V8's heap. */
const maxEnded = 16;

export interface EndedLookups {
  add(lookup: Lookup): void;
}

export interface EndedLookupsDependencies {
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
}

/** `forget` takes one whose time is over. */
export function createEndedLookups(
  { now, setTimer }: EndedLookupsDependencies,
  forget: (lookup: Lookup) => void,
): EndedLookups {
  const ring: (Lookup | undefined)[] = Array.from({ length: maxEnded }, () => undefined);
  const until = new Float64Array(maxEnded);
  let oldest = 0;
  let count = 0;
  let isSweeping = false;

  function forgetOldest(): void {
    const lookup = ring[oldest];
    ring[oldest] = undefined;
    oldest = (oldest + 1) % maxEnded;
    count -= 1;
    if (lookup !== undefined) forget(lookup);
  }

  function sweep(): void {
    while (count > 0 && (until[oldest] ?? 0) <= now()) forgetOldest();
    isSweeping = count > 0;
    if (isSweeping) setTimer((until[oldest] ?? 0) - now(), sweep);
  }

  return {
    add(lookup) {
      if (count === maxEnded) forgetOldest();
      const place = (oldest + count) % maxEnded;
      ring[place] = lookup;
      until[place] = now() + lingerMs;
      count += 1;
      if (!isSweeping) sweep();
    },
  };
}
