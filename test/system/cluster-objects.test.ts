/**
 * Objects of each kind that the webhook reads, as the API server writes them, read by the client library over HTTPS: the
 * library renames some members, and brings lists and watches in different forms.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../shared/report/log.ts';
import { issueAuthority } from '../../webhook/certificates/issue.ts';
import { authoritySecret } from '../../webhook/cluster/authority-secret.ts';
import { caBundle } from '../../webhook/cluster/ca-bundle.ts';
import { connectCluster, type ClusterClient } from '../../webhook/cluster/client.ts';
import { agreesWithService, readServerVersion } from '../../webhook/cluster/cluster-facts.ts';
import { watchLimitRanges } from '../../webhook/cluster/limit-ranges.ts';
import { watchNamespaces } from '../../webhook/cluster/namespaces.ts';
import { createOwners } from '../../webhook/cluster/owners.ts';
import { injectPod } from '../../webhook/injection/inject.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { limitRangeItems } from '../../webhook/injection/resources/limit-range.ts';
import { contextOf } from '../support/kubernetes/golden-cases.ts';
import { startFakeApiServer, type ApiObject, type FakeApiServer } from '../support/kubernetes/fake-api-server.ts';

let api: FakeApiServer;
let client: ClusterClient;
let folder: string;
const kubeconfigBefore = process.env['KUBECONFIG'];
const log = createLog({ level: 'error', write: () => undefined, now: () => 0 });

beforeAll(async () => {
  api = await startFakeApiServer();
  folder = mkdtempSync(join(tmpdir(), 'cluster-objects-'));
  process.env['KUBECONFIG'] = join(folder, 'kubeconfig');
  writeFileSync(process.env['KUBECONFIG'], api.kubeconfig);
  client = connectCluster('kubeconfig');
});

afterAll(async () => {
  process.env['KUBECONFIG'] = kubeconfigBefore;
  if (kubeconfigBefore === undefined) delete process.env['KUBECONFIG'];
  await api.close();
  rmSync(folder, { recursive: true });
});

/** What the API server adds to every object. */
function stored(
  apiVersion: string,
  kind: string,
  name: string,
  parts: JsonObject & { metadata?: JsonObject },
): ApiObject {
  const { metadata, ...rest } = parts;
  return {
    apiVersion,
    kind,
    ...rest,
    metadata: {
      name,
      uid: '7d9c5b8f-6d00-4a6e-8a10-0c5d3f1e2b7a',
      creationTimestamp: '2026-11-20T10:00:00Z',
      managedFields: [
        { manager: 'kubectl', operation: 'Update', apiVersion, fieldsType: 'FieldsV1', fieldsV1: { 'f:x': {} } },
      ],
      ...metadata,
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 10 s');
    await sleep(20);
  }
}

describe('LimitRanges', () => {
  const spec = (...limits: JsonObject[]): JsonObject & { metadata: JsonObject } => ({
    metadata: { namespace: 'shop' },
    spec: { limits },
  });
  const storage = (amount: string): JsonObject => ({ 'ephemeral-storage': amount });
  const full = spec(
    {
      type: 'Container',
      default: { cpu: '500m', memory: '256Mi' },
      defaultRequest: { cpu: '100m', memory: '128Mi' },
      max: { cpu: '2', memory: '1Gi' },
      maxLimitRequestRatio: { cpu: '10' },
      min: { cpu: '10m' },
    },
    { type: 'Pod', max: { memory: '4Gi' }, maxLimitRequestRatio: { memory: '3' }, min: { cpu: '1m' } },
    { type: 'PersistentVolumeClaim', min: { storage: '1Gi' } },
  );
  const app = (requests: JsonObject, limits: JsonObject) => ({
    metadata: { name: 'app' },
    spec: { containers: [{ name: 'app', image: 'alpine:3.22', resources: { requests, limits } }] },
  });

  test('from a list and from a watch are what stands in the JSON', async () => {
    api.put('/api/v1/namespaces/shop/limitranges/listed', stored('v1', 'LimitRange', 'listed', full));
    const limitRanges = watchLimitRanges(client, log);
    await until(() => limitRanges.hasSynced);
    await until(() => limitRanges.of('shop').length > 0);
    expect(limitRanges.of('shop')).toEqual(limitRangeItems(full));
    expect(limitRanges.of('shop')[0]?.defaultLimit.get('cpu')).toBe(500_000_000n);
    api.put('/api/v1/namespaces/shop/limitranges/watched', stored('v1', 'LimitRange', 'watched', full));
    await until(() => limitRanges.of('shop').length > 2);
    expect(limitRanges.of('shop')).toEqual([...limitRangeItems(full), ...limitRangeItems(full)]);
    expect(limitRanges.of('other')).toEqual([]);
    limitRanges.stop();
    for (const name of ['listed', 'watched']) api.remove(`/api/v1/namespaces/shop/limitranges/${name}`);
  });

  test.each([
    [
      'a default that the Pod maximum has no room for',
      spec(
        { type: 'Container', default: storage('2Gi'), defaultRequest: storage('100Mi') },
        { type: 'Pod', max: storage('3Gi') },
      ),
      app(storage('100Mi'), storage('2Gi')),
      { reason: 'limit-range' },
    ],
    [
      'a default that meets the ratio',
      spec({
        type: 'Container',
        default: storage('1Gi'),
        defaultRequest: storage('1Gi'),
        maxLimitRequestRatio: storage('2'),
      }),
      app(storage('1Gi'), storage('1Gi')),
      { reason: 'injected' },
    ],
  ])('%s', async (_, limitRange, pod, expected) => {
    const path = '/api/v1/namespaces/shop/limitranges/one';
    api.put(path, stored('v1', 'LimitRange', 'one', limitRange));
    const limitRanges = watchLimitRanges(client, log);
    await until(() => limitRanges.of('shop').length > 0);
    expect(injectPod(pod, { ...contextOf(), limitRanges: limitRanges.of('shop') })).toMatchObject(expected);
    limitRanges.stop();
    api.remove(path);
  });
});

test('namespaces from a list, from a watch, and asked for alone', async () => {
  const namespaceOf = (name: string, label = 'enabled') =>
    stored('v1', 'Namespace', name, {
      metadata: {
        labels: { 'alpine-resolver.io/inject': label, 'kubernetes.io/metadata.name': name },
        annotations: { 'alpine-resolver.io/ndots': '3', default: 'x' },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  const expected = (name: string) => {
    const { labels, annotations } = namespaceOf(name).metadata;
    return { name, labels, annotations };
  };
  api.put('/api/v1/namespaces/listed', namespaceOf('listed'));
  api.put('/api/v1/namespaces/asked', namespaceOf('asked', 'disabled'));
  const namespaces = watchNamespaces(client, log);
  await until(() => namespaces.hasSynced);
  await sleep(0);
  expect(await namespaces.find('listed')).toEqual(expected('listed'));
  const asked = (): number => api.requests.filter((request) => request.startsWith('GET /api/v1/namespaces/')).length;
  expect(asked()).toBe(0);
  expect(await namespaces.find('asked')).toMatchObject({ labels: { 'alpine-resolver.io/inject': 'disabled' } });
  expect(asked()).toBe(1);
  api.put('/api/v1/namespaces/watched', namespaceOf('watched'));
  await until(() => api.requests.some((request) => request === 'WATCH /api/v1/namespaces'));
  await sleep(100);
  expect(await namespaces.find('watched')).toEqual(expected('watched'));
  expect(asked()).toBe(1);
  expect(await namespaces.find('unheard-of')).toMatchObject({ name: 'unheard-of' });
  namespaces.stop();
});

test('the Secret of the CA: read, and replaced with all that others put into it', async () => {
  const now = { nowMs: Date.now(), lifetimeMs: 3_600_000 };
  const [first, second] = [await issueAuthority(now), await issueAuthority(now)];
  const secret = authoritySecret(client, 'alpine-resolver-ca', 'alpine-resolver');
  const path = '/api/v1/namespaces/alpine-resolver/secrets/alpine-resolver-ca';
  expect(await secret.read()).toBeUndefined();
  api.put(
    path,
    stored('v1', 'Secret', 'alpine-resolver-ca', {
      metadata: {
        namespace: 'alpine-resolver',
        annotations: { 'alpine-resolver.io/rotate': 'now' },
        labels: { kept: 'yes' },
      },
      type: 'kubernetes.io/tls',
      data: {
        'tls.crt': Buffer.from(first.chain).toString('base64'),
        'tls.key': Buffer.from(first.key).toString('base64'),
        other: 'eA==',
      },
    }),
  );
  const found = await secret.read();
  expect(found).toMatchObject({ requested: 'now', rotation: '', authority: { chain: first.chain, key: first.key } });
  if (!found) return;
  expect(await secret.replace(found, second)).toBe(true);
  expect(await secret.read()).toMatchObject({ rotation: 'now', authority: { chain: second.chain } });
  expect(api.get(path)).toMatchObject({ metadata: { labels: { kept: 'yes' } }, data: { other: 'eA==' } });
  expect(await secret.replace(found, first)).toBe(false);
});

test('the webhook configuration: the bundle of our entry, and nothing else changes', async () => {
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/alpine-resolver';
  const webhooks = ['other.example', 'inject.alpine-resolver.io'].map((name) => ({
    name,
    admissionReviewVersions: ['v1'],
    clientConfig: {
      caBundle: Buffer.from('old').toString('base64'),
      service: { name: 'x', namespace: 'y', port: 443 },
    },
    failurePolicy: 'Ignore',
    matchConditions: [{ name: 'a', expression: 'true' }],
    namespaceSelector: { matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }],
    sideEffects: 'NoneOnDryRun',
    timeoutSeconds: 5,
  }));
  const kind = 'MutatingWebhookConfiguration';
  api.put(path, stored('admissionregistration.k8s.io/v1', kind, 'alpine-resolver', { webhooks }));
  const bundle = caBundle(client, 'alpine-resolver');
  const found = await bundle.read();
  expect(found?.bundle).toBe('old');
  if (!found) return;
  expect(await bundle.write('new', found)).toBe(true);
  expect((await bundle.read())?.bundle).toBe('new');
  const [other, own] = webhooks;
  const caBundleText = Buffer.from('new').toString('base64');
  expect(api.get(path)?.['webhooks']).toEqual([
    other,
    { ...own, clientConfig: { ...own?.clientConfig, caBundle: caBundleText } },
  ]);
});

test.each([
  ['ReplicaSet', 'apps/v1', '/apis/apps/v1/namespaces/shop/replicasets', 'Deployment', 'apps/v1'],
  ['Job', 'batch/v1', '/apis/batch/v1/namespaces/shop/jobs', 'CronJob', 'batch/v1'],
])('the owner of a %s', async (kind, apiVersion, collection, ownerKind, ownerVersion) => {
  const owner = { apiVersion: ownerVersion, kind: ownerKind, name: 'cart', uid: 'u2' };
  const ownerReferences = [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'u1' },
    { ...owner, blockOwnerDeletion: true, controller: true },
  ];
  const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };
  const metadata = { namespace: 'shop', ownerReferences };
  api.put(`${collection}/cart-1`, stored(apiVersion, kind, 'cart-1', { metadata, spec: { template } }));
  const direct = { apiVersion, kind, name: 'cart-1', uid: kind };
  expect(await createOwners(client).find(direct, 'shop')).toEqual(owner);
});

test.each([
  [{ clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10', 'fd00::a'] }, '10.96.0.10', true],
  [{ clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10', 'fd00::a'] }, 'fd00::a', true],
  [{ clusterIP: '10.96.0.10' }, '10.96.0.11', false],
])('the Service of the cluster DNS: %j', async (addresses, nameserver, expected) => {
  const spec = { ...addresses, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }], type: 'ClusterIP' };
  const metadata = { namespace: 'kube-system' };
  api.put('/api/v1/namespaces/kube-system/services/kube-dns', stored('v1', 'Service', 'kube-dns', { metadata, spec }));
  const clusterDns = { nameservers: [nameserver], clusterDomain: 'cluster.local', nodeSearches: [] };
  expect(await agreesWithService(client, clusterDns, log)).toBe(expected);
});

test('the version of the API server', async () => {
  expect(await readServerVersion(client)).toEqual({ major: 1, minor: 34 });
});

test('a refusal has its status, in plain JSON as by the generated clients', async () => {
  await expect(client.readJson('/api/v1/namespaces/none')).rejects.toMatchObject({ code: 404 });
  api.refuse(403);
  await expect(client.readJson('/api/v1/namespaces')).rejects.toMatchObject({ code: 403 });
  api.refuse(undefined);
});
