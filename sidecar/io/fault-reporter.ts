/** Reports exceptions of the packet loop without flooding the log. */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';

/** Faults that are logged in full per window; the rest is counted, so that one bad client cannot flood the log. */
const loggedPerWindow = 10;
const windowMs = 60_000;

/** Reports an exception that the packet loop caught: counts each, and logs them within bounds. */
export function createFaultReporter(
  log: Log,
  metrics: Metrics<SidecarMetrics>,
  now: () => number,
): (error: unknown) => void {
  let windowStart = Number.NEGATIVE_INFINITY;
  let inWindow = 0;
  return (error) => {
    metrics.inc('alpine_resolver_internal_errors_total');
    if (now() - windowStart >= windowMs) {
      if (inWindow > loggedPerWindow) log.error('internal-errors-not-logged', { count: inWindow - loggedPerWindow });
      windowStart = now();
      inWindow = 0;
    }
    inWindow += 1;
    if (inWindow > loggedPerWindow) return;
    log.error('internal-error', { error, stack: error instanceof Error ? error.stack : undefined });
  };
}
