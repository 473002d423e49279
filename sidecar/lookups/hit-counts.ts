/** Counts what is served from the answer cache, in series that are looked up once: a hit takes no longer than their labels would. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Counter, Metrics } from '../../shared/report/metrics.ts';
import type { Client } from '../ports/client.ts';
import { rcodeName, typeName } from '../wire/mnemonics.ts';

type Transport = Client['transport'];

export interface HitCounts {
  /** A query that no stage in front has counted. */
  asked(transport: Transport, type: number): void;
  /** `isOld`: its lifetime is over, and it is no hit. */
  served(transport: Transport, rcode: number, isOld: boolean): void;
}

export function createHitCounts(metrics: Metrics<SidecarMetrics>): HitCounts {
  const hits = metrics.counter('alpine_resolver_cache_hits_total', { cache: 'answer' });
  const queries = { udp: new Map<string, Counter>(), tcp: new Map<string, Counter>() };
  const replies = { udp: new Map<number, Counter>(), tcp: new Map<number, Counter>() };

  /** Types beyond the table are one, or any client could fill the map. */
  function queriesOf(transport: Transport, type: ReturnType<typeof typeName>): Counter {
    const known = queries[transport].get(type);
    if (known !== undefined) return known;
    const counter = metrics.counter('alpine_resolver_queries_total', { transport, type });
    queries[transport].set(type, counter);
    return counter;
  }

  function repliesOf(transport: Transport, rcode: number): Counter {
    const known = replies[transport].get(rcode);
    if (known !== undefined) return known;
    const counter = metrics.counter('alpine_resolver_replies_total', { transport, rcode: rcodeName(rcode) });
    replies[transport].set(rcode, counter);
    return counter;
  }

  return {
    asked: (transport, type) => queriesOf(transport, typeName(type)).inc(),
    served(transport, rcode, isOld) {
      repliesOf(transport, rcode).inc();
      if (!isOld) hits.inc();
    },
  };
}
