/** Says what is odd about a container, once for each container and oddity, and no more of one than a person reads. */
import type { DiscoveryMetrics } from '../../../shared/report/discovery-metric-table.ts';
import type { Log } from '../../../shared/report/log.ts';
import type { Metrics } from '../../../shared/report/metrics.ts';
import type { ReadContainer } from './container.ts';

/** Containers of which it is remembered; beyond them the oldest may be told again. */
const maxContainers = 4096;

/** Of one container: thousands of labels may be wrong. */
const maxOddities = 32;

export function createOddityReport(
  log: Log,
  metrics: Metrics<DiscoveryMetrics>,
): (read: Pick<ReadContainer, 'id' | 'container' | 'oddities'>) => void {
  const told = new Map<string, Set<string>>();
  return ({ id, container, oddities }) => {
    for (const { reason, detail } of oddities) {
      const before = told.get(id) ?? new Set<string>();
      // What the API says of it may be other words each time.
      const key = reason === 'unreadable' ? reason : `${reason} ${detail}`;
      if (before.has(key) || before.size >= maxOddities) continue;
      told.set(id, before.add(key));
      metrics.inc('alpine_resolver_container_oddities_total', { reason });
      log.warn('container-odd', { container, id, reason, detail });
    }
    const [oldest] = told.keys();
    if (told.size > maxContainers && oldest !== undefined) told.delete(oldest);
  };
}
