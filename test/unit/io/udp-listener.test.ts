import { afterEach, describe, expect, test } from 'vitest';
import { openUdpListener, type UdpListener } from '../../../sidecar/io/udp-listener.ts';
import { openUdp, recordEvents, until } from './network.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

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

test('an address in use rejects with the error of the system', async () => {
  const { listener } = await setUp();
  await expect(openUdpListener(listener.endpoint, recordEvents())).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
