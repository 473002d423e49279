/** Questions to a nameserver over UDP, with real sockets. */
import { describe, expect, test } from 'vitest';
import { createGuard } from '../../../sidecar/io/guard.ts';
import type { Half } from '../../../sidecar/decide/search/pair.ts';
import { createSocketBudget, type SocketBudget } from '../../../sidecar/io/socket-budget.ts';
import { createSocketStock, type SocketOrigin, type SocketStock } from '../../../sidecar/io/socket-stock.ts';
import { openUdpExchange } from '../../../sidecar/io/udp-exchange.ts';
import type { UdpExchange } from '../../../sidecar/ports/upstream.ts';
import { openUdp, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

async function openServer(host = '127.0.0.1') {
  const server = await openUdp(host);
  cleanUps.push(() => server.socket.close());
  return server;
}

const setTimer = (afterMs: number, run: () => void) => {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
};

interface OpenOptions {
  readonly address?: string;
  readonly budget?: SocketBudget;
  readonly stock?: SocketStock;
  readonly half?: Half;
}

const oneQuestionEach = { stock: 0, reuseFrom: 1, maxQuestions: 1, maxAgeMs: 2000 };

function createStock(
  port: number,
  { budget = createSocketBudget(100, setTimer), limits = {}, now = () => performance.now() } = {},
): SocketStock {
  return createSocketStock({
    port,
    budget,
    now,
    setTimer,
    afterRead: (run) => void setImmediate(run),
    randomId: () => 0,
    ...oneQuestionEach,
    ...limits,
  });
}

function open(port: number, { address = '127.0.0.1', budget, stock, half = 0 }: OpenOptions = {}) {
  const messages: string[] = [];
  const failures: string[] = [];
  const faults: unknown[] = [];
  const origins: SocketOrigin[] = [];
  const exchange: UdpExchange = openUdpExchange(
    {
      stock: stock ?? createStock(port, budget && { budget }),
      guard: createGuard((error) => faults.push(error)),
      took: (origin) => void origins.push(origin),
    },
    { family: address.includes(':') ? 6 : 4, address },
    half,
    {
      message: (bytes) => messages.push(Buffer.from(bytes).toString('latin1')),
      failed: (code) => failures.push(code),
    },
  );
  cleanUps.push(() => exchange.close());
  return { exchange, messages, failures, faults, origins };
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
    {
      stock: createStock(server.port),
      guard: createGuard((error) => faults.push(error)),
      took: () => undefined,
    },
    { family: 4, address: '127.0.0.1' },
    0,
    {
      message(bytes) {
        messages.push(String(bytes));
        if (messages.length === 1) throw new Error('fault');
      },
      failed: () => undefined,
    },
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

describe('sockets before and after their question', () => {
  /** A query with this ID for the name `x`, and what answers it: the same bytes with the QR bit. */
  const query = (id: number): Buffer =>
    Buffer.from([id >> 8, id & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x78, 0, 0, 1, 0, 1]);
  const reply = (id: number): Buffer => {
    const bytes = query(id);
    bytes[2] = 0x81;
    return bytes;
  };
  const reusing = { reuseFrom: 1, maxQuestions: 3 };

  async function setUp(limits: Partial<typeof oneQuestionEach> = reusing, size = 100) {
    const server = await openServer();
    const budget = createSocketBudget(size, setTimer);
    let nowMs = 0;
    const stock = createStock(server.port, { budget, limits, now: () => nowMs });
    /** Asks, answers, and closes; returns the source port. */
    async function ask(id: number, half: Half = 0): Promise<number> {
      const asked = open(server.port, { stock, half });
      const port = await send(asked, id);
      server.socket.send(reply(id), port, '127.0.0.1');
      await until(() => asked.messages.length === 1);
      asked.exchange.close();
      return port;
    }
    async function send({ exchange }: { exchange: UdpExchange }, id: number): Promise<number> {
      const before = server.received.length;
      exchange.send(query(id));
      await until(() => server.received.length > before);
      return server.received.at(-1)?.from.port ?? 0;
    }
    return { server, budget, stock, ask, send, pass: (ms: number) => (nowMs += ms) };
  }

  test('an answered socket asks again, as often as it may, and never for the other half', async () => {
    const { ask } = await setUp();
    const ports = [await ask(1), await ask(2), await ask(3), await ask(4)];
    expect(new Set(ports.slice(0, 3)).size).toBe(1);
    expect(ports[3]).not.toBe(ports[0]);
    expect(await ask(5, 1)).not.toBe(ports[3]);
    expect(await ask(6, 0)).toBe(ports[3]);
  });

  test('an old one is closed', async () => {
    const { ask, pass } = await setUp();
    const port = await ask(1);
    pass(2000);
    expect(await ask(2)).not.toBe(port);
  });

  test.each([
    ['no reply came', async () => undefined],
    ['another ID came', async (answer: (bytes: Buffer) => Promise<void>) => answer(reply(9))],
    [
      'two replies came',
      async (answer: (bytes: Buffer) => Promise<void>) => {
        await answer(reply(1));
        await answer(reply(1));
      },
    ],
  ] as const)('a socket is closed where %s', async (_what, happen) => {
    const { server, budget, stock, send } = await setUp();
    const asked = open(server.port, { stock });
    const port = await send(asked, 1);
    await happen(async (bytes) => {
      const before = asked.messages.length;
      server.socket.send(bytes, port, '127.0.0.1');
      await until(() => asked.messages.length > before);
    });
    asked.exchange.close();
    expect(budget.held).toBe(0);
  });

  test('a socket whose question was repeated is closed', async () => {
    const { server, budget, stock, send } = await setUp();
    const asked = open(server.port, { stock });
    await send(asked, 1);
    const port = await send(asked, 1);
    server.socket.send(reply(1), port, '127.0.0.1');
    await until(() => asked.messages.length === 1);
    asked.exchange.close();
    expect(budget.held).toBe(0);
  });

  test('a late copy of an earlier reply reaches nobody, and ends the use of the socket', async () => {
    const { server, budget, stock, ask, send } = await setUp();
    const port = await ask(1);
    const asked = open(server.port, { stock });
    expect(asked.origins).toEqual(['reused']);
    expect(await send(asked, 2)).toBe(port);
    server.socket.send(reply(1), port, '127.0.0.1');
    server.socket.send(reply(2), port, '127.0.0.1');
    await until(() => asked.messages.length === 1);
    expect(asked.messages).toEqual([reply(2).toString('latin1')]);
    asked.exchange.close();
    expect(budget.held).toBe(0);
  });

  test('a datagram on a socket that nobody uses closes it', async () => {
    const { server, budget, ask } = await setUp();
    const port = await ask(1);
    expect(budget.held).toBe(1);
    server.socket.send(reply(1), port, '127.0.0.1');
    await until(() => budget.held === 0);
  });

  test('an ID that the socket has had goes out on another', async () => {
    const { server, stock, ask, send } = await setUp();
    const port = await ask(1);
    const asked = open(server.port, { stock });
    expect(await send(asked, 1)).not.toBe(port);
    expect(asked.origins).toEqual(['reused', 'opened']);
  });

  test('an error on a socket with a past is not the error of its question, which is asked on a fresh one', async () => {
    const { server, stock, ask } = await setUp();
    await ask(1);
    server.socket.close();
    cleanUps.length = 0;
    const asked = open(server.port, { stock });
    asked.exchange.send(query(2));
    await until(() => asked.failures.length > 0);
    expect([asked.failures, asked.origins]).toEqual([['ECONNREFUSED'], ['reused', 'opened']]);
  });

  test('fresh ones are opened after a question has shown the need, and closed with age', async () => {
    const { budget, ask, pass } = await setUp({ stock: 3 });
    await ask(1);
    await until(() => budget.held === 3);
    const { server, stock } = await setUp({ stock: 2 });
    await until(() => budget.held === 3);
    pass(10_000);
    await until(() => budget.held === 0);
    const first = open(server.port, { stock });
    expect(first.origins).toEqual(['opened']);
  });

  test('the next question takes a fresh one that is ready', async () => {
    const { server, budget, stock, ask } = await setUp({ stock: 1 });
    await ask(1);
    await until(() => budget.held === 1);
    const next = open(server.port, { stock });
    expect(next.origins).toEqual(['stock']);
  });

  test('sockets that are only kept give way to those that are needed', async () => {
    const { server, budget, stock, ask } = await setUp(reusing, 2);
    await ask(1, 0);
    await ask(2, 1);
    expect(budget.held).toBe(2);
    const other = budget.claim({ open: () => undefined });
    expect([budget.held, budget.waiting]).toEqual([2, 0]);
    const more = open(server.port, { stock });
    expect(more.exchange.isWaiting).toBe(false);
    other.release();
  });
});
