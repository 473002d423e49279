/** The admin server's paths. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maxOpenRequests } from '../../../shared/program/open-requests.ts';
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import { openAdminServer, type AdminServer } from '../../../sidecar/io/admin-server.ts';
import { freePort } from '../../../scripts/free-port.ts';
import { connectTcp, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const maxConnections = 3;
const noTraces = (): Promise<void> => Promise.resolve();
let server: AdminServer;
let base: string;
let ready = false;
const cleanUps = cleanUpsOfTests();
beforeEach(async () => {
  ready = false;
  server = await openAdminServer([{ host: '127.0.0.1', port: 0 }], maxConnections, {
    isReady: () => ready,
    metrics: () => 'a_metric 1\n',
    trace: noTraces,
  });
  base = `http://127.0.0.1:${port()}`;
});
const port = (): number => server.endpoints[0]?.port ?? 0;
afterEach(() => {
  server.close();
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
  const client = await connectTcp(port());
  client.socket.write('nonsense\r\n\r\n');
  await client.closed;
  client.socket.destroy();
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
});

test('a port in use is named with the setting', async () => {
  await expect(
    openAdminServer(server.endpoints, 1, { isReady: () => true, metrics: () => '', trace: noTraces }),
  ).rejects.toThrow('set RESOLVER_ADMIN_LISTEN to another one');
});

test('with as many connections as there may be, the oldest makes room for the next, and that one is answered', async () => {
  const clients = [];
  for (let count = 0; count < maxConnections; count += 1) {
    const client = await connectTcp(port());
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
  const clients = await Promise.all(Array.from({ length: 5 * maxConnections }, () => connectTcp(port())));
  cleanUps.push(() => clients.forEach(({ socket }) => socket.destroy()));
  let closed = 0;
  for (const client of clients) void client.closed.then(() => (closed += 1));
  await until(() => closed >= 4 * maxConnections);
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  expect(closed).toBeLessThanOrEqual(4 * maxConnections + 1);
});

test('a connection that sends many requests and reads no answer is ended', async () => {
  let made = 0;
  const state = { isReady: () => true, metrics: () => `made ${(made += 1)}\n`, trace: noTraces };
  const other = await openAdminServer([{ host: '127.0.0.1', port: 0 }], 2, state);
  cleanUps.push(() => other.close());
  const at = other.endpoints[0]?.port ?? 0;
  const socket = connect(at, '127.0.0.1').pause();
  cleanUps.push(() => socket.destroy());
  socket.on('error', () => undefined).write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(5000));
  await until(() => made > 0);
  socket.resume();
  await until(() => socket.closed);
  expect(made).toBe(maxOpenRequests);
  expect((await fetch(`http://127.0.0.1:${at}/healthz`)).status).toBe(200);
});

describe('a list of addresses', () => {
  test.each([
    ['both families', ['0.0.0.0', '::'], ['127.0.0.1', '::1']],
    ['both families, IPv6 first', ['::', '0.0.0.0'], ['127.0.0.1', '::1']],
    ['one twice', ['127.0.0.1', '127.0.0.1'], ['127.0.0.1']],
    ['one that the wildcard has', ['', '127.0.0.1', '::1'], ['127.0.0.1', '::1']],
    ['one that came before the wildcard', ['127.0.0.1', '0.0.0.0'], ['127.0.0.1']],
    ['IPv6 alone, which takes IPv4 as well', ['::'], ['127.0.0.1', '::1']],
  ])('%s', async (_what, hosts, answering) => {
    const port = await freePort();
    const endpoints = hosts.map((host) => ({ host, port }));
    const other = await openAdminServer(endpoints, 10, { isReady: () => true, metrics: () => '', trace: noTraces });
    cleanUps.push(() => other.close());
    for (const host of answering) {
      const { status } = await fetch(`http://${formatEndpoint({ host, port })}/healthz`);
      expect([host, status]).toEqual([host, 200]);
    }
  });

  test('when one fails, those before it are given back', async () => {
    const port = await freePort();
    const failing = [
      { host: '127.0.0.1', port },
      { host: '192.0.2.1', port },
    ];
    const state = { isReady: () => true, metrics: () => '', trace: noTraces };
    await expect(openAdminServer(failing, 1, state)).rejects.toThrow('cannot listen on TCP 192.0.2.1');
    const other = await openAdminServer(failing.slice(0, 1), 1, state);
    other.close();
    expect(other.endpoints).toEqual(failing.slice(0, 1));
  });

  test('has one bound for all', async () => {
    const endpoints = ['127.0.0.1', '::1'].map((host) => ({ host, port: 0 }));
    const other = await openAdminServer(endpoints, 2, { isReady: () => true, metrics: () => '', trace: noTraces });
    cleanUps.push(() => other.close());
    const closed: number[] = [];
    for (const [index, { host, port }] of [...other.endpoints, ...other.endpoints].entries()) {
      const client = await connectTcp(port, host);
      cleanUps.push(() => client.socket.destroy());
      void client.closed.then(() => closed.push(index));
      client.socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
      expect(String(await once(client.socket, 'data'))).toContain('200 OK');
      // Two connections: what ends the one may arrive after what ends the next.
      await until(() => closed.length === Math.max(0, index - 1));
    }
    expect(closed).toEqual([0, 1]);
  });
});
