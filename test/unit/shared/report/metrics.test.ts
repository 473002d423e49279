/** Metrics as Prometheus reads them. */
import { describe, expect, test } from 'vitest';
import type { MetricTable } from '../../../../shared/report/metric-definition.ts';
import { sidecarMetrics } from '../../../../shared/report/metric-table.ts';
import { webhookMetrics } from '../../../../shared/report/webhook-metric-table.ts';
import { createMetrics } from '../../../../shared/report/metrics.ts';

const table = {
  queries_total: { kind: 'counter', help: 'Queries.', labels: { type: { any: 'type' } } },
  plain_total: { kind: 'counter', help: 'No labels.', labels: {} },
  open: { kind: 'gauge', help: 'Line\nend \\ backslash.', labels: {} },
  info: { kind: 'gauge', help: 'Info.', labels: { version: { any: 'version' } } },
  wait_seconds: { kind: 'histogram', help: 'Waiting.', labels: { kind: { values: ['x', 'y'] } }, buckets: [0.1, 1] },
} as const satisfies MetricTable;

describe('the exposition', () => {
  test('of values', () => {
    const metrics = createMetrics(table);
    metrics.inc('queries_total', { type: 'A' });
    metrics.inc('queries_total', { type: 'A' }, 2);
    metrics.inc('queries_total', { type: 'AAAA' });
    metrics.inc('plain_total', {}, 0.5);
    metrics.set('open', 3);
    metrics.set('open', 2);
    metrics.set('info', 1, { version: 'a"b\\c\nd' });
    for (const seconds of [0.1, 0.5, 7]) metrics.observe('wait_seconds', seconds, { kind: 'x' });
    expect(metrics.exposition()).toBe(
      [
        '# HELP queries_total Queries.',
        '# TYPE queries_total counter',
        'queries_total{type="A"} 3',
        'queries_total{type="AAAA"} 1',
        '# HELP plain_total No labels.',
        '# TYPE plain_total counter',
        'plain_total 0.5',
        String.raw`# HELP open Line\nend \\ backslash.`,
        '# TYPE open gauge',
        'open 2',
        '# HELP info Info.',
        '# TYPE info gauge',
        String.raw`info{version="a\"b\\c\nd"} 1`,
        '# HELP wait_seconds Waiting.',
        '# TYPE wait_seconds histogram',
        'wait_seconds_bucket{kind="x",le="0.1"} 1',
        'wait_seconds_bucket{kind="x",le="1"} 2',
        'wait_seconds_bucket{kind="x",le="+Inf"} 3',
        'wait_seconds_sum{kind="x"} 7.6',
        'wait_seconds_count{kind="x"} 3',
        '',
      ].join('\n'),
    );
  });

  test('a counter that was looked up once counts with the others, and is 0 before', () => {
    const metrics = createMetrics(table);
    const [a, plain] = [metrics.counter('queries_total', { type: 'A' }), metrics.counter('plain_total')];
    expect(metrics.exposition()).toContain('\nqueries_total{type="A"} 0\n');
    metrics.inc('queries_total', { type: 'A' });
    a.inc();
    metrics.counter('queries_total', { type: 'A' }).inc();
    plain.inc();
    expect(metrics.exposition()).toContain('\nqueries_total{type="A"} 3\n');
    expect(metrics.exposition()).toContain('\nplain_total 1\n');
  });

  test('several labels tell series apart by all of them', () => {
    const metrics = createMetrics({
      replies_total: { kind: 'counter', help: 'Replies.', labels: { server: { any: 's' }, class: { any: 'c' } } },
    });
    metrics.inc('replies_total', { server: 'a', class: 'x' });
    metrics.inc('replies_total', { class: 'y', server: 'a' });
    metrics.inc('replies_total', { server: 'b', class: 'x' }, 2);
    metrics.inc('replies_total', { server: 'a', class: 'y' });
    expect(metrics.exposition().split('\n').slice(2)).toEqual([
      'replies_total{server="a",class="x"} 1',
      'replies_total{server="a",class="y"} 2',
      'replies_total{server="b",class="x"} 2',
      '',
    ]);
  });

  test('a metric without labels is 0 from the start', () => {
    const text = createMetrics(table).exposition();
    expect(text).toContain('\nplain_total 0\n');
    expect(text).not.toContain('queries_total{');
  });

  test('gauges are read when asked for', () => {
    const metrics = createMetrics(table);
    let open = 1;
    metrics.onCollect(() => metrics.set('open', open));
    expect(metrics.exposition()).toContain('\nopen 1\n');
    open = 5;
    expect(metrics.exposition()).toContain('\nopen 5\n');
  });

  test('a cleared gauge loses the labels that no longer apply', () => {
    const metrics = createMetrics(table);
    metrics.set('info', 1, { version: 'old' });
    metrics.clear('info');
    metrics.set('info', 1, { version: 'new' });
    expect(metrics.exposition()).not.toContain('old');
  });
});

test('the number of series is bounded: what is too much counts as other', () => {
  const metrics = createMetrics(table);
  for (let index = 0; index < 5000; index++) metrics.inc('queries_total', { type: `T${index}` });
  const lines = metrics
    .exposition()
    .split('\n')
    .filter((line) => line.startsWith('queries_total{'));
  expect(lines.length).toBeLessThanOrEqual(201);
  expect(lines).toContain('queries_total{type="other"} 4800');
});

test('names, labels and kinds are checked by the compiler', () => {
  const metrics = createMetrics(table);
  const misuses = [
    // @ts-expect-error -- not in the table
    () => metrics.inc('unknown_total'),
    // @ts-expect-error -- the label is missing
    () => metrics.inc('queries_total'),
    // @ts-expect-error -- the label has another name
    () => metrics.inc('queries_total', { kind: 'A' }),
    // @ts-expect-error -- a gauge is set
    () => metrics.inc('open'),
    // @ts-expect-error -- there are no labels
    () => metrics.set('open', 1, { version: '1' }),
  ];
  expect(misuses).toHaveLength(5);
  expect(() => metrics.inc('unknown_total' as 'plain_total')).toThrow('unknown_total');
});

test('the compiler takes the values of the table and no others', () => {
  const metrics = createMetrics(table);
  metrics.observe('wait_seconds', 1, { kind: 'y' });
  // @ts-expect-error A value that the table does not have.
  metrics.observe('wait_seconds', 1, { kind: 'z' });
  const sidecar = createMetrics(sidecarMetrics);
  sidecar.inc('alpine_resolver_searches_total', { outcome: 'unusable' });
  // @ts-expect-error An outcome that no page explains.
  sidecar.inc('alpine_resolver_searches_total', { outcome: 'found' });
  expect(sidecar.exposition()).toContain('alpine_resolver_searches_total{outcome="unusable"} 1\n');
});

describe.each(Object.entries({ sidecar: sidecarMetrics, webhook: webhookMetrics }))(
  'the table of the %s',
  (_, metrics) => {
    const entries = Object.entries<MetricTable[string]>(metrics);

    // https://prometheus.io/docs/practices/naming/
    test.each(entries)('%s follows the naming practice', (name, { kind, help, labels, buckets }) => {
      expect(name).toMatch(/^alpine_resolver_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      expect(help).toMatch(/^[A-Z].*\.$/);
      expect(Object.keys(labels).every((label) => /^[a-z_]+$/.test(label) && label !== 'le')).toBe(true);
      expect(buckets !== undefined).toBe(kind === 'histogram');
      expect(buckets ?? []).toEqual((buckets ?? []).toSorted((a, b) => a - b));
    });
  },
);
