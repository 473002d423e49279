/** Timers of the simulated network for measurements. */
import { expect, test } from 'vitest';
import { createZoneNetwork } from './zone-network.ts';

test('timers run in the order of their time, and of their making at one moment', () => {
  const network = createZoneNetwork(() => new Map(), 1);
  const ran: string[] = [];
  // As many as make a heap of some depth, in an order that is none.
  const delays = Array.from({ length: 200 }, (_, index) => (index * 37) % 50);
  for (const [index, delay] of delays.entries()) network.setTimer(delay, () => ran.push(`${delay} ${index}`));
  network.runUntil(1000);
  const expected = delays
    .map((delay, index) => ({ delay, index }))
    .toSorted((one, other) => one.delay - other.delay || one.index - other.index)
    .map(({ delay, index }) => `${delay} ${index}`);
  expect(ran).toEqual(expected);
  expect(network.now()).toBe(1000);
});

test('a timer that is cancelled does not run, and one that is not due waits', () => {
  const network = createZoneNetwork(() => new Map(), 1);
  const ran: string[] = [];
  const cancel = network.setTimer(5, () => ran.push('cancelled'));
  network.setTimer(5, () => ran.push('due'));
  network.setTimer(20, () => ran.push('later'));
  cancel();
  network.runUntil(10);
  expect(ran).toEqual(['due']);
  network.runUntil(20);
  expect(ran).toEqual(['due', 'later']);
});

test('where the first is cancelled, one that is not due waits all the same', () => {
  const network = createZoneNetwork(() => new Map(), 1);
  const ran: string[] = [];
  const cancel = network.setTimer(5, () => ran.push('cancelled'));
  network.setTimer(20, () => ran.push('later'));
  cancel();
  network.runUntil(10);
  expect([ran, network.now()]).toEqual([[], 10]);
});
