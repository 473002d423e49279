import type { MetricTable } from '../../shared/metric-definition.ts';
import { sidecarMetrics, webhookMetrics } from '../../shared/metric-table.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/metrics.md */
export function metricsPage(): string {
  return `${generatedFrom('shared/metric-table.ts')}
# Metrics

Both programs serve Prometheus text at \`/metrics\` of their admin listener: the sidecar on port 9953 of the pod, the
webhook on port 8080. The values of the labels \`reason\`, \`outcome\` and \`verdict\` are listed in [reasons](reasons.md).

## Sidecar

${metricTable(sidecarMetrics)}

## Webhook

${metricTable(webhookMetrics)}
`;
}

function metricTable(metrics: MetricTable): string {
  const rows = Object.entries(metrics).map(([name, { kind, labels, help }]) => [
    code(name),
    kind,
    labels.map(code).join(', '),
    help,
  ]);
  return table(['Metric', 'Kind', 'Labels', 'Meaning'], rows);
}
