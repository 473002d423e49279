/**
 * A simulated network for millions of queries: nameservers that answer from a table, a clock that jumps from one timer to the
 * next, and nothing that grows with what was asked.
 */
import { put, type Endpoint, type Inbox } from '../../../cli/models/network.ts';
import type { SimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';
import { answerFrom, type ZoneTable } from '../load/zone-answer.ts';

export interface ZoneNetwork extends SimulatedNetwork {
  /** Queries that reached a nameserver so far. */
  readonly queries: number;
  /** Everything that is due until then happens in its order. */
  runUntil(ms: number): void;
}

/** @param zoneAt the table that the nameservers have at that moment; every address is one */
export function createZoneNetwork(zoneAt: (nowMs: number) => ZoneTable, delayMs: number): ZoneNetwork {
  const timers = createTimers();
  let queries = 0;
  let ids = 0;

  const openSocket = (over: 'udp' | 'tcp', from: Endpoint) => {
    const inbox: Inbox = { arrived: [], wake: undefined };
    let open = true;
    const send = (message: Uint8Array): void => {
      queries += 1;
      const bytes = answerFrom(zoneAt(timers.now()), message, over);
      if (bytes === undefined) return;
      timers.set(delayMs, () => {
        if (open) put(inbox, { kind: 'message', bytes, from });
      });
    };
    const close = (): void => {
      open = false;
    };
    return Object.assign(inbox, { send, close });
  };
  return {
    asked: [],
    get queries() {
      return queries;
    },
    now: timers.now,
    setTimer: timers.set,
    randomId: () => (ids = (ids + 2) % 65_536),
    openUdp: (to = nowhere) => openSocket('udp', to),
    openTcp: (to) => openSocket('tcp', to),
    runUntil: timers.runUntil,
    async run(promise) {
      let settled = false;
      const over = (): void => {
        settled = true;
      };
      promise.then(over, over);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return promise;
        if (!timers.runNext()) throw new Error('nothing is left to happen');
      }
    },
  };
}

const nowhere: Endpoint = { address: '192.0.2.1', port: 53 };

interface Timer {
  readonly atMs: number;
  readonly number: number;
  run: (() => void) | undefined;
}

/** A heap: the next timer is found in the logarithm of their number. */
function createTimers() {
  let nowMs = 0;
  let count = 0;
  const heap: Timer[] = [];
  const isBefore = (one: Timer, other: Timer): boolean =>
    one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);

  function push(timer: Timer): void {
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Timer;
      if (isBefore(parent, timer)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  function pop(): Timer | undefined {
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || first === last) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Timer, heap[below] as Timer)) below += 1;
      const child = heap[below] as Timer;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }

  function runNext(): boolean {
    for (let next = pop(); next !== undefined; next = pop()) {
      if (next.run === undefined) continue;
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
      return true;
    }
    return false;
  }

  return {
    now: () => nowMs,
    set(delayMs: number, run: () => void) {
      const timer: Timer = { atMs: nowMs + Math.max(0, delayMs), number: (count += 1), run };
      push(timer);
      return () => {
        timer.run = undefined;
      };
    },
    runNext,
    runUntil(ms: number) {
      while (heap[0] !== undefined && heap[0].atMs <= ms) runNext();
      nowMs = Math.max(nowMs, ms);
    },
  };
}
