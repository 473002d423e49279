/** Replies that clients do not take are bounded over all connections. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTcpConnections } from '../../../sidecar/io/tcp-connections.ts';
import { openTcpListener } from '../../../sidecar/io/tcp-listener.ts';
import type { Client } from '../../../sidecar/ports/client.ts';
import { connectTcp, frame, recordEvents, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

const large = new Uint8Array(65_535);

async function setUp() {
  const events = recordEvents();
  const connections = createTcpConnections({
    events,
    now: () => 0,
    maxConnections: 100,
    idleMs: 10_000,
    every: () => () => undefined,
  });
  const listener = await openTcpListener({ host: '127.0.0.1', port: 0 }, connections, events);
  cleanUps.push(() => {
    listener.close();
    connections.closeAll();
  });
  return { events, connections, port: listener.endpoint.port };
}

async function askWithoutReading(port: number, queries: number) {
  const client = await connectTcp(port);
  cleanUps.push(() => client.socket.destroy());
  client.socket.pause();
  client.socket.write(Buffer.concat(Array.from({ length: queries }, () => frame('query'))));
  return client;
}

test('the connections that hold most are closed, those that hold little stay', async () => {
  const { events, connections, port } = await setUp();
  await askWithoutReading(port, 1);
  for (let index = 0; index < 12; index += 1) await askWithoutReading(port, 500);
  await until(() => events.queries.length === 1 + 12 * 64);
  // One by one, until the kernel takes no more and no query is handed on; the others are still under way.
  const waiting = new Map<number, Client[]>();
  const sort = (): number => {
    const found = events.queries.splice(0);
    for (const { client } of found) waiting.set(client.port, [...(waiting.get(client.port) ?? []), client]);
    return found.length;
  };
  while (sort() > 0) {
    for (const clients of waiting.values()) if (clients.length > 1) clients.shift()?.reply(large);
    await setImmediate();
  }
  for (const client of [...waiting.values()].flat()) client.reply(large);
  expect(new Set(events.dropReasons)).toEqual(new Set(['connection-slow']));
  expect(events.dropReasons.length).toBeGreaterThan(3);
  expect(events.dropReasons.length).toBeLessThan(12);
  await until(() => connections.size === 13 - events.dropReasons.length);
  expect(events.faults).toEqual([]);
});

test('64 large replies at once to a client that reads them are no reason to close', async () => {
  const { events, connections, port } = await setUp();
  const client = await connectTcp(port);
  cleanUps.push(() => client.socket.destroy());
  client.socket.write(Buffer.concat(Array.from({ length: 64 }, () => frame('query'))));
  await until(() => events.queries.length === 64);
  for (const query of events.queries) query.client.reply(large);
  await until(() => client.messages.length === 64);
  expect(events.dropReasons).toEqual([]);
  expect(connections.size).toBe(1);
});
