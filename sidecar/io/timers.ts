/** Timers of the process, whose faults end nothing but themselves. */
import type { Guard } from './guard.ts';
import { TimerQueue } from './timer-queue.ts';

export interface Timers {
  /** Calls `run` after `afterMs`; the returned function cancels. */
  setTimer(afterMs: number, run: () => void): () => void;
  every(periodMs: number, run: () => void): () => void;
  /** Calls `run` after the sockets were read once more. */
  afterRead(run: () => void): void;
}

/** `now`: monotonic, in milliseconds. */
export function createTimers(guard: Guard, now: () => number): Timers {
  const queue = new TimerQueue();
  /** The one timer of Node.js for all; it may ring before the first of them is due, never after. */
  let alarm: NodeJS.Timeout | undefined;
  let alarmAt = Infinity;

  function arm(): void {
    clearTimeout(alarm);
    alarmAt = queue.nextAt;
    alarm = alarmAt === Infinity ? undefined : setTimeout(ring, Math.max(Math.ceil(alarmAt - now()), 1));
  }

  function ring(): void {
    const startedAt = now();
    try {
      // What one of them adds is not due before the next time.
      for (let run = queue.takeDue(startedAt); run !== undefined; run = queue.takeDue(startedAt)) guard(run);
    } finally {
      arm();
    }
  }

  return {
    setTimer(afterMs, run) {
      const timer = queue.add(now() + Math.max(afterMs, 1), run);
      if (timer.dueAt < alarmAt) arm();
      return () => {
        queue.cancel(timer);
        // One that nobody waits for would keep the process.
        if (queue.size === 0) arm();
      };
    },
    every(periodMs, run) {
      const timer = setInterval(guard, periodMs, run);
      return () => clearInterval(timer);
    },
    afterRead: (run) => void setImmediate(guard, run),
  };
}
