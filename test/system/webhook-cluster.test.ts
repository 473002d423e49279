/** The built webhook with a Kubernetes API: its CA, its configuration, what it knows of namespaces. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { splitBundle } from '../../webhook/certificates/certificate.ts';
import { issueAuthority, issueLeaf } from '../../webhook/certificates/issue.ts';
import { goldenCase, usualResolvConf } from '../support/kubernetes/golden-cases.ts';
import { startFakeApiServer, type ApiObject, type FakeApiServer } from '../support/kubernetes/fake-api-server.ts';
import {
  call,
  callAdmin,
  serviceName,
  startWebhook,
  type WebhookProcess,
} from '../support/kubernetes/webhook-process.ts';

const secretPath = '/api/v1/namespaces/alpine-resolver/secrets/alpine-resolver-ca';
const configurationPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/alpine-resolver';
const ownPodPath = '/api/v1/namespaces/alpine-resolver/pods/alpine-resolver-0';
const { pod, context } = goldenCase('deployment-pod');

let api: FakeApiServer;
let folder: string;
const replicas: WebhookProcess[] = [];

beforeEach(async () => {
  api = await startFakeApiServer();
  folder = mkdtempSync(join(tmpdir(), 'webhook-cluster-'));
  writeFileSync(join(folder, 'resolv.conf'), usualResolvConf);
  writeFileSync(join(folder, 'kubeconfig'), api.kubeconfig);
  api.put(configurationPath, configuration());
  api.put('/api/v1/namespaces/shop', namespace({}));
  api.put(ownPodPath, ownPod(context.sidecarImage));
});

afterEach(async () => {
  // The replicas first: they would try to reconnect.
  await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  await api.close();
  rmSync(folder, { recursive: true });
});

function configuration(): ApiObject {
  const entries = ['other.example', 'inject.alpine-resolver.io'].map((name) => ({
    name,
    clientConfig: { service: { name: 'x' } },
    timeoutSeconds: 5,
  }));
  return { metadata: { name: 'alpine-resolver', labels: { kept: 'yes' } }, webhooks: entries };
}

/** The webhook's own pod; without an image, one that nobody gave the init container. */
function ownPod(image?: string): ApiObject {
  const initContainers = [
    { name: 'mesh-init', image: 'mesh/init:1' },
    ...(image === undefined ? [] : [{ name: 'sidecar-image', image }]),
  ];
  return { metadata: { name: 'alpine-resolver-0', namespace: 'alpine-resolver' }, spec: { initContainers } };
}

function namespace(annotations: Record<string, string>): ApiObject {
  return { metadata: { name: 'shop', labels: { 'alpine-resolver.io/inject': 'enabled' }, annotations } };
}

async function start(environment: Record<string, string> = {}): Promise<WebhookProcess> {
  const running = await startWebhook({
    WEBHOOK_CLUSTER: 'kubeconfig',
    POD_NAME: 'alpine-resolver-0',
    KUBECONFIG: join(folder, 'kubeconfig'),
    WEBHOOK_RESOLV_CONF: join(folder, 'resolv.conf'),
    WEBHOOK_DRAIN_SECONDS: '0',
    ...environment,
  });
  replicas.push(running);
  return running;
}

interface Entry {
  name: string;
  clientConfig: { caBundle?: string };
}

function publishedBundle(): string {
  const entries = api.get(configurationPath)?.['webhooks'] as Entry[] | undefined;
  const entry = entries?.find(({ name }) => name === 'inject.alpine-resolver.io');
  return Buffer.from(entry?.clientConfig.caBundle ?? '', 'base64').toString();
}

async function isReady(running: WebhookProcess): Promise<boolean> {
  return (await callAdmin(running.adminPort, '/readyz')).status === 200;
}

async function waitFor(condition: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it did not happen within ${seconds} s`);
    await sleep(50);
  }
}

interface Response {
  allowed: boolean;
  patch?: string;
  warnings?: string[];
  auditAnnotations: { reason: string };
}

function reviewBody(object: unknown, request = {}): string {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u', resource, namespace: 'shop', operation: 'CREATE', object, ...request },
  });
}

async function review(running: WebhookProcess, object: unknown = pod, request = {}): Promise<Response> {
  const reply = await call({ port: running.port, ca: publishedBundle(), body: reviewBody(object, request) });
  return (JSON.parse(reply.body) as { response: Response }).response;
}

function patchText({ patch = '' }: Response): string {
  return Buffer.from(patch, 'base64').toString();
}

function events(): ApiObject[] {
  return api.list('/api/v1/namespaces/shop/events');
}

test('a CA is made, published and served with; nothing else of the configuration changes', async () => {
  const running = await start();
  await waitFor(() => isReady(running));
  expect(await review(running)).toMatchObject({ allowed: true, auditAnnotations: { reason: 'injected' } });
  expect(splitBundle(publishedBundle())).toHaveLength(1);
  const { metadata, webhooks } = api.get(configurationPath) as ApiObject & { webhooks: Entry[] };
  expect(metadata).toMatchObject({ labels: { kept: 'yes' } });
  const [other, own] = configuration()['webhooks'] as [Entry, Entry];
  const caBundle = Buffer.from(publishedBundle()).toString('base64');
  expect(webhooks).toEqual([other, { ...own, clientConfig: { ...own.clientConfig, caBundle } }]);
  expect(api.get(secretPath)).toMatchObject({ type: 'kubernetes.io/tls' });
});

test('two replicas share the CA; a cleared caBundle is back within seconds; a rotation is asked for by annotation', async () => {
  await Promise.all([start(), start()]);
  for (const replica of replicas) await waitFor(() => isReady(replica));
  const [first] = splitBundle(publishedBundle());
  for (const replica of replicas) expect((await review(replica)).allowed).toBe(true);

  api.put(configurationPath, configuration());
  expect(publishedBundle()).toBe('');
  await waitFor(() => publishedBundle() === first, 5);

  const secret = api.get(secretPath) as ApiObject;
  api.put(secretPath, {
    ...secret,
    metadata: { ...secret.metadata, annotations: { 'alpine-resolver.io/rotate': '2026-11-20' } },
  });
  await waitFor(() => splitBundle(publishedBundle()).length === 2, 5);
  expect(splitBundle(publishedBundle())[1]).toBe(first);
  const made = splitBundle(publishedBundle())[0] ?? '';
  const trustsNew = async (replica: WebhookProcess): Promise<boolean> =>
    (await call({ port: replica.port, ca: made, body: '{}' }).catch(() => undefined)) !== undefined;
  expect(await Promise.all(replicas.map(trustsNew))).toEqual([false, false]);
  await waitFor(async () => (await Promise.all(replicas.map(trustsNew))).every(Boolean));
  expect(replicas.flatMap(({ log }) => log).filter(({ event }) => event === 'ca-rotated')).toHaveLength(1);
  expect(await Promise.all(replicas.map(isReady))).toEqual([true, true]);
});

describe('what the cluster knows of a namespace', () => {
  test('its annotations follow changes; a namespace that the watch has not brought is asked for', async () => {
    const running = await start();
    await waitFor(() => isReady(running));
    expect(patchText(await review(running))).not.toContain('RESOLVER_NDOTS');
    api.put('/api/v1/namespaces/shop', namespace({ 'alpine-resolver.io/ndots': '3' }));
    await waitFor(async () => patchText(await review(running)).includes('"RESOLVER_NDOTS","value":"3"'), 5);
    api.put('/api/v1/namespaces/shop', namespace({ 'alpine-resolver.io/inject': 'never' }));
    await waitFor(async () => (await review(running)).auditAnnotations.reason === 'opted-out', 5);
    expect((await review(running, pod, { namespace: 'unheard-of' })).auditAnnotations.reason).toBe('injected');
    expect(api.requests).toContain('GET /api/v1/namespaces/unheard-of');
  });

  test('its LimitRanges', async () => {
    api.put('/api/v1/namespaces/shop/limitranges/small', limitRange({ cpu: '150m' }));
    const running = await start();
    await waitFor(() => isReady(running));
    expect(patchText(await review(running))).toContain('"limits":{"cpu":"150m","memory":"128Mi"}');
    api.put('/api/v1/namespaces/shop/limitranges/small', limitRange({ memory: '127Mi' }));
    await waitFor(async () => (await review(running)).auditAnnotations.reason === 'limit-range', 5);
    api.remove('/api/v1/namespaces/shop/limitranges/small');
    await waitFor(async () => patchText(await review(running)).includes('"limits":{"cpu":"250m","memory":"128Mi"}'), 5);
  });

  function limitRange(max: Readonly<Record<string, string>>): ApiObject {
    return {
      metadata: { name: 'small', namespace: 'shop' },
      spec: { limits: [{ type: 'Container', max }] },
    };
  }
});

describe('events', () => {
  test('on the Deployment, once; not for a dry run', async () => {
    api.put('/apis/apps/v1/namespaces/shop/replicasets/checkout-7d9c5b8f6d', {
      metadata: {
        name: 'checkout-7d9c5b8f6d',
        namespace: 'shop',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', uid: 'd', controller: true }],
      },
    });
    const running = await start();
    await waitFor(() => isReady(running));
    await review(running, pod, { dryRun: true });
    await sleep(200);
    expect(events()).toEqual([]);
    for (let count = 0; count < 3; count++) await review(running);
    await waitFor(() => events().length > 0, 5);
    await sleep(200);
    expect(events()).toEqual([
      expect.objectContaining({
        involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', namespace: 'shop', uid: 'd' },
        reason: 'Injected',
        message: 'injected: The sidecar was added.',
      }),
    ]);
    const { body } = await callAdmin(running.adminPort, '/metrics');
    expect(body).toContain('alpine_resolver_webhook_events_total{outcome="written"} 1');
    expect(body).toContain('alpine_resolver_webhook_events_total{outcome="counted"} 2');
  });

  test('a bare pod that is left alone: event without uid, and a warning to its creator', async () => {
    const running = await start();
    await waitFor(() => isReady(running));
    const bare = { metadata: { name: 'bare' }, spec: { containers: [{ name: 'a', image: 'debian:13' }] } };
    const response = await review(running, bare);
    expect(response.warnings).toEqual([
      expect.stringMatching(/^not injected: not-alpine: No container image is recognised as Alpine\. \(debian:13; /),
    ]);
    await waitFor(() => events().length > 0, 5);
    expect(events()[0]?.['involvedObject']).toEqual({ apiVersion: 'v1', kind: 'Pod', name: 'bare', namespace: 'shop' });
  });
});

test('the address of the Service kube-dns is compared, and a difference told', async () => {
  api.put('/api/v1/namespaces/kube-system/services/kube-dns', {
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { clusterIP: '10.96.0.99', clusterIPs: ['10.96.0.99'] },
  });
  const running = await start();
  await waitFor(() => running.log.some(({ event }) => event === 'cluster-dns-differs'), 5);
  expect((await callAdmin(running.adminPort, '/metrics')).body).toContain(
    'alpine_resolver_webhook_cluster_dns_differs 1',
  );
  await waitFor(() => isReady(running));
});

test('while the API server is away, pods are injected on; afterwards the watches go on', async () => {
  const running = await start();
  await waitFor(() => isReady(running));
  const ca = publishedBundle();
  api.refuse(503);
  await sleep(500);
  expect(await review(running)).toMatchObject({ auditAnnotations: { reason: 'injected' } });
  expect(await isReady(running)).toBe(true);
  api.refuse(undefined);
  await sleep(100);
  api.put('/api/v1/namespaces/shop', namespace({ 'alpine-resolver.io/ndots': '7' }));
  await waitFor(async () => patchText(await review(running)).includes('"RESOLVER_NDOTS","value":"7"'), 15);
  expect(publishedBundle()).toBe(ca);
});

test('without the webhook configuration it is not ready, and becomes so when it is there', async () => {
  api.remove(configurationPath);
  const running = await start();
  await waitFor(async () =>
    (await callAdmin(running.adminPort, '/readyz')).body.includes('the CA is not published yet'),
  );
  expect(await isReady(running)).toBe(false);
  api.put(configurationPath, configuration());
  await waitFor(() => isReady(running), 10);
  expect((await review(running)).allowed).toBe(true);
});

describe('the image that is injected', () => {
  const notReady = async (running: WebhookProcess): Promise<string> => {
    // Whatever else may be missing is there soon.
    await waitFor(() => publishedBundle() !== '');
    await sleep(500);
    const { status, body } = await callAdmin(running.adminPort, '/readyz');
    expect(status).toBe(503);
    return body;
  };

  test('is that of the own pod’s init container, as it was at the start', async () => {
    api.put(ownPodPath, ownPod('mirror.test/sidecar@sha256:' + 'a'.repeat(64)));
    const running = await start();
    await waitFor(() => isReady(running));
    expect(patchText(await review(running))).toContain(`"image":"mirror.test/sidecar@sha256:${'a'.repeat(64)}"`);
    api.put(ownPodPath, ownPod('mirror.test/other:1'));
    expect(patchText(await review(running))).toContain('"image":"mirror.test/sidecar@sha256:');
    expect(api.requests.filter((request) => request === `GET ${ownPodPath}`)).toHaveLength(1);
  });

  test.each<[what: string, environment: Record<string, string>, image: string | undefined, said: string]>([
    [
      'a variable of another value',
      { WEBHOOK_SIDECAR_IMAGE: 'registry.example/other:2' },
      'registry.example/sidecar:1',
      'WEBHOOK_SIDECAR_IMAGE is registry.example/other:2, and the init container "sidecar-image" has proved registry.example/sidecar:1',
    ],
    ['no such init container', {}, undefined, 'has no init container "sidecar-image"'],
    ['no name of the own pod', { POD_NAME: '' }, 'registry.example/sidecar:1', 'POD_NAME is not set'],
  ])('%s: not Ready, said, and nothing is injected', async (_, environment, image, said) => {
    api.put(ownPodPath, ownPod(image));
    const running = await start(environment);
    expect(await notReady(running)).toContain(said);
    expect(running.log).toContainEqual(
      expect.objectContaining({ event: 'sidecar-image-unknown', problem: expect.stringContaining(said) }),
    );
    const reply = await call({ port: running.port, ca: publishedBundle(), body: reviewBody(pod) });
    expect(reply).toMatchObject({ status: 503, body: 'the image of the sidecar is not known\n' });
  });

  test('a variable of the same value changes nothing', async () => {
    const running = await start({ WEBHOOK_SIDECAR_IMAGE: context.sidecarImage });
    await waitFor(() => isReady(running));
    expect(patchText(await review(running))).toContain(`"image":"${context.sidecarImage}"`);
  });

  test('a pod that cannot be read yet is asked for again', async () => {
    api.remove(ownPodPath);
    const running = await start();
    expect(await notReady(running)).toContain('alpine-resolver/alpine-resolver-0 cannot be read');
    expect(running.log).toContainEqual(expect.objectContaining({ event: 'own-pod-unreadable', level: 'warn' }));
    api.put(ownPodPath, ownPod(context.sidecarImage));
    await waitFor(() => isReady(running), 10);
  });
});

test('a mounted certificate: its CA is published if it is given, and no Secret is touched', async () => {
  const authority = await issueAuthority({ nowMs: Date.now(), lifetimeMs: 3_600_000 });
  const leaf = await issueLeaf(authority, { names: [serviceName], nowMs: Date.now(), lifetimeMs: 1_800_000 });
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('ca.crt'), authority.chain);
  writeFileSync(path('tls.crt'), leaf.chain);
  writeFileSync(path('tls.key'), leaf.key);
  const mounted = { WEBHOOK_TLS_CERT_FILE: path('tls.crt'), WEBHOOK_TLS_KEY_FILE: path('tls.key') };

  const left = await start(mounted);
  await waitFor(() => isReady(left));
  expect(publishedBundle()).toBe('');
  const published = await start({ ...mounted, WEBHOOK_TLS_CA_FILE: path('ca.crt') });
  await waitFor(() => isReady(published));
  expect(publishedBundle()).toBe(authority.chain);
  expect((await review(published)).auditAnnotations.reason).toBe('injected');
  expect(api.requests.filter((request) => request.includes('/secrets'))).toEqual([]);
});
