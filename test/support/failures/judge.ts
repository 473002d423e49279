/** In what a real lookup differs from the one that was played in simulated time. */
import type { LookupResult } from '../../../cli/models/lookup.ts';
import { differencesOf, textOf } from '../observation/expectation.ts';
import type { Observation } from '../observation/observation.ts';

/** Less than any timeout that is waited for. */
export const toleranceMs = 500;

/** Another outcome, other addresses, another name, or a time that is further away than the tolerance. */
export function differencesFrom(played: LookupResult, found: Observation): string[] {
  const { outcome, addresses, canonicalName, elapsedMs } = played;
  const differences = differencesOf({ outcome, addresses, canonical: canonicalName }, found).map(textOf);
  const isOfAnotherTime = Math.abs(found.elapsedMs - elapsedMs) > toleranceMs;
  return isOfAnotherTime
    ? [...differences, `${elapsedMs} ms expected, not ${Math.round(found.elapsedMs)} ms`]
    : differences;
}
