/** Generates docs/metrics.md from the tables of metrics. */
import type { LabelValues, MetricTable } from '../../shared/report/metric-definition.ts';
import { sidecarMetrics } from '../../shared/report/metric-table.ts';
import { discoveryMetrics } from '../../shared/report/discovery-metric-table.ts';
import { webhookMetrics } from '../../shared/report/webhook-metric-table.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/metrics.md */
export function metricsPage(): string {
  return `${generatedFrom('shared/report/metric-table.ts, shared/report/discovery-metric-table.ts and shared/report/webhook-metric-table.ts')}
# Metrics

Both programs serve Prometheus text at \`/metrics\` of their admin listener: the sidecar on port 9953 of the pod, the
webhook on port 8080. What the values of \`reason\`, \`outcome\` and \`class\` mean stands in [reasons](reasons.md). A metric
keeps 200 sets of labels; what comes beyond is counted with \`other\` in each.

## Sidecar

${metricTable(sidecarMetrics)}

${labelTable(sidecarMetrics)}

## Docker host

What the sidecar of a [Docker host](docker.md) has besides.

${metricTable(discoveryMetrics)}

${labelTable(discoveryMetrics)}

## Webhook

${metricTable(webhookMetrics)}

${labelTable(webhookMetrics)}
`;
}

function metricTable(metrics: MetricTable): string {
  const rows = Object.entries(metrics).map(([name, { kind, labels, help }]) => [
    code(name),
    kind,
    Object.keys(labels).map(code).join(', '),
    help,
  ]);
  return table(['Metric', 'Kind', 'Labels', 'Meaning'], rows);
}

/** A line per label and set of values, with the metrics that have it. */
function labelTable(metrics: MetricTable): string {
  const metricsOf = new Map<string, string[]>();
  for (const [name, { labels }] of Object.entries(metrics)) {
    for (const [label, values] of Object.entries(labels)) {
      const key = `${code(label)}\n${describe(values)}`;
      metricsOf.set(key, [...(metricsOf.get(key) ?? []), code(name)]);
    }
  }
  const rows = [...metricsOf].map(([key, names]) => {
    const [label = '', values = ''] = key.split('\n');
    return [label, names.join(', '), values];
  });
  return table(['Label', 'Of', 'Values'], rows);
}

function describe(label: LabelValues): string {
  if ('any' in label) return label.any;
  const values = Array.isArray(label.values)
    ? label.values.map((value: string) => [value, ''])
    : Object.entries(label.values);
  return values.map(([value = '', meaning = '']) => code(value) + (meaning && ` (${meaning})`)).join(', ');
}
