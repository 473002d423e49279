/** Clients over TCP, with real sockets. */
import { describe, expect, test } from 'vitest';
import { createTcpConnections } from '../../../sidecar/io/tcp-connections.ts';
import { openTcpListener } from '../../../sidecar/io/tcp-listener.ts';
import { connectTcp, frame, recordEvents, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

const idleMs = 10_000;

/** A listener whose clock and periodic checks run by hand. */
async function setUp({ host = '127.0.0.1', maxConnections = 10 } = {}) {
  const events = recordEvents();
  let nowMs = 0;
  let check: (() => void) | undefined;
  const connections = createTcpConnections({
    events,
    now: () => nowMs,
    maxConnections,
    idleMs,
    every: (_periodMs, run) => {
      check = run;
      return () => {
        check = undefined;
      };
    },
  });
  const listener = await openTcpListener({ host, port: 0 }, connections, events);
  cleanUps.push(() => {
    listener.close();
    connections.closeAll();
  });
  return {
    events,
    connections,
    connect: async () => {
      const client = await connectTcp(listener.endpoint.port, host);
      cleanUps.push(() => client.socket.destroy());
      return client;
    },
    pass: (ms: number) => {
      nowMs += ms;
      check?.();
    },
    isChecking: () => check !== undefined,
  };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe.each(['127.0.0.1', '::1'])('on %s', (host) => {
  test('several queries in one segment are all handed on before any is answered', async () => {
    const { events, connect } = await setUp({ host });
    const client = await connect();
    client.socket.write(Buffer.concat([frame('A'), frame('AAAA')]));
    await until(() => events.queries.length === 2);
    const [first, second] = events.queries;
    expect(first?.client).toMatchObject({ transport: 'tcp', address: host, port: client.socket.localPort });
    expect(first?.client.connection).toBe(second?.client.connection);
    second?.client.reply(bytes('reply to AAAA'));
    first?.client.reply(bytes('reply to A'));
    await until(() => client.messages.length === 2);
    expect(client.messages).toEqual(['reply to AAAA', 'reply to A']);
  });
});

test('queries of two connections have different identities', async () => {
  const { events, connect } = await setUp();
  for (const client of [await connect(), await connect()]) client.socket.write(frame('query'));
  await until(() => events.queries.length === 2);
  expect(events.queries[0]?.client.connection).not.toBe(events.queries[1]?.client.connection);
});

test('a query that comes byte by byte is one query', async () => {
  const { events, connect } = await setUp();
  const client = await connect();
  client.socket.setNoDelay(true);
  for (const byte of frame('slowly')) {
    client.socket.write(Buffer.from([byte]));
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  await until(() => events.queries.length === 1);
  expect(events.queries[0]?.text).toBe('slowly');
});

test('a client that closed its side still gets its replies, then the end', async () => {
  const { events, connect, connections } = await setUp();
  const client = await connect();
  client.socket.end(Buffer.concat([frame('one'), frame('two')]));
  await until(() => events.queries.length === 2);
  for (const query of events.queries) query.client.reply(bytes(`reply to ${query.text}`));
  await client.closed;
  expect(client.messages).toEqual(['reply to one', 'reply to two']);
  await until(() => connections.size === 0);
  expect(events.closedConnections).toEqual([events.queries[0]?.client.connection]);
});

test('a reset with queries under way is an ordinary end', async () => {
  const { events, connect, connections } = await setUp();
  const client = await connect();
  client.socket.write(frame('query'));
  await until(() => events.queries.length === 1);
  client.socket.resetAndDestroy();
  await until(() => connections.size === 0);
  events.queries[0]?.client.reply(bytes('late'));
  expect(events.closedConnections).toEqual([events.queries[0]?.client.connection]);
  expect(events.faults).toEqual([]);
});

test('a client that says nothing is closed after the idle time', async () => {
  const { events, connect, connections, pass, isChecking } = await setUp();
  const client = await connect();
  await until(() => connections.size === 1);
  pass(idleMs - 1);
  expect(events.dropReasons).toEqual([]);
  pass(1);
  await client.closed;
  expect(events.dropReasons).toEqual(['connection-idle']);
  await until(() => !isChecking());
});

test('a client that sends one byte a second is closed after the idle time all the same', async () => {
  const { events, connect, connections, pass } = await setUp();
  const client = await connect();
  client.socket.setNoDelay(true);
  await until(() => connections.size === 1);
  const query = frame('a query of more than ten bytes');
  for (let second = 0; second < 10; second += 1) {
    client.socket.write(query.subarray(second, second + 1));
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
    pass(1000);
  }
  await client.closed;
  expect(events.dropReasons).toEqual(['connection-idle']);
  expect(events.queries).toEqual([]);
});

test('a connection whose query is under way is not idle, but no client waits for ever', async () => {
  const { events, connect, pass } = await setUp();
  const client = await connect();
  client.socket.write(frame('query'));
  await until(() => events.queries.length === 1);
  pass(59_000);
  expect(events.dropReasons).toEqual([]);
  pass(1000);
  await client.closed;
  expect(events.dropReasons).toEqual(['time-limit']);
});

test('a client that does not take its replies is not read from, and closed after the idle time', async () => {
  const { events, connect, pass, connections } = await setUp();
  events.answer = ({ client }) => client.reply(new Uint8Array(60_000));
  const client = await connect();
  client.socket.pause();
  const sent = 2000;
  client.socket.write(Buffer.concat(Array.from({ length: sent }, () => frame('query'))));
  let before = -1;
  await until(() => {
    const still = before === events.queries.length && before > 0;
    before = events.queries.length;
    return still;
  });
  expect(events.queries.length).toBeLessThan(sent);
  pass(idleMs);
  await until(() => connections.size === 0);
  expect(events.dropReasons).toEqual(['connection-slow']);
});

test('a client that takes its replies late gets all of them', async () => {
  const { events, connect } = await setUp();
  events.answer = ({ client }) => client.reply(new Uint8Array(60_000));
  const client = await connect();
  client.socket.pause();
  client.socket.write(Buffer.concat(Array.from({ length: 300 }, () => frame('query'))));
  await until(() => events.queries.length > 5);
  client.socket.resume();
  await until(() => client.messages.length === 300);
  expect(events.dropReasons).toEqual([]);
});

test('of many pipelined queries a bounded number is under way at once; all are answered', async () => {
  const { events, connect } = await setUp();
  const client = await connect();
  const texts = Array.from({ length: 1000 }, (_, index) => String(index));
  client.socket.write(Buffer.concat(texts.map(frame)));
  await until(() => events.queries.length >= 64);
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
  expect(events.queries).toHaveLength(64);
  events.answer = (query) => query.client.reply(bytes(query.text));
  for (const query of events.queries.slice()) query.client.reply(bytes(query.text));
  await until(() => client.messages.length === 1000);
  expect(client.messages).toEqual(texts);
});

test('a connection given up is closed, its earlier replies are delivered', async () => {
  const { events, connect } = await setUp();
  const client = await connect();
  client.socket.write(Buffer.concat([frame('one'), frame('two')]));
  await until(() => events.queries.length === 2);
  events.queries[0]?.client.reply(bytes('reply'));
  events.queries[1]?.client.close?.();
  await client.closed;
  expect(client.messages).toEqual(['reply']);
});

test('a fault with a query closes its connection: the client is never left waiting', async () => {
  const { events, connect } = await setUp();
  events.answer = () => {
    throw new Error('fault');
  };
  const client = await connect();
  client.socket.write(frame('query'));
  await client.closed;
  expect(events.faults).toHaveLength(1);
});

describe('when as many connections are open as are allowed', () => {
  test('the one that has been idle longest makes room', async () => {
    const { events, connect, connections, pass } = await setUp({ maxConnections: 2 });
    const older = await connect();
    await until(() => connections.size === 1);
    pass(1000);
    const newer = await connect();
    await until(() => connections.size === 2);
    pass(1000);
    events.answer = ({ client }) => client.reply(bytes('reply'));
    const newest = await connect();
    await older.closed;
    newest.socket.write(frame('query'));
    newer.socket.write(frame('query'));
    await until(() => newest.messages.length === 1 && newer.messages.length === 1);
    expect(events.dropReasons).toEqual(['connections-full']);
  });

  test('none that has a query under way is closed: the new one is', async () => {
    const { events, connect } = await setUp({ maxConnections: 1 });
    const busy = await connect();
    busy.socket.write(frame('query'));
    await until(() => events.queries.length === 1);
    const refused = await connect();
    await refused.closed;
    events.queries[0]?.client.reply(bytes('reply'));
    await until(() => busy.messages.length === 1);
    expect(events.dropReasons).toEqual(['connections-full']);
  });
});

test('nonsense on the stream is a query of nonsense', async () => {
  const { events, connect } = await setUp();
  events.answer = ({ client }) => client.close?.();
  const client = await connect();
  client.socket.write(Buffer.from([0, 0]));
  await client.closed;
  expect(events.queries.map(({ text }) => text)).toEqual(['']);
});
