/**
 * A simulated network for millions of queries: nameservers that answer from a table, a clock that jumps from one timer to the
 * next, and nothing that grows with what was asked.
 */
import { put, type Endpoint, type Inbox } from '../../../cli/models/network.ts';
import type { SimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';
import { answerFrom, type ZoneTable } from '../load/zone-answer.ts';
import { createSimulatedTime } from './simulated-time.ts';

export interface ZoneNetwork extends SimulatedNetwork {
  /** Queries that reached a nameserver so far. */
  readonly queries: number;
  /** Everything that is due until then happens in its order. */
  runUntil(ms: number): void;
}

/** @param zoneAt the table that the nameservers have at that moment; every address is one */
export function createZoneNetwork(zoneAt: (nowMs: number) => ZoneTable, delayMs: number): ZoneNetwork {
  const time = createSimulatedTime(0);
  let queries = 0;
  let ids = 0;

  const openSocket = (over: 'udp' | 'tcp', from: Endpoint) => {
    const inbox: Inbox = { arrived: [], wake: undefined };
    let open = true;
    const send = (message: Uint8Array): void => {
      queries += 1;
      const bytes = answerFrom(zoneAt(time.now()), message, over);
      if (bytes === undefined) return;
      time.setTimer(delayMs, () => {
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
    now: time.now,
    setTimer: time.setTimer,
    randomId: () => (ids = (ids + 2) % 65_536),
    openUdp: (to = nowhere) => openSocket('udp', to),
    openTcp: (to) => openSocket('tcp', to),
    runUntil: time.runUntil,
    async run(promise) {
      let settled = false;
      const over = (): void => {
        settled = true;
      };
      promise.then(over, over);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return promise;
        if (!time.runNext()) throw new Error('nothing is left to happen');
      }
    },
  };
}

const nowhere: Endpoint = { address: '192.0.2.1', port: 53 };
