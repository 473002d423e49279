/** Prometheus text of a pod, which may be anything. */
import { expect, test } from 'vitest';
import { readMetrics } from '../../../../cli/status/metrics-text.ts';

test('labels and values', () => {
  const text = 'a_total{outcome="again",what="a \\"b\\", c=\\\\"} 41\nb 1\n# HELP b B.\n{} 3\n';
  expect(readMetrics(text)).toEqual([
    { name: 'a_total', labels: { outcome: 'again', what: 'a "b", c=\\' }, value: 41 },
    { name: 'b', labels: {}, value: 1 },
  ]);
});

/** With each of its letters tried anew, the first took some seconds. */
test.each([
  ['a long word', `a{${'w'.repeat(60_000)}} 1`],
  ['a label that does not end', `a{${'w="\\"'.repeat(40_000)}} 1`],
  ['braces', `a{${'} '.repeat(100_000)}`],
])('%s is read once', (_what, line) => {
  const startMs = performance.now();
  readMetrics(line);
  expect(performance.now() - startMs).toBeLessThan(1000);
});
