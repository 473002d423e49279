/** The sockets of a candidate: which stay open for a silent server, what is reported of servers, and how many bytes are held. */
import { describe, expect, test } from 'vitest';
import { openCandidateSockets } from '../../../sidecar/search/candidate-sockets.ts';
import type { ServerEvent } from '../../../sidecar/decide/search/silent-servers.ts';
import type { TurnEvent } from '../../../sidecar/decide/search/exchange.ts';
import { createLingeringSockets } from '../../../sidecar/search/lingering-sockets.ts';
import type { UdpExchangeEvents } from '../../../sidecar/ports/upstream.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import { createSimulatedTime } from '../../support/simulation/simulated-time.ts';
import { snapshots } from '../../support/simulation/configurations.ts';

const id = 7;
const timeoutMs = 5000;
const startMs = 1000;

/** A denial of what was asked; `foreign` has another ID. */
function denialOf(query: Uint8Array, foreign = false): Uint8Array {
  const reply = Uint8Array.from(query);
  reply.set([0x81, 0x83], 2);
  if (foreign) reply[1] = id + 1;
  return reply;
}

interface Socket extends UdpExchangeEvents {
  readonly server: string;
  readonly sent: Uint8Array[];
  readonly closedAt: number[];
  isWaiting: boolean;
}

function open({ silent = [], awaited = [] }: { silent?: readonly string[]; awaited?: readonly number[] }) {
  const { marker: snapshot } = snapshots;
  if (snapshot === undefined) throw new Error('no such configuration');
  const time = createSimulatedTime();
  const opened: Socket[] = [];
  const told: string[] = [];
  const arrived: TurnEvent[] = [];
  let held = 0;
  const settings = { ...snapshot.settings, maxLingeringSockets: 8 };
  const servers = ['192.0.2.1', '192.0.2.2'].map((address) => ({
    address: { family: 4 as const, address },
    key: address,
    name: address,
    timeoutMs,
  }));
  const sockets = openCandidateSockets(
    {
      randomId: () => id,
      now: time.now,
      setTimer: time.setTimer,
      upstream: {
        openUdp(server, events) {
          const socket: Socket = {
            message: (bytes) => events.message(bytes),
            failed: (code) => events.failed(code),
            server: server.address,
            sent: [],
            closedAt: [],
            isWaiting: false,
          };
          opened.push(socket);
          return {
            get isWaiting() {
              return socket.isWaiting;
            },
            send: (query) => void socket.sent.push(query),
            close: () => void socket.closedAt.push(time.now() - startMs),
          };
        },
        openTcp: () => ({ send() {}, close() {} }),
      },
      silentServers: {
        configure() {},
        isSilent: (key) => silent.includes(key),
        happened: (key, event: ServerEvent) =>
          void told.push(event.type === 'heard' ? `${key} ${event.acceptable ? 'answers' : 'is there'}` : 'unanswered'),
        watch() {},
        unwatch() {},
      },
      lingering: createLingeringSockets(time.setTimer),
      isLooping: () => false,
      observe: { query() {}, reply() {}, ignored() {}, recalled() {}, askedAhead() {} },
      hold: (bytes) => (held += bytes),
    },
    { ...snapshot, settings },
    servers,
    {
      name: encodeName('foo') ?? rootName,
      typeOf: () => 1,
      queryFields: () => ({ rd: true, ad: false, cd: false }),
      readAnswers: false,
    },
    { arrived: (event) => void arrived.push(event), isAwaited: (server) => awaited.includes(server) },
  );
  const send = (server: number): Socket => {
    sockets.sendUdp(0, server);
    return opened.at(-1) as Socket;
  };
  const reply = (socket: Socket, foreign?: boolean): void =>
    socket.message(denialOf(socket.sent[0] as Uint8Array, foreign));
  return { time, sockets, opened, send, reply, told, arrived, held: () => held };
}

const [first] = ['192.0.2.1'] as const;

describe('the end of the candidate', () => {
  test('closes the sockets of servers that are not silent', () => {
    const { time, sockets, send } = open({ silent: [first] });
    const closedAt = [send(0), send(1)].map((socket) => socket.closedAt);
    sockets.end();
    expect(closedAt).toEqual([[], [0]]);
    time.runAll(10);
    expect(closedAt).toEqual([[timeoutMs], [0]]);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['a socket that failed', (socket) => socket.failed('ECONNREFUSED')],
    ['one that never got open', (socket) => (socket.isWaiting = true)],
  ])('closes %s although the server is silent', (_, happen) => {
    const { sockets, send } = open({ silent: [first] });
    const socket = send(0);
    happen(socket);
    sockets.end();
    expect(socket.closedAt).toEqual([0]);
  });
});

describe('a socket that stays open', () => {
  const linger = () => {
    const all = open({ silent: [first] });
    const socket = all.send(0);
    all.sockets.end();
    return { ...all, socket };
  };

  test('is closed by a reply, which counts', () => {
    const { socket, reply, told, arrived, held } = linger();
    reply(socket);
    expect(socket.closedAt).toEqual([0]);
    expect([told, arrived, held()]).toEqual([[`${first} answers`], [], 0]);
  });

  test('waits on after what is no reply', () => {
    const { time, socket, reply, told, arrived, held } = linger();
    reply(socket, true);
    expect(socket.closedAt).toEqual([]);
    expect([told, arrived, held()]).toEqual([[`${first} is there`], [], 0]);
    time.runAll(10);
    expect(socket.closedAt).toEqual([timeoutMs]);
  });

  test('is closed by an error', () => {
    const { time, socket, told, arrived } = linger();
    socket.failed('ECONNREFUSED');
    expect(socket.closedAt).toEqual([0]);
    expect([told, arrived]).toEqual([[`${first} is there`], []]);
    time.runAll(10);
    expect(socket.closedAt).toEqual([0]);
  });
});

test('an ICMP error, too, says that something is there', () => {
  const { send, told, arrived } = open({ awaited: [0] });
  send(0).failed('ECONNREFUSED');
  expect(told).toEqual([`${first} is there`]);
  expect(arrived).toEqual([{ type: 'dead' }]);
});

describe('a socket that failed before the turn of its candidate', () => {
  test.each<[afterMs: number, told: string, sockets: number]>([
    [1000, 'dead', 1],
    [1001, 'asked', 2],
  ])('%i ms before it', (afterMs, told, count) => {
    const { time, sockets, opened } = open({});
    expect(sockets.sendAhead(0, 0)).toBe(true);
    opened[0]?.failed('ECONNREFUSED');
    time.runUntil(time.now() + afterMs);
    const events = sockets.sendUdp(0, 0);
    expect(events.length === 0 ? 'asked' : events[0]?.type).toBe(told);
    expect(opened).toHaveLength(count);
  });
});

test('what is kept for a server that is not waited for now is held, and let go with the candidate', () => {
  const { sockets, send, reply, told, arrived, held } = open({ awaited: [1] });
  const socket = send(0);
  send(1);
  for (let count = 0; count < 20; count += 1) reply(socket);
  expect(told).toHaveLength(20);
  // Eight are kept, as a socket buffer would.
  expect(held()).toBe(8 * (socket.sent[0]?.length ?? 0));
  expect(sockets.sendUdp(0, 0)).toHaveLength(8);
  // As replies of the candidate now, and not once more.
  expect(held()).toBe(8 * (socket.sent[0]?.length ?? 0));
  sockets.end();
  expect([arrived, held()]).toEqual([[], 0]);
});
