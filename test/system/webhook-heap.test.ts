/** The built webhook under bodies that would fill its memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usualResolvConf } from '../support/kubernetes/golden-cases.ts';
import { imageEnvironment } from '../support/machine/image-environment.ts';
import {
  call,
  shownAuthority,
  startWebhook,
  type Reply,
  type WebhookProcess,
} from '../support/kubernetes/webhook-process.ts';

/** The built webhook with the heap of its image, and bodies from any pod of the cluster. */
const folder = mkdtempSync(join(tmpdir(), 'webhook-heap-'));
let running: WebhookProcess;
let ca: string;

beforeAll(async () => {
  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, usualResolvConf);
  running = await startWebhook({ WEBHOOK_RESOLV_CONF: resolvConf, ...imageEnvironment('webhook') });
  ca = await shownAuthority(running.port);
});

afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const container = '{"name":"app","image":"node:22-alpine"}';

/** A review of a pod with these members, as JSON. */
function reviewOf({ metadata = '', spec = '', operation = 'CREATE' } = {}): string {
  const pod = `{"metadata":{"generateName":"cart-"${metadata}},"spec":{"containers":[${container}]${spec}}}`;
  const resource = '{"group":"","version":"v1","resource":"pods"}';
  const request = `{"uid":"u","resource":${resource},"namespace":"shop","operation":"${operation}","object":${pod}}`;
  return `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":${request}}`;
}

/** Several at once: a refusal may come before all of a body is sent. */
async function send(body: string, count: number): Promise<(number | string | undefined)[]> {
  const replies = Array.from({ length: count }, () => call({ port: running.port, ca, body }));
  const settled = await Promise.allSettled<Reply>(replies);
  return settled.map((one) =>
    one.status === 'fulfilled' ? one.value.status : (one.reason as NodeJS.ErrnoException).code,
  );
}

function listOf(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(',');
}

const almostTenMebibytes = 'x'.repeat(9.9 * 1024 * 1024);

describe('it lives on after', () => {
  test.each([
    ['a small body of many empty objects', () => reviewOf({ spec: `,"tolerations":[${listOf(600_000, () => '{}')}]` })],
    [
      'a large one that is not even a creation',
      () => reviewOf({ spec: `,"x":[${listOf(3_300_000, () => '{}')}]`, operation: 'DELETE' }),
    ],
    ['as many as are read', () => reviewOf({ spec: `,"tolerations":[${listOf(174_000, () => '{}')}]` })],
    ['the objects that take most', () => reviewOf({ spec: `,"x":[${listOf(174_000, () => '{"34":0}')}]` })],
    [
      'names that are all different, each below the one before',
      () =>
        reviewOf({
          spec: `,"x":${listOf(348_000, (index) => `{"a${index}":`).replaceAll(',', '')}0${'}'.repeat(348_000)}`,
        }),
    ],
    ['containers', () => reviewOf({ spec: `,"initContainers":[${listOf(174_000, () => '{}')}]` })],
    [
      'annotations under our prefix',
      () =>
        reviewOf({ metadata: `,"annotations":{${listOf(174_000, (index) => `"alpine-resolver.io/x${index}":""`)}}` }),
    ],
    ['labels', () => reviewOf({ metadata: `,"labels":{${listOf(348_000, (index) => `"x${index}":""`)}}` })],
    ['a long text', () => reviewOf({ spec: `,"nodeName":"€${almostTenMebibytes}"` })],
  ] as [string, () => string][])('%s, one and several at once', async (_, body) => {
    const text = body();
    const replies = [...(await send(text, 1)), ...(await send(text, 8))];
    // Node.js ends with SIGABRT where the heap is used up.
    expect([running.child.exitCode, running.child.signalCode]).toEqual([null, null]);
    for (const reply of replies) expect([200, 413, 429, 'EPIPE', 'ECONNRESET']).toContain(reply);
    expect(await send(reviewOf(), 1)).toEqual([200]);
  });
});

test('pods of 3 MiB are decided, several at once', async () => {
  const variables = listOf(150, (index) => `{"name":"VARIABLE_${index}","value":"${'x'.repeat(75)}"}`);
  const containers = listOf(200, (index) => `{"name":"c${index}","image":"alpine","env":[${variables}]}`);
  const body = reviewOf({ spec: `,"initContainers":[${containers}]` });
  expect(body.length).toBeGreaterThan(3 * 1024 * 1024);
  const replies = await Promise.all(Array.from({ length: 8 }, () => call({ port: running.port, ca, body })));
  for (const reply of replies)
    expect(JSON.parse(reply.body)).toMatchObject({ response: { auditAnnotations: { reason: 'injected' } } });
});
