/** What is read through an API server, before one with recorded objects. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { connectCluster } from '../../../cli/cluster/connect.ts';
import type { ClusterReader } from '../../../cli/cluster/reader.ts';
import { startRecordedApi, type RecordedApi, type Recording } from '../../support/kubernetes/recorded-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'cluster-connect-'));
const kubeconfig = join(folder, 'kubeconfig');
let api: RecordedApi | undefined;
afterEach(() => {
  api?.close();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function readerOf(recording: Recording, context?: string): Promise<ClusterReader> {
  api = await startRecordedApi(recording);
  writeFileSync(kubeconfig, api.kubeconfig);
  return connectCluster({ kubeconfig, context, as: undefined, namespace: undefined });
}

const maxMetricsBytes = 4 * 1024 * 1024;

test('metrics of a pod are read up to a bound, and unknown beyond it', async () => {
  const texts = { '/small': 'x'.repeat(maxMetricsBytes), '/large': 'x'.repeat(maxMetricsBytes + 1) };
  const reader = await readerOf({ objects: { '/object': { text: texts['/large'] } }, texts });
  await expect(reader.text('/small')).resolves.toHaveLength(maxMetricsBytes);
  await expect(reader.text('/large')).rejects.toMatchObject({
    ...{ name: 'ClusterError', code: 'failed', message: `/large has more than ${maxMetricsBytes} bytes` },
  });
  await expect(reader.get('/object')).resolves.toEqual({ text: texts['/large'] });
});

test('kubectl is told of the same cluster', async () => {
  expect((await readerOf({ objects: {} })).kubectl).toEqual({ context: 'test', kubeconfig });
  api?.close();
  expect((await readerOf({ objects: {} }, 'other')).kubectl).toEqual({ context: 'other', kubeconfig });
});

test('a place that no kubeconfig names is not told to kubectl', () => {
  for (const name of ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'USERPROFILE']) vi.stubEnv(name, '');
  vi.stubEnv('HOME', join(folder, 'none'));
  const target = { kubeconfig: undefined, context: undefined, as: undefined, namespace: undefined };
  expect(connectCluster(target).kubectl).toEqual({ context: undefined, kubeconfig: undefined });
});

test.each([
  ['brings no JSON', 'echo', ['CANARY'], 'what brings them answers with no JSON'],
  ['is not there', join(folder, 'no-program'), [], `spawn ${join(folder, 'no-program')} ENOENT`],
])('of a program for credentials that %s, no answer is told', async (_what, command, args, expected) => {
  const user = { name: 'test', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args } } };
  api = await startRecordedApi({ objects: {} });
  writeFileSync(kubeconfig, api.kubeconfig.replace(/users:[^]*/, `users: [${JSON.stringify(user)}]`));
  const reader = connectCluster({ kubeconfig, context: undefined, as: undefined, namespace: undefined });
  await expect(reader.get('/object')).rejects.toMatchObject({
    ...{ code: 'unauthorized', message: `no credentials for the cluster: ${expected}` },
  });
});

test.each([
  ['has a user', (text: string) => text],
  ['has no user', (text: string) => text.replaceAll(', user: test', '').replace(/users:[^]*/, '')],
  ['has a user that is not there', (text: string) => text.replace(/users:[^]*/, '')],
])('somebody else asks where the context %s', async (_what, changed) => {
  api = await startRecordedApi({ objects: { '/object': {} } });
  writeFileSync(kubeconfig, changed(api.kubeconfig));
  const target = { kubeconfig, context: undefined, namespace: undefined };
  await connectCluster({ ...target, as: 'jane' }).get('/object');
  await connectCluster({ ...target, as: undefined }).get('/object');
  expect(api.requests.map(({ as }) => as)).toEqual(['jane', undefined]);
});
