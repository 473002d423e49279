/** The built webhook over HTTPS, without a cluster. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import fastJsonPatch, { type Operation as FastOperation } from 'fast-json-patch';
import { applyPatch as applyRfc6902 } from 'rfc6902';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { issueAuthority, issueLeaf } from '../../webhook/certificates/issue.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { goldenCase, usualResolvConf } from '../support/kubernetes/golden-cases.ts';
import {
  call,
  callAdmin,
  serviceName,
  shownAuthority,
  shownCertificate,
  spawnWebhook,
  startWebhook,
  type Reply,
  type WebhookProcess,
} from '../support/kubernetes/webhook-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'webhook-'));
const resolvConf = join(folder, 'resolv.conf');
const { pod, folder: goldenFolder, context } = goldenCase('deployment-pod');
const environment = { WEBHOOK_RESOLV_CONF: resolvConf, WEBHOOK_SIDECAR_IMAGE: context.sidecarImage };
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

let running: WebhookProcess;
let ca: string;

beforeAll(async () => {
  writeFileSync(resolvConf, usualResolvConf);
  running = await startWebhook(environment);
  ca = await shownAuthority(running.port);
});

afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

interface ReviewBody {
  apiVersion: string;
  kind: string;
  response: {
    uid: string;
    allowed: boolean;
    patch?: string;
    patchType?: string;
    warnings?: string[];
    status?: { code: number; message: string };
    auditAnnotations?: Record<string, string>;
  };
}

/** A review as Kubernetes 1.34 sends it for the creation of a pod. */
function reviewOf(object: JsonObject | undefined, request: JsonObject = {}): JsonObject {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        groups: ['system:authenticated'],
      },
      ...(object && { object }),
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      ...request,
    },
  };
}

async function post(body: JsonObject | string | Buffer, headers: Record<string, string> = {}): Promise<Reply> {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return await call({ port: running.port, ca, body: text, headers });
}

async function review(body: JsonObject): Promise<ReviewBody['response']> {
  const reply = await post(body);
  expect(reply.status).toBe(200);
  const parsed = JSON.parse(reply.body) as ReviewBody;
  expect(parsed).toMatchObject({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' });
  return parsed.response;
}

function readPatch(response: ReviewBody['response']): FastOperation[] {
  return JSON.parse(Buffer.from(response.patch ?? '', 'base64').toString()) as FastOperation[];
}

describe('the pod of a Deployment', () => {
  test('comes back as the golden pod, by two independent JSON patch libraries; a second pass changes nothing', async () => {
    const response = await review(reviewOf(pod));
    expect(response).toMatchObject({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      allowed: true,
      patchType: 'JSONPatch',
    });
    const byFastJsonPatch = fastJsonPatch.applyPatch(structuredClone(pod), readPatch(response), true).newDocument;
    const [at = ''] = /"at":"[^"]+"/.exec(JSON.stringify(byFastJsonPatch).replaceAll('\\"', '"')) ?? [];
    const golden = readFileSync(join(goldenFolder, 'injected.yaml'), 'utf8')
      .replace('"version":"1.2.3"', `"version":"${version}"`)
      .replace(/"at":"[^"]+"/, at);
    const byRfc6902 = structuredClone(pod);
    expect(applyRfc6902(byRfc6902, readPatch(response) as never).every((error) => error === null)).toBe(true);
    expect(byFastJsonPatch).toEqual(parse(golden));
    expect(byRfc6902).toEqual(parse(golden));

    const second = await review(reviewOf(byFastJsonPatch));
    expect(second).toMatchObject({ allowed: true, auditAnnotations: { reason: 'unchanged' } });
    expect(second).not.toHaveProperty('patch');
    expect(second).not.toHaveProperty('patchType');
  });

  test('the decision stands in the log and the metrics under the same reason', async () => {
    await review(reviewOf(pod, { uid: 'logged' }));
    const findLine = () => running.log.find(({ uid }) => uid === 'logged');
    await waitFor(() => findLine() !== undefined);
    const line = findLine();
    expect(line).toMatchObject({
      event: 'review',
      namespace: 'shop',
      pod: 'checkout-7d9c5b8f6d-*',
      owner: 'ReplicaSet/checkout-7d9c5b8f6d',
      verdict: 'inject',
      reason: 'injected',
    });
    const metrics = await callAdmin(running.adminPort, '/metrics');
    expect(metrics.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(metrics.body).toMatch(/^alpine_resolver_webhook_reviews_total\{verdict="inject",reason="injected"\} [1-9]/m);
    expect(metrics.body).toMatch(
      /^alpine_resolver_webhook_certificate_expiry_timestamp_seconds\{certificate="leaf"\} 1[\d.e+]+$/m,
    );
  });
});

describe('other reviews', () => {
  test('a bad value on the pod is refused with a message', async () => {
    const response = await review(reviewOf(goldenCase('invalid-annotation').pod));
    expect(response).toMatchObject({
      allowed: false,
      status: {
        code: 422,
        message: 'alpine-resolver.io/ndots: "99" is not accepted; expected integer from 0 to 15 (dots)',
      },
    });
    expect(response).not.toHaveProperty('patch');
  });

  test('a mistyped annotation is warned about', async () => {
    const { warnings } = await review(reviewOf(goldenCase('namespace-settings').pod));
    expect(warnings).toContain(
      'annotation alpine-resolver.io/ndtos is not known; did you mean alpine-resolver.io/ndots?',
    );
  });

  test.each([
    ['not Alpine', reviewOf(goldenCase('not-alpine').pod), 'not-alpine'],
    ['an update', reviewOf(pod, { operation: 'UPDATE' }), 'not-a-pod'],
    ['a subresource', reviewOf(pod, { subResource: 'ephemeralcontainers' }), 'not-a-pod'],
    [
      'another kind',
      reviewOf(pod, { resource: { group: 'apps', version: 'v1', resource: 'deployments' } }),
      'not-a-pod',
    ],
    ['no object', reviewOf(undefined), 'not-a-pod'],
    ['the own namespace', reviewOf(pod, { namespace: 'alpine-resolver' }), 'excluded-namespace'],
  ])('%s: allowed as it is', async (_, body, reason) => {
    const response = await review(body);
    expect(response).toMatchObject({ allowed: true, auditAnnotations: { reason } });
    expect(response).not.toHaveProperty('patch');
  });
});

describe('what is no review', () => {
  test.each([
    ['nonsense', 'nonsense'],
    ['nothing', ''],
    ['a number', '1'],
    ['a list', '[]'],
    ['half a review', '{"kind":"AdmissionReview"'],
    ['another kind', '{"kind":"Pod","apiVersion":"v1"}'],
    ['the beta version', JSON.stringify({ ...reviewOf(pod), apiVersion: 'admission.k8s.io/v1beta1' })],
    ['no request', JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' })],
    ['no uid', JSON.stringify(reviewOf(pod, { uid: '' }))],
  ])('%s: 400', async (_, body) => {
    expect((await post(body)).status).toBe(400);
  });

  test('another content type, none, a compressed body: 415', async () => {
    expect((await post(reviewOf(pod), { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(reviewOf(pod), { 'content-type': 'application/yaml' })).status).toBe(415);
    expect((await post(gzipSync(JSON.stringify(reviewOf(pod))), { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test('another path: 404; another method: 405', async () => {
    expect((await call({ port: running.port, ca, path: '/', body: '{}' })).status).toBe(404);
    expect((await call({ port: running.port, ca, path: '/mutate/x', body: '{}' })).status).toBe(404);
    expect((await call({ port: running.port, ca, method: 'GET' })).status).toBe(405);
  });

  test('a body of almost 10 MB is read, one above it is 413, and the server goes on', async () => {
    const padded = (size: number): string =>
      JSON.stringify(reviewOf(pod, { oldObject: { padding: 'x'.repeat(size) } }));
    const limit = 10 * 1024 * 1024;
    expect(await review(JSON.parse(padded(limit - 20_000)) as JsonObject)).toHaveProperty('patch');
    const tooLarge = await post(padded(limit)).catch((error: NodeJS.ErrnoException) => error);
    // The connection may end before all of it is sent.
    if (tooLarge instanceof Error) expect(['EPIPE', 'ECONNRESET']).toContain(tooLarge.code);
    else expect(tooLarge.status).toBe(413);
    expect((await callAdmin(running.adminPort, '/metrics')).body).toMatch(/bad_requests_total\{status="413"\} [1-9]/);
    expect(await review(reviewOf(pod))).toHaveProperty('patch');
  });

  test('keys that reach for prototypes change nothing', async () => {
    const hostile = JSON.stringify(reviewOf(pod)).replace('"labels":{', '"labels":{"__proto__":"x","constructor":"y",');
    const response = await review(JSON.parse(hostile) as JsonObject);
    expect(readPatch(response).some(({ path }) => path.includes('__proto__'))).toBe(false);
    const plain = await post(hostile);
    expect(JSON.parse(plain.body)).toHaveProperty('response.patch');
  });
});

test('connections are kept open for longer than the API server keeps them idle', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const first = await call({ port: running.port, ca, body: JSON.stringify(reviewOf(pod)), agent });
  const second = await call({ port: running.port, ca, body: JSON.stringify(reviewOf(pod)), agent });
  agent.destroy();
  expect([first.status, second.status]).toEqual([200, 200]);
  const seconds = Number(/timeout=(\d+)/.exec(String(first.headers['keep-alive']))?.[1]);
  expect(seconds).toBeGreaterThan(90);
});

test('a request that does not arrive is given up after 10 s', async () => {
  const socket = connect({ host: '127.0.0.1', port: running.port, servername: serviceName, ca });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  const begunAt = Date.now();
  socket.write('POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
  const [reply] = (await once(socket, 'data')) as [Buffer];
  expect(reply.toString()).toMatch(/^HTTP\/1\.1 408 /);
  expect(Date.now() - begunAt).toBeGreaterThan(9000);
  expect(Date.now() - begunAt).toBeLessThan(13_000);
  await once(socket, 'close');
});

test('only the names of the Service are certified, with SHA-256 on P-256', async () => {
  const shown = await shownCertificate(running.port);
  expect(shown.subjectaltname?.split(', ')).toEqual(expect.arrayContaining([`DNS:${serviceName}`, 'DNS:localhost']));
  expect(shown.asn1Curve).toBe('prime256v1');
  expect(shown.ca).toBe(false);
});

test('SIGTERM: unready at once, still serving, connections ended one by one, then exit 0', async () => {
  const drained = await startWebhook({ ...environment, WEBHOOK_DRAIN_SECONDS: '2' });
  onTestFinished(() => drained.stop());
  const drainedCa = await shownAuthority(drained.port);
  const send = (agent?: Agent): Promise<Reply> =>
    call({ port: drained.port, ca: drainedCa, body: JSON.stringify(reviewOf(pod)), ...(agent && { agent }) });
  expect((await callAdmin(drained.adminPort, '/readyz')).status).toBe(200);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  expect((await send(agent)).headers['connection']).toBe('keep-alive');

  const exited = once(drained.child, 'exit') as Promise<[number | null]>;
  const stoppedAt = Date.now();
  drained.child.kill('SIGTERM');
  while (!drained.log.some(({ event }) => event === 'stopping')) await sleep(5);
  expect(await callAdmin(drained.adminPort, '/readyz')).toMatchObject({ status: 503, body: 'not ready: stopping\n' });
  expect((await callAdmin(drained.adminPort, '/healthz')).status).toBe(200);
  for (let count = 0; Date.now() < stoppedAt + 1500; count++) {
    const reply = await send(count === 0 ? agent : undefined);
    expect(reply).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(JSON.parse(reply.body)).toHaveProperty('response.patch');
    await sleep(100);
  }
  const [code] = await exited;
  expect(code).toBe(0);
  expect(Date.now() - stoppedAt).toBeGreaterThanOrEqual(2000);
  expect(Date.now() - stoppedAt).toBeLessThan(4000);
});

test('a mounted certificate is served and exchanged while it runs; a pair that does not fit is not', async () => {
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  const authority = await issueAuthority({ nowMs: Date.now(), lifetimeMs: 3_600_000 });
  const leafOf = () => issueLeaf(authority, { names: [serviceName], nowMs: Date.now(), lifetimeMs: 1_800_000 });
  const mount = (path: string, text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  const [first, second, third] = [await leafOf(), await leafOf(), await leafOf()];
  mount(files.certFile, first.chain);
  mount(files.keyFile, first.key);
  const mounted = await startWebhook({
    ...environment,
    WEBHOOK_TLS_CERT_FILE: files.certFile,
    WEBHOOK_TLS_KEY_FILE: files.keyFile,
    WEBHOOK_TLS_CA_FILE: files.certFile,
  });
  onTestFinished(() => mounted.stop());
  await waitFor(() => mounted.log.some(({ event, version }) => event === 'ready' && typeof version === 'string'));
  const serves = async (): Promise<string> => (await shownCertificate(mounted.port)).serialNumber;
  const serialOf = (chain: string): string => new X509Certificate(chain).serialNumber;
  expect(await serves()).toBe(serialOf(first.chain));
  expect((await call({ port: mounted.port, ca: authority.chain, body: JSON.stringify(reviewOf(pod)) })).status).toBe(
    200,
  );

  // The key of another certificate: reported once, and the first one stays.
  mount(files.keyFile, second.key);
  await waitFor(() => mounted.log.some(({ event }) => event === 'certificate-not-renewed'));
  expect(await serves()).toBe(serialOf(first.chain));
  mount(files.certFile, third.chain);
  mount(files.keyFile, third.key);
  const expected = serialOf(third.chain);
  await waitFor(async () => (await serves()) === expected);
  expect((await callAdmin(mounted.adminPort, '/readyz')).status).toBe(200);
});

test.each([
  [
    { WEBHOOK_LISTEN: 'everywhere', WEBHOOK_LOGLEVEL: 'debug' },
    [/^WEBHOOK_LISTEN: "everywhere"/, /^WEBHOOK_LOGLEVEL is not a setting; did you mean WEBHOOK_LOG_LEVEL\?$/],
  ],
  [{ WEBHOOK_TLS_CERT_FILE: '/tls.crt' }, [/need each other/]],
  [{ WEBHOOK_TLS_CA_FILE: '/ca.crt' }, [/needs WEBHOOK_TLS_CERT_FILE/]],
] as [Record<string, string>, RegExp[]][])(
  'faulty settings %j end the start with one line per fault',
  async (settings, lines) => {
    const { code, stderr } = await endOf(spawnWebhook(settings));
    expect(code).toBe(78);
    const found = stderr.trim().split('\n');
    expect(found).toHaveLength(lines.length);
    for (const [index, line] of lines.entries()) expect(found[index]).toMatch(line);
  },
);

test('no cluster is joined outside of one: exit code 1, the message says what else there is', async () => {
  const { code, stderr } = await endOf(spawnWebhook({ WEBHOOK_CLUSTER: 'in-cluster' }));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^cluster.*KUBERNETES_SERVICE_HOST.*WEBHOOK_CLUSTER=kubeconfig, or none\n$/);
});

async function endOf(child: ReturnType<typeof spawnWebhook>): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, stderr };
}

async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 20 s');
    await sleep(50);
  }
}
