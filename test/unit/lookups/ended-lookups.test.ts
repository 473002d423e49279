/** Lookups that are over answer repeats for a while: fifty milliseconds, and under load the last sixteen. */
import { expect, test } from 'vitest';
import { TimerQueue } from '../../../sidecar/io/timer-queue.ts';
import { createEndedLookups } from '../../../sidecar/lookups/ended-lookups.ts';
import type { Lookup } from '../../../sidecar/lookups/lookup.ts';

/** A clock and timers that run by hand. */
function setUp() {
  const timers = new TimerQueue();
  const forgotten: string[] = [];
  let now = 1000;
  const ended = createEndedLookups(
    {
      now: () => now,
      setTimer(afterMs, run) {
        const timer = timers.add(now + afterMs, run);
        return () => timers.cancel(timer);
      },
    },
    (lookup) => void forgotten.push(lookup as unknown as string),
  );
  return {
    forgotten,
    timers,
    add: (name: string) => ended.add(name as unknown as Lookup),
    pass(ms: number) {
      now += ms;
      for (let run = timers.takeDue(now); run !== undefined; run = timers.takeDue(now)) run();
    },
  };
}

test('each is forgotten 50 ms after its end, with one timer for all', () => {
  const { add, forgotten, pass, timers } = setUp();
  add('a');
  pass(20);
  add('b');
  expect(timers.size).toBe(1);
  pass(29);
  expect(forgotten).toEqual([]);
  pass(1);
  expect(forgotten).toEqual(['a']);
  pass(20);
  expect([forgotten, timers.size]).toEqual([['a', 'b'], 0]);
  add('c');
  pass(50);
  expect(forgotten).toEqual(['a', 'b', 'c']);
});

test('of more than sixteen the oldest goes at once', () => {
  const { add, forgotten, pass } = setUp();
  const names = Array.from({ length: 40 }, (_, index) => String(index));
  for (const name of names) add(name);
  expect(forgotten).toEqual(names.slice(0, 24));
  pass(50);
  expect(forgotten).toEqual(names);
});
