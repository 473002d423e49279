/** The webhook's HTTP side: faults of its own, and what follows a response. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../../shared/report/log.ts';
import { webhookMetrics } from '../../../../shared/report/webhook-metric-table.ts';
import { createMetrics } from '../../../../shared/report/metrics.ts';
import { createApp } from '../../../../webhook/http/app.ts';
import type { Namespace } from '../../../../webhook/kubernetes/namespace.ts';
import { createReviewer } from '../../../../webhook/review/reviewer.ts';
import type { Decided } from '../../../../webhook/review/surroundings.ts';
import { contextOf, goldenCase } from '../../../support/kubernetes/golden-cases.ts';

const { namespace, ...options } = contextOf();

let server: ReturnType<typeof createServer>;
let url: string;
let log: string[];
let told: Decided[];
let isDraining: boolean;
/** What the cluster says of a namespace. */
let findNamespace: () => Promise<Namespace>;
const metrics = createMetrics(webhookMetrics);

beforeEach(async () => {
  log = [];
  told = [];
  isDraining = false;
  findNamespace = () => Promise.resolve(namespace);
  const logger = createLog({ level: 'info', write: (line) => log.push(line), now: () => 0 });
  const reviewer = createReviewer({
    surroundings: {
      namespace: () => findNamespace(),
      limitRanges: () => Promise.resolve([]),
      serverVersion: () => ({ major: 1, minor: 34 }),
      tell: (decided) => told.push(decided),
    },
    ...{ ...options, sidecarImage: () => ({ image: options.sidecarImage }), metrics, log: logger },
    clock: { now: () => 0 },
    wallClock: () => Date.UTC(2026, 10, 29, 12),
  });
  server = createServer(createApp({ reviewer, metrics, log: logger, isDraining: () => isDraining }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mutate`;
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

async function review(object: unknown, fields = {}): Promise<Response> {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const body = { uid: 'u', namespace: 'shop', operation: 'CREATE', resource, object, ...fields };
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: body }),
  });
}

async function reportOf(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a fault of ours', () => {
  test('is HTTP 500, so that the failurePolicy decides; it is logged and counted, and the next review is served', async () => {
    findNamespace = () => Promise.reject(new Error('broken'));
    const response = await review(goldenCase('smallest').pod);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('internal error\n');
    expect(log.join('')).toContain('broken');
    expect(metrics.exposition()).toMatch(/reviews_total\{verdict="skip",reason="internal-error"\} 1/);
    findNamespace = () => Promise.resolve(namespace);
    expect((await review(goldenCase('smallest').pod)).status).toBe(200);
  });
});

describe('what follows a response', () => {
  test('the decision, once the response is out; not for a dry run', async () => {
    await (await review(goldenCase('smallest').pod)).json();
    await reportOf();
    expect(told.map(({ injection }) => injection.reason)).toEqual(['injected']);
    await (await review(goldenCase('smallest').pod, { dryRun: true })).json();
    await reportOf();
    expect(told).toHaveLength(1);
    expect(log).toHaveLength(2);
    expect(JSON.parse(log[1] ?? '')).toMatchObject({ dryRun: true, reason: 'injected' });
  });

  test('the creator of a bare pod is warned, that of an owned one is not', async () => {
    const { pod } = goldenCase('not-alpine');
    const warningsOf = async (object: unknown): Promise<string[] | undefined> =>
      ((await (await review(object)).json()) as { response: { warnings?: string[] } }).response.warnings;
    expect(await warningsOf(pod)).toEqual([
      expect.stringMatching(/^not injected: not-alpine: No container image is recognised as Alpine\. \(.+\)$/),
    ]);
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true }];
    expect(await warningsOf({ ...pod, metadata: { name: 'x', ownerReferences } })).toBeUndefined();
    expect(await warningsOf(goldenCase('annotated-never').pod)).toBeUndefined();
    // Events repeat the decision anyway; the warning is for the response alone.
    await reportOf();
    expect(told.flatMap(({ injection }) => injection.warnings)).toEqual([]);
  });
});

test('warnings are one line of bounded length', async () => {
  const annotations = { 'alpine-resolver.io/ndotz': 'x', [`alpine-resolver.io/${'y'.repeat(300)}`]: 'z' };
  const pod = { metadata: { name: 'a', annotations }, spec: { containers: [{ name: 'a', image: 'alpine' }] } };
  const { response } = (await (await review(pod)).json()) as { response: { warnings: string[] } };
  expect(response.warnings).toHaveLength(2);
  expect(Math.max(...response.warnings.map(({ length }) => length))).toBe(256);
});

test('connections are ended while the program drains', async () => {
  expect((await review(goldenCase('smallest').pod)).headers.get('connection')).toBe('keep-alive');
  isDraining = true;
  expect((await review(goldenCase('smallest').pod)).headers.get('connection')).toBe('close');
});

test('the namespace of the request counts, not that in the pod', async () => {
  findNamespace = () => Promise.resolve({ ...namespace, name: 'kube-system' });
  const pod = { ...goldenCase('smallest').pod, metadata: { name: 'a', namespace: 'shop' } };
  const { response } = (await (await review(pod, { namespace: 'kube-system' })).json()) as {
    response: { auditAnnotations: { reason: string } };
  };
  expect(response.auditAnnotations.reason).toBe('excluded-namespace');
});

describe('bodies on their way', () => {
  const maxBytes = 10 * 1024 * 1024;
  /** Missing of a body: three bodies without it leave room for a whole small one. */
  const missingBytes = 64 * 1024;
  const statusOf = async (): Promise<number> => (await review(goldenCase('smallest').pod)).status;

  /** Promises a body of the largest size and sends that much of it. */
  function begin(bytes: number) {
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': 'application/json', 'content-length': maxBytes };
    const begun = request({ port, path: '/mutate', method: 'POST', headers });
    const status = once(begun, 'response').then(([response]) => (response as IncomingMessage).statusCode ?? 0);
    // One that is destroyed below gets none.
    void status.catch(() => undefined);
    begun.on('error', () => undefined);
    // Resolves when the kernel has it all, which holds less than one body itself.
    const sent = new Promise((resolve) => void begun.write(' '.repeat(bytes), resolve));
    return { request: begun, status, sent };
  }

  test('what a header promises takes no room', async () => {
    const begun = Array.from({ length: 50 }, () => begin(1));
    await Promise.all(begun.map(({ sent }) => sent));
    expect(await statusOf()).toBe(200);
    for (const { request: each } of begun) each.destroy();
  });

  test('what has arrived is bounded: the oldest gives way; the room of those that are answered is given back', async () => {
    const begun: ReturnType<typeof begin>[] = [];
    for (let count = 0; count < 4; count++) {
      begun.push(begin(maxBytes - missingBytes));
      await begun.at(-1)?.sent;
    }
    const [oldest, ...others] = begun;
    expect(await oldest?.status).toBe(429);
    expect(await statusOf()).toBe(200);
    // They are complete now, and no JSON.
    for (const { request: each } of others) each.end(' '.repeat(missingBytes));
    expect(await Promise.all(others.map(({ status }) => status))).toEqual([400, 400, 400]);
    const next = begin(maxBytes - missingBytes);
    await next.sent;
    expect(await statusOf()).toBe(200);
    next.request.destroy();
  });
});

test('a body with more values than a pod has is refused before it is parsed; in strings they do not count', async () => {
  const statusWith = async (padding: unknown): Promise<number> =>
    (await review(goldenCase('smallest').pod, { padding })).status;
  expect(await statusWith(Array.from({ length: 200_000 }, () => ({})))).toBe(413);
  expect(await statusWith(Array.from({ length: 150_000 }, () => ({})))).toBe(200);
  expect(await statusWith('\\"[{,'.repeat(200_000))).toBe(200);
});
