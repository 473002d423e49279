/** A clock that stands still until it is run: everything that was set for later happens in the order of its time. */
export interface SimulatedTime {
  now(): number;
  setTimer(afterMs: number, run: () => void): () => void;
  /** Until nothing is left to happen; throws after `maxEvents`. */
  runAll(maxEvents: number): void;
  /** Until this time, and what happens at it. */
  runUntil(atMs: number): void;
}

interface Entry {
  readonly at: number;
  readonly number: number;
  readonly run: () => void;
  cancelled: boolean;
}

export function createSimulatedTime(): SimulatedTime {
  let nowMs = 1000;
  let number = 0;
  const entries: Entry[] = [];

  function takeFirst(untilMs = Infinity): Entry | undefined {
    let first = -1;
    for (const [index, entry] of entries.entries()) {
      const best = entries[first];
      if (best === undefined || entry.at < best.at || (entry.at === best.at && entry.number < best.number))
        first = index;
    }
    return (entries[first]?.at ?? Infinity) > untilMs ? undefined : entries.splice(first, 1)[0];
  }

  function run(entry: Entry): void {
    nowMs = Math.max(nowMs, entry.at);
    entry.run();
  }

  return {
    now: () => nowMs,
    setTimer(afterMs, run) {
      const entry: Entry = { at: nowMs + Math.max(0, afterMs), number: number++, run, cancelled: false };
      entries.push(entry);
      return () => {
        entry.cancelled = true;
      };
    },
    runAll(maxEvents) {
      let events = 0;
      for (let entry = takeFirst(); entry !== undefined; entry = takeFirst()) {
        if (entry.cancelled) continue;
        if (++events > maxEvents) throw new Error(`still at work after ${maxEvents} events`);
        run(entry);
      }
    },
    runUntil(atMs) {
      for (let entry = takeFirst(atMs); entry !== undefined; entry = takeFirst(atMs)) if (!entry.cancelled) run(entry);
      nowMs = atMs;
    },
  };
}
