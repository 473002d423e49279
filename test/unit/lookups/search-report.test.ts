/** What the log and the metrics say of a search. */
import { expect, test } from 'vitest';
import { createLog } from '../../../shared/report/log.ts';
import type { LogLevel } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { createSearchReport } from '../../../sidecar/lookups/search-report.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';

const name = encodeName('cart') ?? rootName;
const found = encodeName('cart.shop.test') ?? rootName;

function reportOne(level: LogLevel, code: 'POS' | 'LOCAL' = 'POS'): { lines: unknown[]; metrics: string } {
  const lines: unknown[] = [];
  const log = createLog({ level, now: () => 0, write: (line) => void lines.push(JSON.parse(line)) });
  const metrics = createMetrics(sidecarMetrics);
  const report = createSearchReport(metrics, log);
  const reply = { class: 'DATA', rcode: 0, message: new Uint8Array(12) } as const;
  const outcome = { code: 'POS', halves: [reply, undefined], rcode: 0 } as const;
  const candidate = { name: found, asIs: false, laterEntries: 0, laterAsIs: false };
  report.observe.candidate(found, outcome);
  report.searchEnded({
    request: { name, dots: 0, absolute: false },
    type: 1,
    kind: 'pair',
    end: { code, candidate, outcome, asIs: undefined },
    given: undefined,
    recorded: undefined,
    durationMs: 1.23456,
  });
  return { lines, metrics: metrics.exposition() };
}

test('at level debug a search tells its candidates, its outcome and its time', () => {
  const time = '1970-01-01T00:00:00.000Z';
  expect(reportOne('debug').lines).toEqual([
    { time, level: 'debug', event: 'candidate', name: 'cart.shop.test', outcome: 'pos' },
    {
      time,
      level: 'debug',
      event: 'search',
      name: 'cart',
      type: 'A+AAAA',
      searched: true,
      outcome: 'positive',
      found: 'cart.shop.test',
      durationMs: 1.235,
    },
  ]);
});

test('at level info a search is counted and not told', () => {
  const { lines, metrics } = reportOne('info');
  expect(lines).toEqual([]);
  expect(metrics).toContain('alpine_resolver_searches_total{outcome="positive"} 1\n');
});

test('one that comes to a name of our own has found it', () => {
  const { lines, metrics } = reportOne('debug', 'LOCAL');
  expect(lines[1]).toMatchObject({ outcome: 'positive', found: 'cart.shop.test' });
  expect(metrics).toContain('alpine_resolver_searches_total{outcome="positive"} 1\n');
});
