import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAdminServer, type AdminServer } from '../../../sidecar/io/admin-server.ts';
import { connectTcp } from './network.ts';

const maxConnections = 3;
let server: AdminServer;
let base: string;
let ready = false;
beforeEach(async () => {
  ready = false;
  server = await openAdminServer({ host: '127.0.0.1', port: 0 }, maxConnections, {
    isReady: () => ready,
    metrics: () => 'a_metric 1\n',
  });
  base = `http://127.0.0.1:${server.endpoint.port}`;
});
afterEach(() => server.close());

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
  expect((await fetch(`${base}/healthz`, { method: 'POST', body: 'x' })).status).toBe(405);
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

test('a connection too many is closed at once', async () => {
  const sockets = Array.from({ length: maxConnections + 2 }, () => connect(server.endpoint.port, '127.0.0.1'));
  let closed = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        closed += 1;
        if (closed === 2) resolve();
      });
    }
  });
  expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(maxConnections);
  for (const socket of sockets) socket.destroy();
});
