/** Timers of the process, whose faults end nothing but themselves. */
import type { Guard } from './guard.ts';

export interface Timers {
  /** Calls `run` after `afterMs`; the returned function cancels. */
  setTimer(afterMs: number, run: () => void): () => void;
  every(periodMs: number, run: () => void): () => void;
  /** Calls `run` after the sockets were read once more. */
  afterRead(run: () => void): void;
}

export function createTimers(guard: Guard): Timers {
  return {
    setTimer(afterMs, run) {
      const timer = setTimeout(guard, afterMs, run);
      return () => clearTimeout(timer);
    },
    every(periodMs, run) {
      const timer = setInterval(guard, periodMs, run);
      return () => clearInterval(timer);
    },
    afterRead: (run) => void setImmediate(guard, run),
  };
}
