/** How the webhook learns the version of its API server. */
import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '../../../../shared/report/log.ts';
import { webhookMetrics } from '../../../../shared/report/webhook-metric-table.ts';
import { createMetrics } from '../../../../shared/report/metrics.ts';
import { readEnvironment } from '../../../../shared/settings/read-settings.ts';
import { webhookSettings } from '../../../../shared/settings/settings.ts';
import type { ClusterClient } from '../../../../webhook/cluster/client.ts';
import { joinCluster } from '../../../../webhook/cluster/cluster.ts';
import { fakeClient, refusal } from './fake-client.ts';

let client: ClusterClient;
vi.mock(import('../../../../webhook/cluster/client.ts'), async (original) => ({
  ...(await original()),
  connectCluster: () => client,
}));
afterEach(() => {
  vi.useRealTimers();
});

test('the version of the API server is asked for until it is known; before, the replica is not ready', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const nothing = () => Promise.resolve({ metadata: {}, items: [] });
  const answers = [
    () => Promise.reject(refusal(503)),
    () => Promise.resolve({ major: '', minor: '' }),
    () => Promise.resolve({ major: '1', minor: '28+' }),
  ];
  client = fakeClient({
    readJson: nothing,
    getCode: () => (answers.shift() ?? (() => Promise.reject(refusal(503))))(),
    readNamespacedService: () => Promise.reject(refusal(404)),
    readNamespacedPod: () => Promise.resolve({ spec: { initContainers: [{ name: 'sidecar-image', image: 'x:1' }] } }),
  });
  const { values } = readEnvironment(webhookSettings, { POD_NAME: 'alpine-resolver-0' });
  const cluster = joinCluster('in-cluster', {
    settings: { ...values, tlsCertFile: '/tls.crt', tlsCaFile: undefined },
    clusterDns: undefined,
    names: [],
    metrics: createMetrics(webhookMetrics),
    log: createLog({ level: 'error', write: () => undefined, now: () => 0 }),
    wallClock: () => 0,
  });
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await turn();
  expect(cluster.missing()).toBe('the version of the API server is not known yet');
  await vi.advanceTimersByTimeAsync(3500);
  await turn();
  expect(cluster.missing()).toBe('the version of the API server is not known yet');
  await vi.advanceTimersByTimeAsync(3500);
  await turn();
  expect(cluster.missing()).toBeUndefined();
  expect(cluster.surroundings.serverVersion()).toEqual({ major: 1, minor: 28 });
  // What is known stays known.
  await vi.advanceTimersByTimeAsync(11 * 60_000);
  expect(cluster.surroundings.serverVersion()).toEqual({ major: 1, minor: 28 });
  cluster.stop();
});
