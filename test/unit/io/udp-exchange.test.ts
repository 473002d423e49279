/** Questions to a nameserver over UDP, with real sockets. */
import { afterEach, describe, expect, test } from 'vitest';
import { createGuard } from '../../../sidecar/io/guard.ts';
import { createSocketBudget } from '../../../sidecar/io/socket-budget.ts';
import { openUdpExchange } from '../../../sidecar/io/udp-exchange.ts';
import type { UdpExchange } from '../../../sidecar/ports/upstream.ts';
import { openUdp, until } from './network.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function openServer(host = '127.0.0.1') {
  const server = await openUdp(host);
  cleanUps.push(() => server.socket.close());
  return server;
}

const setTimer = (afterMs: number, run: () => void) => {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
};

function open(port: number, { address = '127.0.0.1', budget = createSocketBudget(100, setTimer) } = {}) {
  const messages: string[] = [];
  const failures: string[] = [];
  const faults: unknown[] = [];
  const exchange: UdpExchange = openUdpExchange(
    { family: address.includes(':') ? 6 : 4, address },
    port,
    {
      message: (bytes) => messages.push(Buffer.from(bytes).toString()),
      failed: (code) => failures.push(code),
    },
    budget,
    createGuard((error) => faults.push(error)),
  );
  cleanUps.push(() => exchange.close());
  return { exchange, messages, failures, faults };
}

describe.each(['127.0.0.1', '::1'])('over %s', (host) => {
  test('a query goes out and the reply comes in, of any length', async () => {
    const server = await openServer(host);
    const { exchange, messages } = open(server.port, { address: host });
    exchange.send(Buffer.from('question'));
    await until(() => server.received.length === 1);
    expect(server.received[0]?.bytes.toString()).toBe('question');
    const port = server.received[0]?.from.port ?? 0;
    server.socket.send('', port, host);
    server.socket.send('x'.repeat(4096), port, host);
    await until(() => messages.length === 2);
    expect(messages.map((text) => text.length)).toEqual([0, 4096]);
  });

  test('nothing is taken from another port of the server', async () => {
    const server = await openServer(host);
    const stranger = await openServer(host);
    const { exchange, messages } = open(server.port, { address: host });
    exchange.send(Buffer.from('question'));
    await until(() => server.received.length === 1);
    const port = server.received[0]?.from.port ?? 0;
    stranger.socket.send('forged', port, host);
    server.socket.send('true', port, host);
    await until(() => messages.length === 1);
    expect(messages).toEqual(['true']);
  });
});

test('a closed port is reported, after the exchange was handed over', async () => {
  const server = await openUdp();
  server.socket.close();
  const { exchange, failures } = open(server.port);
  exchange.send(Buffer.from('question'));
  expect(failures).toEqual([]);
  await until(() => failures.length > 0);
  expect(failures[0]).toBe('ECONNREFUSED');
});

test('an address that cannot be connected is reported as well', async () => {
  const { failures, exchange } = open(53, { address: 'fe80::1' });
  exchange.send(Buffer.from('question'));
  expect(failures).toEqual([]);
  await until(() => failures.length > 0);
  expect(failures).toEqual(['EINVAL']);
});

test('a repeat leaves from the same port', async () => {
  const server = await openServer();
  const { exchange } = open(server.port);
  exchange.send(Buffer.from('one'));
  exchange.send(Buffer.from('two'));
  await until(() => server.received.length === 2);
  expect(server.received[0]?.from.port).toBe(server.received[1]?.from.port);
});

test('nothing is reported after close', async () => {
  const server = await openServer();
  const { exchange, messages, failures } = open(server.port);
  exchange.send(Buffer.from('question'));
  await until(() => server.received.length === 1);
  exchange.close();
  exchange.close();
  exchange.send(Buffer.from('late'));
  server.socket.send('late reply', server.received[0]?.from.port ?? 0, '127.0.0.1');
  // The same path as the messages above, one exchange later: what was to come has come by then.
  const second = open(server.port);
  second.exchange.send(Buffer.from('question'));
  await until(() => server.received.length === 2);
  expect([messages, failures]).toEqual([[], []]);
});

test('a fault in the handler is caught and the next message is served', async () => {
  const server = await openServer();
  const faults: unknown[] = [];
  const messages: string[] = [];
  const exchange = openUdpExchange(
    { family: 4, address: '127.0.0.1' },
    server.port,
    {
      message(bytes) {
        messages.push(String(bytes));
        if (messages.length === 1) throw new Error('fault');
      },
      failed: () => undefined,
    },
    createSocketBudget(1, setTimer),
    createGuard((error) => faults.push(error)),
  );
  cleanUps.push(() => exchange.close());
  exchange.send(Buffer.from('question'));
  await until(() => server.received.length === 1);
  const port = server.received[0]?.from.port ?? 0;
  server.socket.send('one', port, '127.0.0.1');
  server.socket.send('two', port, '127.0.0.1');
  await until(() => messages.length === 2);
  expect(faults).toHaveLength(1);
});

test('without a free socket the question waits and goes out later', async () => {
  const server = await openServer();
  const budget = createSocketBudget(1, setTimer);
  const first = open(server.port, { budget });
  const second = open(server.port, { budget });
  second.exchange.send(Buffer.from('waiting'));
  second.exchange.send(Buffer.from('waiting'));
  first.exchange.send(Buffer.from('first'));
  await until(() => server.received.length === 1);
  expect(server.received[0]?.bytes.toString()).toBe('first');
  first.exchange.close();
  await until(() => server.received.length === 2);
  expect(server.received[1]?.bytes.toString()).toBe('waiting');
  second.exchange.close();
  expect([budget.held, budget.waiting]).toEqual([0, 0]);
});

test('source ports cannot be foretold: no two alike, and no step between neighbours is frequent', async () => {
  const server = await openServer();
  const count = 300;
  for (let index = 0; index < count; index += 1) {
    open(server.port).exchange.send(Buffer.from(String(index)));
    // No more at a time than the server's receive buffer holds.
    if (index % 50 === 49) await until(() => server.received.length === index + 1);
  }
  const ports = server.received
    .toSorted((one, other) => Number(one.bytes) - Number(other.bytes))
    .map(({ from }) => from.port);
  expect(new Set(ports).size).toBe(count);
  const steps = ports.slice(1).map((port, index) => port - (ports[index] ?? 0));
  const frequency = Math.max(...[...Map.groupBy(steps, (step) => step).values()].map((group) => group.length));
  // Among 28,000 ports, five equal steps in 299 have a chance below 1 in a million.
  expect(frequency).toBeLessThan(5);
  expect(Math.max(...ports) - Math.min(...ports)).toBeGreaterThan(10_000);
});
