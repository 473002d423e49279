/** A clock that stands still until it is run: everything that was set for later happens in the order of its time. */
import { TimerQueue } from '../../../sidecar/io/timer-queue.ts';

export interface SimulatedTime {
  now(): number;
  setTimer(afterMs: number, run: () => void): () => void;
  /** False: nothing is left to happen. */
  runNext(): boolean;
  /** Until nothing is left to happen; throws after `maxEvents`. */
  runAll(maxEvents: number): void;
  /** Until this time, and what happens at it. */
  runUntil(atMs: number): void;
}

export function createSimulatedTime(startMs = 1000): SimulatedTime {
  const queue = new TimerQueue();
  let nowMs = startMs;

  function runNext(): boolean {
    if (queue.size === 0) return false;
    nowMs = Math.max(nowMs, queue.nextAt);
    queue.takeDue(nowMs)?.();
    return true;
  }

  return {
    now: () => nowMs,
    setTimer(afterMs, run) {
      const timer = queue.add(nowMs + Math.max(0, afterMs), run);
      return () => queue.cancel(timer);
    },
    runNext,
    runAll(maxEvents) {
      for (let left = maxEvents; queue.size > 0; left--) {
        if (left <= 0) throw new Error(`still at work after ${maxEvents} events`);
        runNext();
      }
    },
    runUntil(atMs) {
      while (queue.nextAt <= atMs) runNext();
      nowMs = Math.max(nowMs, atMs);
    },
  };
}
