/** The queue of timers against a list that is sorted each time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerQueue } from '../../sidecar/io/timer-queue.ts';
import type { QueuedTimer } from '../../sidecar/io/timer-queue.ts';

type Step =
  | { readonly do: 'add'; readonly afterMs: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'pass'; readonly ms: number };

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ do: fc.constant('add'), afterMs: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant('cancel'), which: fc.nat(200) }),
    fc.record({ do: fc.constant('pass'), ms: fc.integer({ min: 0, max: 10 }) }),
  ),
  { maxLength: 200 },
);

describe('the queue of timers', () => {
  it('runs each that was not cancelled once, when it is due, in the order of the times and then of the adding', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new TimerQueue();
        const timers: QueuedTimer[] = [];
        const ran: number[] = [];
        let waiting: { readonly number: number; readonly dueAt: number }[] = [];
        let now = 0;
        for (const step of all) {
          if (step.do === 'add') {
            const number = timers.length;
            timers.push(queue.add(now + step.afterMs, () => void ran.push(number)));
            waiting.push({ number, dueAt: now + step.afterMs });
          } else if (step.do === 'cancel') {
            const number = step.which % (timers.length || 1);
            const timer = timers[number];
            if (timer !== undefined) queue.cancel(timer);
            waiting = waiting.filter((one) => one.number !== number);
          } else {
            now += step.ms;
            ran.length = 0;
            for (let run = queue.takeDue(now); run !== undefined; run = queue.takeDue(now)) run();
            const due = waiting.filter(({ dueAt }) => dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt);
            waiting = waiting.filter(({ dueAt }) => dueAt > now);
            expect(ran).toEqual(due.map(({ number }) => number));
          }
          expect(queue.size).toBe(waiting.length);
          expect(queue.nextAt).toBe(Math.min(Infinity, ...waiting.map(({ dueAt }) => dueAt)));
        }
      }),
    );
  });

  it('lets what a cancelled timer would have run go', () => {
    const queue = new TimerQueue();
    const run = (): void => undefined;
    const timer = queue.add(1, run);
    expect(timer.run).toBe(run);
    queue.cancel(timer);
    expect(timer.run).not.toBe(run);
  });
});
