/**
 * Lookups that failed: glibc and musl repeat the questions at once or at the next turn of their clock, and get the
 * same replies without another search.
 *
 * Both halves of a pair leave the cache at once. If one were still there when its sibling is searched for again, it would
 * be searched for on its own, and might find what the pair must not.
 */
import { createShortCache } from './short-cache.ts';

/** How long a failure is kept, in milliseconds. */
const lifetimeMs = 1000;

/** A repeat that is answered from the cache keeps its sibling there for this long, in milliseconds. */
const siblingGapMs = 50;

export interface FailureCache {
  /** `cause` is the same object for everything that failed together. */
  note(cause: object, key: string, now: number): void;
  has(keys: readonly string[], now: number): boolean;
  isEmpty(now: number): boolean;
}

interface Failure {
  until: number;
}

export function createFailureCache(capacity: number): FailureCache {
  const failures = createShortCache<Failure>(lifetimeMs + siblingGapMs, capacity);
  const byCause = new WeakMap<object, Failure>();
  return {
    note(cause, key, now) {
      const failure = byCause.get(cause) ?? { until: 0 };
      failure.until = now + lifetimeMs;
      byCause.set(cause, failure);
      failures.set(key, failure, now);
    },
    isEmpty: failures.isEmpty,
    has(keys, now) {
      for (const key of keys) {
        const failure = failures.get(key, now);
        if (failure === undefined || failure.until <= now) continue;
        failure.until = Math.max(failure.until, now + siblingGapMs);
        return true;
      }
      return false;
    },
  };
}
