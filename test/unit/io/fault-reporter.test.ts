/** Faults of ours: counted all, logged within bounds. */
import { expect, test } from 'vitest';
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { createFaultReporter } from '../../../sidecar/io/fault-reporter.ts';

test('every fault is counted, ten a minute are logged, and how many were not', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level: 'info',
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    now: () => 0,
  });
  const metrics = createMetrics(sidecarMetrics);
  let nowMs = 0;
  const report = createFaultReporter(log, metrics, () => nowMs);
  for (let count = 0; count < 25; count += 1) report(new Error('fault'));
  expect(lines).toHaveLength(10);
  expect(lines[0]).toMatchObject({ level: 'error', event: 'internal-error', error: { message: 'fault' } });
  expect(lines[0]?.['stack']).toContain('fault-reporter.test');
  nowMs = 60_000;
  report('not an error');
  expect(lines.slice(10)).toMatchObject([
    { event: 'internal-errors-not-logged', count: 15 },
    { event: 'internal-error', error: 'not an error' },
  ]);
  expect(metrics.exposition()).toContain('alpine_resolver_internal_errors_total 26\n');
});
