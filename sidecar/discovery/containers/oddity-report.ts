/** Says what is odd about a container, once for each container and oddity. */
import type { DiscoveryMetrics } from '../../../shared/report/discovery-metric-table.ts';
import type { Log } from '../../../shared/report/log.ts';
import type { Metrics } from '../../../shared/report/metrics.ts';
import type { ReadContainer } from './container.ts';

/** Containers of which it is remembered; beyond them the oldest may be told again. */
const maxContainers = 4096;

export function createOddityReport(
  log: Log,
  metrics: Metrics<DiscoveryMetrics>,
): (read: Pick<ReadContainer, 'id' | 'container' | 'oddities'>) => void {
  const told = new Map<string, Set<string>>();
  return ({ id, container, oddities }) => {
    for (const { reason, detail } of oddities) {
      const before = told.get(id) ?? new Set<string>();
      const key = `${reason} ${detail}`;
      if (before.has(key)) continue;
      told.set(id, before.add(key));
      metrics.inc('alpine_resolver_container_oddities_total', { reason });
      log.warn('container-odd', { container, id, reason, detail });
    }
    const [oldest] = told.keys();
    if (told.size > maxContainers && oldest !== undefined) told.delete(oldest);
  };
}
