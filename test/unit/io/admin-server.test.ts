import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAdminServer, type AdminServer } from '../../../sidecar/io/admin-server.ts';
import { connectTcp, until } from './network.ts';

const maxConnections = 3;
let server: AdminServer;
let base: string;
let ready = false;
const cleanUps: (() => void)[] = [];
beforeEach(async () => {
  ready = false;
  server = await openAdminServer({ host: '127.0.0.1', port: 0 }, maxConnections, {
    isReady: () => ready,
    metrics: () => 'a_metric 1\n',
  });
  base = `http://127.0.0.1:${server.endpoint.port}`;
});
afterEach(() => {
  server.close();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

test('/healthz says that the process runs', async () => {
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
});

test('/readyz follows readiness', async () => {
  expect((await fetch(`${base}/readyz`)).status).toBe(503);
  ready = true;
  expect((await fetch(`${base}/readyz?verbose`)).status).toBe(200);
});

test('/metrics is Prometheus text', async () => {
  const response = await fetch(`${base}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toBe('a_metric 1\n');
});

test('HEAD has no body, other methods and paths are refused', async () => {
  expect(await (await fetch(`${base}/metrics`, { method: 'HEAD' })).text()).toBe('');
  const refused = await fetch(`${base}/healthz`, { method: 'POST', body: 'x' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await fetch(`${base}/`)).status).toBe(404);
});

test('nonsense is refused and the server goes on', async () => {
  const client = await connectTcp(server.endpoint.port);
  client.socket.write('nonsense\r\n\r\n');
  await client.closed;
  client.socket.destroy();
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
});

test('a port in use is named with the setting', async () => {
  await expect(openAdminServer(server.endpoint, 1, { isReady: () => true, metrics: () => '' })).rejects.toThrow(
    'set RESOLVER_ADMIN_LISTEN to another one',
  );
});

test('with as many connections as there may be, the oldest makes room for the next, and that one is answered', async () => {
  const clients = [];
  for (let count = 0; count < maxConnections; count += 1) {
    const client = await connectTcp(server.endpoint.port);
    cleanUps.push(() => client.socket.destroy());
    client.socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(client.socket, 'data');
    clients.push(client);
  }
  const closed: number[] = [];
  clients.forEach((client, index) => void client.closed.then(() => closed.push(index)));
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  await until(() => closed.length > 0);
  expect(closed).toEqual([0]);
});

test('no more are open than there may be', async () => {
  const clients = await Promise.all(Array.from({ length: 5 * maxConnections }, () => connectTcp(server.endpoint.port)));
  cleanUps.push(() => clients.forEach(({ socket }) => socket.destroy()));
  let closed = 0;
  for (const client of clients) void client.closed.then(() => (closed += 1));
  await until(() => closed >= 4 * maxConnections);
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  expect(closed).toBeLessThanOrEqual(4 * maxConnections + 1);
});
