/** Who may ask, as counted and logged. */
import { expect, test } from 'vitest';
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { usualClients } from '../../../sidecar/decide/query/client-access.ts';
import { createClientGate } from '../../../sidecar/io/client-gate.ts';

function setUp(rules = usualClients) {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics(sidecarMetrics);
  const state = { now: 0, local: [{ address: '192.168.1.1', prefix: 24 }], readings: 0 };
  const gate = createClientGate({
    rules,
    localNetworks: () => {
      state.readings += 1;
      return state.local;
    },
    now: () => state.now,
    log: createLog({
      level: 'info',
      write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
      now: () => 0,
    }),
    metrics,
  });
  return { gate, lines, metrics, state };
}

test('who may not ask is counted each time, and told once a minute', () => {
  const { gate, lines, metrics, state } = setUp();
  expect(gate.admits('192.168.1.9', 'udp')).toBe(true);
  for (state.now of [0, 1000, 61_000]) expect(gate.admits('192.168.2.9', 'udp')).toBe(false);
  expect(gate.admits('192.168.2.9', 'tcp')).toBe(false);
  expect(lines).toMatchObject([
    { event: 'client-refused', level: 'warn', address: '192.168.2.9', transport: 'udp', refused: 1 },
    { event: 'client-refused', refused: 2 },
  ]);
  expect(metrics.exposition()).toContain('alpine_resolver_refused_clients_total{transport="udp"} 3\n');
  expect(metrics.exposition()).toContain('alpine_resolver_refused_clients_total{transport="tcp"} 1\n');
});

test('a network that the machine gets later counts at once, and none is read for each query', () => {
  const { gate, state } = setUp();
  expect(gate.admits('192.168.2.9', 'udp')).toBe(false);
  state.now = 99;
  state.local = [{ address: '192.168.2.1', prefix: 24 }];
  expect(gate.admits('192.168.2.9', 'udp')).toBe(false);
  expect(state.readings).toBe(1);
  state.now = 100;
  expect(gate.admits('192.168.2.9', 'udp')).toBe(true);
  expect(state.readings).toBe(2);
  for (state.now of [101, 3000, 5099]) expect(gate.admits('192.168.2.9', 'udp')).toBe(true);
  expect(state.readings).toBe(2);
});

test('a network that the machine has no more counts for five seconds', () => {
  const { gate, state } = setUp();
  expect(gate.admits('192.168.1.9', 'udp')).toBe(true);
  state.local = [];
  state.now = 4999;
  expect(gate.admits('192.168.1.9', 'udp')).toBe(true);
  state.now = 5000;
  expect(gate.admits('192.168.1.9', 'udp')).toBe(false);
});

test('where no rule is of the networks of the machine they are not read', () => {
  const { gate, state } = setUp(['loopback']);
  expect(gate.admits('127.0.0.1', 'udp')).toBe(true);
  expect(state.readings).toBe(0);
});
