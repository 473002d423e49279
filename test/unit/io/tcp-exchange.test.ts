/** Questions to a nameserver over TCP, with real sockets. */
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createGuard } from '../../../sidecar/io/guard.ts';
import { createSocketBudget } from '../../../sidecar/io/socket-budget.ts';
import { openTcpExchange } from '../../../sidecar/io/tcp-exchange.ts';
import { createDeframer } from '../../../sidecar/wire/stream-framing.ts';
import { deframe } from '../../support/wire/deframe.ts';
import { frame, openTcpServer, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

async function listen(serve: (socket: Socket) => void, host?: string): Promise<number> {
  const { server, port } = await openTcpServer(serve, host);
  cleanUps.push(() => void server.close());
  return port;
}

const setTimer = (afterMs: number, run: () => void) => {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
};

function open(port: number, { address = '127.0.0.1', budget = createSocketBudget(100, setTimer) } = {}) {
  const events: string[] = [];
  const kept: number[] = [];
  const exchange = openTcpExchange(
    { family: address.includes(':') ? 6 : 4, address },
    port,
    {
      message: (bytes) => events.push(String(Buffer.from(bytes))),
      failed: (reason, code) => events.push(`${reason} ${code}`),
      kept: (bytes) => kept.push(bytes),
    },
    budget,
    createGuard((error) => events.push(String(error))),
  );
  cleanUps.push(() => exchange.close());
  return { exchange, events, budget, kept };
}

/** Answers each message with itself in upper case. */
function shout(socket: Socket): void {
  const deframer = createDeframer();
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    const replies = deframe(deframer, chunk).map((message) => frame(String(Buffer.from(message)).toUpperCase()));
    socket.write(Buffer.concat(replies));
  });
}

describe.each(['127.0.0.1', '::1'])('over %s', (host) => {
  test('two questions on one connection, sent before it stands, are both answered', async () => {
    const { exchange, events } = open(await listen(shout, host), { address: host });
    exchange.send(Buffer.from('one'));
    exchange.send(Buffer.from('two'));
    await until(() => events.length === 2);
    expect(events).toEqual(['ONE', 'TWO']);
  });
});

test('a reply that comes byte by byte is one message', async () => {
  const port = await listen((socket) => {
    const bytes = [...frame('slowly')];
    const timer = setInterval(() => {
      const byte = bytes.shift();
      if (byte === undefined) clearInterval(timer);
      else socket.write(Buffer.from([byte]));
    }, 1);
  });
  const { events } = open(port);
  await until(() => events.length === 1);
  expect(events).toEqual(['slowly']);
});

test('tells what it keeps of a message that is not complete', async () => {
  let upstream: Socket | undefined;
  const port = await listen((socket) => {
    upstream = socket.on('error', () => undefined);
    socket.write(Buffer.concat([frame('one'), frame('two and three').subarray(0, 5)]));
  });
  const { exchange, events, kept } = open(port);
  await until(() => kept.length === 1);
  expect([events, kept]).toEqual([['one'], [5]]);
  upstream?.write(frame('two and three').subarray(5));
  await until(() => events.length === 2);
  expect([events, kept]).toEqual([
    ['one', 'two and three'],
    [5, -5],
  ]);
  upstream?.write(frame('never complete').subarray(0, 7));
  await until(() => kept.length === 3);
  exchange.close();
  expect(kept).toEqual([5, -5, 7, -7]);
});

test('nothing is kept of a connection that failed', async () => {
  const port = await listen((socket) => void socket.end(frame('cut off').subarray(0, 4)));
  const { events, kept } = open(port);
  await until(() => events.length === 1);
  expect([events, kept]).toEqual([['closed EOF'], [4, -4]]);
});

test('a closed port is "refused", and nothing is reported before the exchange was handed over', async () => {
  const { server, port } = await openTcpServer(() => undefined);
  server.close();
  const { events, exchange } = open(port);
  exchange.send(Buffer.from('question'));
  expect(events).toEqual([]);
  await until(() => events.length > 0);
  expect(events).toEqual(['refused ECONNREFUSED']);
});

test('a reset is "reset"', async () => {
  const port = await listen((socket) => void socket.once('data', () => socket.resetAndDestroy()));
  const { events, exchange } = open(port);
  exchange.send(Buffer.from('question'));
  await until(() => events.length > 0);
  expect(events).toEqual(['reset ECONNRESET']);
});

test('an end without reply is "closed", messages before it are delivered', async () => {
  const port = await listen((socket) => void socket.end(frame('last')));
  const { events } = open(port);
  await until(() => events.length === 2);
  expect(events).toEqual(['last', 'closed EOF']);
});

test('an address that cannot be connected is "error"', async () => {
  // TCP knows no broadcast; which error says so depends on the routes.
  const { events } = open(53, { address: '255.255.255.255' });
  await until(() => events.length > 0);
  expect(events).toEqual([expect.stringMatching(/^error E(ACCES|NETUNREACH)$/)]);
});

test('close ends the connection and reports nothing', async () => {
  let ended = 0;
  const port = await listen((socket) => {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      ended += 1;
    });
    socket.resume();
  });
  const { events, exchange, budget } = open(port);
  exchange.send(Buffer.from('question'));
  await until(() => budget.held === 1);
  exchange.close();
  exchange.send(Buffer.from('late'));
  await until(() => ended === 1 || budget.held === 0);
  expect([events, budget.held]).toEqual([[], 0]);
});

test('a handler that closes the exchange gets no further message of the same segment', async () => {
  const port = await listen((socket) => void socket.write(Buffer.concat([frame('one'), frame('two')])));
  const messages: string[] = [];
  const exchange = openTcpExchange(
    { family: 4, address: '127.0.0.1' },
    port,
    {
      message(bytes) {
        messages.push(String(Buffer.from(bytes)));
        exchange.close();
      },
      failed: (reason) => messages.push(reason),
    },
    createSocketBudget(1, setTimer),
    createGuard(() => undefined),
  );
  await until(() => messages.length > 0);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(messages).toEqual(['one']);
});

test('without a free socket the question waits', async () => {
  const port = await listen(shout);
  const budget = createSocketBudget(1, setTimer);
  const first = open(port, { budget });
  const second = open(port, { budget });
  second.exchange.send(Buffer.from('waiting'));
  expect(budget.waiting).toBe(1);
  first.exchange.close();
  await until(() => second.events.length === 1);
  expect(second.events).toEqual(['WAITING']);
});
