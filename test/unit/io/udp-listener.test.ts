/** Clients over UDP, with real sockets. */
import { execFile } from 'node:child_process';
import { Socket } from 'node:dgram';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { localAddresses } from '../../../sidecar/io/addresses.ts';
import { openUdpListener, type UdpListener } from '../../../sidecar/io/udp-listener.ts';
import { openUdp, recordEvents, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

async function setUp(host = '127.0.0.1') {
  const events = recordEvents();
  const listener: UdpListener = await openUdpListener({ host, port: 0 }, events);
  const client = await openUdp(host);
  cleanUps.push(
    () => listener.close(),
    () => client.socket.close(),
  );
  return { events, listener, client };
}

describe.each(['127.0.0.1', '::1'])('on %s', (host) => {
  test('a query carries its sender, and the reply goes there from the address that was asked', async () => {
    const { events, listener, client } = await setUp(host);
    events.answer = ({ client: sender }) => sender.reply(Buffer.from('reply'));
    client.socket.send('query', listener.endpoint.port, host);
    await until(() => client.received.length === 1);
    expect(events.queries[0]?.text).toBe('query');
    expect(events.queries[0]?.client).toMatchObject({ transport: 'udp', address: host, port: client.port });
    expect(client.received[0]?.bytes.toString()).toBe('reply');
    expect(client.received[0]?.from).toMatchObject({ address: host, port: listener.endpoint.port });
  });
});

test('each query has the address and port that it came from, whichever came before', async () => {
  const { events, listener, client } = await setUp();
  const other = await openUdp('127.0.0.2');
  cleanUps.push(() => other.socket.close());
  events.answer = ({ client: sender }) => sender.reply(Buffer.from('reply'));
  const ask = async ({ socket, received }: typeof client): Promise<void> => {
    const before = received.length;
    socket.send('query', listener.endpoint.port, '127.0.0.1');
    await until(() => received.length > before);
  };
  for (const one of [client, other, client, client]) await ask(one);
  expect(events.queries.map(({ client: { address, port } }) => `${address}:${port}`)).toEqual([
    `127.0.0.1:${client.port}`,
    `127.0.0.2:${other.port}`,
    `127.0.0.1:${client.port}`,
    `127.0.0.1:${client.port}`,
  ]);
});

test('an empty datagram is a query like any other', async () => {
  const { events, listener, client } = await setUp();
  client.socket.send('', listener.endpoint.port, '127.0.0.1');
  await until(() => events.queries.length === 1);
  expect(events.queries[0]?.text).toBe('');
});

test('a fault with one query leaves the next one alone', async () => {
  const { events, listener, client } = await setUp();
  events.answer = ({ text, client: sender }) => {
    if (text === 'bad') throw new Error('fault');
    sender.reply(Buffer.from('reply'));
  };
  client.socket.send('bad', listener.endpoint.port, '127.0.0.1');
  client.socket.send('good', listener.endpoint.port, '127.0.0.1');
  await until(() => client.received.length === 1);
  expect(events.faults).toHaveLength(1);
});

test('a reply that comes after the listener was closed is counted and harms nothing', async () => {
  const { events, listener, client } = await setUp();
  client.socket.send('query', listener.endpoint.port, '127.0.0.1');
  await until(() => events.queries.length === 1);
  listener.close();
  cleanUps.shift();
  events.queries[0]?.client.reply(Buffer.from('late'));
  expect(events.dropReasons).toEqual(['send-failed']);
});

test('a reply too large for a datagram is counted and harms nothing', async () => {
  const { events, listener, client } = await setUp();
  client.socket.send('query', listener.endpoint.port, '127.0.0.1');
  await until(() => events.queries.length === 1);
  events.queries[0]?.client.reply(new Uint8Array(70_000));
  await until(() => events.dropReasons.length === 1);
  expect(events.dropReasons).toEqual(['send-failed']);
});

// The kernel itself refuses what no datagram can hold (EMSGSIZE).
test('a reply that the kernel does not take goes out in its smaller form, and is not lost', async () => {
  const { events, listener, client } = await setUp();
  client.socket.send('query', listener.endpoint.port, '127.0.0.1');
  await until(() => events.queries.length === 1);
  events.queries[0]?.client.reply(new Uint8Array(65_508), () => Buffer.from('smaller'));
  await until(() => client.received.length === 1);
  expect(client.received[0]?.bytes.toString()).toBe('smaller');
  expect(events.dropReasons).toEqual([]);
});

test('a smaller form that cannot be sent either is counted once', async () => {
  const { events, listener, client } = await setUp();
  client.socket.send('query', listener.endpoint.port, '127.0.0.1');
  await until(() => events.queries.length === 1);
  events.queries[0]?.client.reply(new Uint8Array(70_000), () => new Uint8Array(65_508));
  await until(() => events.dropReasons.length === 1);
  expect(events.dropReasons).toEqual(['send-failed']);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.8.8.8', '127.0.0.1'],
  ['::1', '::1'],
])('on %s the largest datagram there is arrives whole, at a client that is on loopback', async (host, from) => {
  const events = recordEvents();
  const listener = await openUdpListener({ host, port: 0 }, events);
  const client = await openUdp(from);
  cleanUps.push(
    () => listener.close(),
    () => client.socket.close(),
  );
  events.answer = ({ client: sender }) => sender.reply(new Uint8Array(65_507));
  client.socket.send('query', listener.endpoint.port, host);
  await until(() => client.received.length === 1);
  expect(events.queries[0]?.client.onLoopback).toBe(true);
  expect(client.received[0]?.bytes.length).toBe(65_507);
});

const ownAddress = localAddresses().find(({ address, family }) => family === 4 && !address.startsWith('127.'))?.address;

test.runIf(ownAddress !== undefined)('loopback is where both ends are', async () => {
  const events = recordEvents();
  for (const [host, from] of [
    [ownAddress ?? '', ownAddress ?? ''],
    [ownAddress ?? '', '127.0.0.1'],
    ['127.0.0.1', ownAddress ?? ''],
  ] as const) {
    const listener = await openUdpListener({ host, port: 0 }, events);
    const client = await openUdp(from);
    const before = events.queries.length;
    client.socket.send('query', listener.endpoint.port, host);
    await until(() => events.queries.length > before);
    listener.close();
    client.socket.close();
  }
  expect(events.queries.map(({ client }) => client.onLoopback)).toEqual([false, false, false]);
});

test.each([
  ['getSendQueueCount', 1000],
  ['getSendQueueSize', 2 * 1024 * 1024],
] as const)('where the kernel takes no more and %s is %i, a reply is dropped and counted', async (method, waiting) => {
  const { events, listener, client } = await setUp();
  const send = vi.spyOn(Socket.prototype, 'send');
  const queue = vi.spyOn(Socket.prototype, method);
  cleanUps.push(
    () => send.mockRestore(),
    () => queue.mockRestore(),
  );
  client.socket.send('query', listener.endpoint.port, '127.0.0.1');
  await until(() => events.queries.length === 1);
  send.mockClear();
  queue.mockReturnValue(waiting);
  events.queries[0]?.client.reply(Buffer.from('reply'));
  expect([send.mock.calls.length, events.dropReasons]).toEqual([0, ['send-failed']]);
  queue.mockReturnValue(waiting - 1);
  events.queries[0]?.client.reply(Buffer.from('reply'));
  expect([send.mock.calls.length, events.dropReasons]).toEqual([1, ['send-failed']]);
});

test('an address in use rejects with the error of the system', async () => {
  const { listener } = await setUp();
  await expect(openUdpListener(listener.endpoint, recordEvents())).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

/** In a process of its own, whose descriptors nobody else opens: how many more there are after 50 refused binds. */
const descriptorsKept = `
  import { readdirSync } from 'node:fs';
  import { createSocket } from 'node:dgram';
  import { once } from 'node:events';
  import { setImmediate as turn } from 'node:timers/promises';
  import { openUdpListener } from '${new URL('../../../sidecar/io/udp-listener.ts', import.meta.url).href}';
  const other = createSocket('udp4');
  other.bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const count = () => readdirSync('/proc/self/fd').length;
  const before = count();
  let refused = 0;
  for (let index = 0; index < 50; index += 1) {
    await openUdpListener({ host: '127.0.0.1', port }, {}).catch(({ code }) => (refused += code === 'EADDRINUSE'));
  }
  await turn();
  console.log(JSON.stringify({ refused, kept: count() - before }));
  other.close();
`;

test.runIf(process.platform === 'linux')('a refused bind keeps no descriptor', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', descriptorsKept]);
  expect(JSON.parse(stdout)).toEqual({ refused: 50, kept: 0 });
});
