/** `POST /trace` of the built sidecar over real sockets: who gets one, what it says, and what it leaves as it was. */
import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TraceRecord } from '../../shared/report/trace-record.ts';
import { cleanUpsOfTests } from '../support/clean-ups.ts';
import { freePort } from '../../scripts/free-port.ts';
import {
  demandSidecarBundle,
  spawnSidecar,
  startSidecar,
  startUpstream,
  type SidecarProcess,
} from '../support/machine/sidecar-process.ts';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let slow: typeof upstream;
const cleanUps = cleanUpsOfTests();
beforeAll(async () => {
  demandSidecarBundle();
  upstream = await startUpstream();
  slow = await startUpstream({ delayMs: 1000 });
});
afterAll(() => {
  upstream.close();
  slow.close();
});

async function start(environment: Record<string, string> = {}): Promise<SidecarProcess> {
  const sidecar = await startSidecar({
    environment: {
      RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 127.0.0.1\nsearch s1.test\n',
      RESOLVER_UPSTREAM_PORT: String(upstream.port),
      ...environment,
    },
  });
  cleanUps.push(() => sidecar.child.kill('SIGKILL'));
  return sidecar;
}

interface Asked {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** fetch sends the Host that it wants. */
async function post(admin: string, asked: Asked = {}): Promise<{ status: number; body: TraceRecord }> {
  const { port } = new URL(admin);
  const request = httpRequest({
    host: asked.host ?? '127.0.0.1',
    port,
    path: asked.path ?? '/trace',
    method: asked.method ?? 'POST',
    headers: { host: `localhost:${port}`, 'content-type': 'application/json', ...asked.headers },
  });
  request.end(asked.body ?? '{"name":"a"}');
  const [response] = (await once(request, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) as TraceRecord };
}

async function lookUp(port: number, name: string): Promise<void> {
  const socket = createSocket('udp4');
  const question = { name, type: 'A' } as const;
  socket.send(encode({ type: 'query', id: 7, flags: RECURSION_DESIRED, questions: [question] }), port, '127.0.0.1');
  const [reply] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  expect(decode(reply).answers?.map(({ type }) => type)).toEqual(['CNAME', 'A']);
}

async function metric(admin: string, name: string): Promise<number> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('a trace has the questions, the replies and the configuration in force', async () => {
  const { admin } = await start();
  const { status, body } = await post(admin);
  expect(status).toBe(200);
  expect(body).toMatchObject({ name: 'a', mode: 'marker', isComplete: true });
  expect(body.resolvConf).toMatch(/^nameserver 127\.0\.0\.1\nsearch s1\.test\n/);
  expect(body.lookup.candidates.map(({ name, conclusion }) => `${name} ${conclusion}`)).toEqual(['a.s1.test found']);
  expect(body.replies.flatMap(({ addresses }) => addresses)).toEqual(['192.0.2.10', '2001:db8::10']);
});

test('it neither fills nor uses the caches, shows them, and counts for itself', async () => {
  const { admin, port } = await start();
  const count = (): number => upstream.queries.filter((query) => query.startsWith('once.s1.test')).length;
  const before = count();
  const first = await post(admin, { body: '{"name":"once"}' });
  expect(first.body.held).toEqual({ answers: [], replies: [] });
  expect(count() - before).toBe(2);
  await lookUp(port, 'once.glibc.internal');
  // The sibling of the question may come for a moment.
  while ((await metric(admin, 'alpine_resolver_cache_bytes')) === 0);
  const asked = count();
  expect(asked - before).toBeGreaterThan(2);
  const second = await post(admin, { body: '{"name":"once"}' });
  expect(count() - asked).toBe(2);
  expect(second.body.held.replies[0]).toMatchObject({ name: 'once.s1.test', type: 'A', addresses: ['192.0.2.10'] });
  expect(await metric(admin, 'alpine_resolver_queries_total')).toBe(1);
  expect(await metric(admin, 'alpine_resolver_searches_total')).toBe(1);
  expect(await metric(admin, 'alpine_resolver_traces_total')).toBe(2);
});

test('a wildcard of both families takes loopback in each form, and nobody else', async () => {
  const adminPort = await freePort();
  const admin = `http://127.0.0.1:${adminPort}`;
  const { child, output } = spawnSidecar({
    environment: {
      RESOLVER_LISTEN: `127.0.0.1:${await freePort()}`,
      RESOLVER_ADMIN_LISTEN: `:${adminPort}`,
      RESOLVER_MODE: 'marker',
      RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 127.0.0.1\n',
      RESOLVER_UPSTREAM_PORT: String(upstream.port),
    },
  });
  cleanUps.push(() => child.kill('SIGKILL'));
  while (!output().includes('"event":"ready"')) await once(child.stdout ?? child, 'data');
  expect((await post(admin)).status).toBe(200);
  expect((await post(admin, { host: '::1', headers: { host: `[::1]:${adminPort}` } })).status).toBe(200);
  const others = Object.values(networkInterfaces()).flat();
  for (const other of others) {
    if (other === undefined || other.internal || other.family !== 'IPv4') continue;
    expect([other.address, (await post(admin, { host: other.address })).status]).toEqual([other.address, 403]);
  }
});

test('what a web page could send is refused', async () => {
  const { admin } = await start();
  expect((await post(admin, { headers: { host: 'rebound.example' } })).status).toBe(403);
  expect((await post(admin, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  expect((await post(admin, { method: 'GET', body: '' })).status).toBe(405);
});

test('one at a time, and the next when it has ended', async () => {
  const { admin } = await start({ RESOLVER_UPSTREAM_PORT: String(slow.port) });
  const first = post(admin);
  while (!slow.queries.some((query) => query.startsWith('a.s1.test'))) await new Promise(setImmediate);
  expect((await post(admin)).status).toBe(429);
  expect((await first).status).toBe(200);
  expect((await post(admin)).status).toBe(200);
});

test.each([
  ['no JSON', 'name=a'],
  ['no name', '{}'],
  ['a name that is none', '{"name":"a..b"}'],
  ['another kind of value', '{"name":["a"]}'],
  ['more than a name can have', JSON.stringify({ name: 'a', more: 'x'.repeat(5000) })],
])('%s is refused', async (_what, body) => {
  const { admin } = await start();
  expect((await post(admin, { body })).status).toBe(400);
  expect((await post(admin)).status).toBe(200);
});

test('switched off it is not there', async () => {
  const { admin } = await start({ RESOLVER_TRACE: 'false' });
  expect((await post(admin)).status).toBe(404);
});
