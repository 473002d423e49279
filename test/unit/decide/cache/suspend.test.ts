/** Both caches are emptied where the wall clock ran ahead of the monotonic one (cache-semantics §3). */
import { expect, test } from 'vitest';
import { wasSuspended } from '../../../../sidecar/decide/cache/suspend.ts';

test.each([
  ['both went on alike', 1000, 1000, false],
  ['the wall clock was corrected a little', 1000, 3000, false],
  ['it ran ahead by more than two seconds', 1000, 3001, true],
  ['the monotonic clock went on alone', 5000, 0, false],
  ['the wall clock was set back', 1000, -60_000, false],
])('%s', (_what, monotonicMs, wallMs, suspended) => {
  const before = { now: 7000, wallNow: 1_900_000_000_000 };
  expect(wasSuspended(before, { now: 7000 + monotonicMs, wallNow: before.wallNow + wallMs })).toBe(suspended);
});
