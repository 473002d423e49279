/** Servers are asked for a random name when they are new, and those from which it comes back are dead. */
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { searchConfiguration } from '../../../sidecar/decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../../../sidecar/decide/configuration/snapshot.ts';
import type { UdpExchangeEvents } from '../../../sidecar/ports/upstream.ts';
import { createLoopCheck } from '../../../sidecar/search/loop-check.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import { formatName, rootName, type WireName } from '../../../sidecar/wire/name.ts';
import { snapshots } from '../../support/simulation/configurations.ts';
import { present } from '../../support/present.ts';

interface Question {
  readonly server: string;
  readonly events: UdpExchangeEvents;
  readonly sent: Uint8Array[];
  closed: boolean;
}

function setUp() {
  const questions: Question[] = [];
  const lines: Record<string, unknown>[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const metrics = createMetrics(sidecarMetrics);
  let now = 0;
  let random = 0;
  const check = createLoopCheck({
    setTimer(afterMs, run) {
      const timer = { at: now + afterMs, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, timers.includes(timer) ? 1 : 0);
    },
    randomId: () => (random += 1),
    upstream: {
      openUdp(server, events) {
        const question: Question = { server: server.address, events, sent: [], closed: false };
        questions.push(question);
        return { send: (bytes) => void question.sent.push(bytes), close: () => void (question.closed = true) };
      },
      openTcp: () => ({ send() {}, close() {} }),
    },
    metrics,
    log: createLog({
      level: 'info',
      write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
      now: () => 0,
    }),
  });
  const configure = (snapshot: ConfigurationSnapshot): void =>
    check.configure(searchConfiguration(snapshot.resolvConf, snapshot.upstreamPort).servers, snapshot);
  const servers = (...addresses: string[]): void => configure(snapshotOf(addresses));
  const waitUntil = (at: number): void => {
    for (;;) {
      const [next] = timers.filter((timer) => timer.at <= at).toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.run();
    }
    now = at;
  };
  return { check, configure, questions, lines, metrics, servers, waitUntil, timers };
}

function snapshotOf(addresses: readonly string[], findLoops = true): ConfigurationSnapshot {
  const { marker: snapshot } = snapshots;
  if (snapshot === undefined) throw new Error('no such configuration');
  const servers = addresses.map((address) => ({ family: 4 as const, address }));
  return {
    ...snapshot,
    resolvConf: { ...snapshot.resolvConf, servers },
    settings: { ...snapshot.settings, findLoops },
  };
}

const nameOf = ({ sent: [bytes] }: Question): WireName =>
  viewQuery(bytes ?? new Uint8Array())?.question?.name ?? rootName;

function reply({ events, sent: [bytes = new Uint8Array()] }: Question): void {
  const message = bytes.slice();
  message[2] = 0x81;
  message[3] = 0x83;
  events.message(message);
}

describe('a new server', () => {
  test('is asked for a name that nobody can guess, three times, and no longer', () => {
    const { questions, servers, waitUntil, timers } = setUp();
    servers('192.0.2.1', '192.0.2.2');
    expect(questions.map(({ server }) => server)).toEqual(['192.0.2.1', '192.0.2.2']);
    const names = questions.map((question) => formatName(nameOf(question)));
    for (const name of names) expect(name).toMatch(/^[\da-f]{32}\.loop\.alpine-resolver\.internal$/);
    expect(names[0]).not.toBe(names[1]);
    waitUntil(10_000);
    expect(questions.map(({ sent, closed }) => [sent.length, closed])).toEqual([
      [3, true],
      [3, true],
    ]);
    expect(timers).toEqual([]);
  });

  test('that replied is not asked again', () => {
    const { questions, servers, waitUntil } = setUp();
    servers('192.0.2.1');
    reply(present(questions[0]));
    waitUntil(10_000);
    expect(questions[0]?.sent).toHaveLength(1);
  });

  test('is asked, and the others are not, where the servers change', () => {
    const { questions, servers, check } = setUp();
    servers('192.0.2.1', '192.0.2.2');
    servers('192.0.2.2', '192.0.2.3');
    expect(questions.map(({ server, closed }) => `${server} ${closed}`)).toEqual([
      ...['192.0.2.1 true', '192.0.2.2 false', '192.0.2.3 false'],
    ]);
    // Of the one that is no more nobody waits for a query.
    expect(check.takes(nameOf(present(questions[0])))).toBe(false);
  });

  test('is not asked without the setting', () => {
    const { questions, configure } = setUp();
    configure(snapshotOf(['192.0.2.1'], false));
    expect(questions).toEqual([]);
  });
});

describe('a server that leads back', () => {
  test('is dead, told once, and counted', () => {
    const { check, questions, servers, lines, metrics } = setUp();
    servers('192.0.2.1', '127.0.0.53');
    expect(check.takes(nameOf(present(questions[1])))).toBe(true);
    expect(check.takes(nameOf(present(questions[1])))).toBe(true);
    expect(check.isLooping('127.0.0.53:53')).toBe(true);
    expect(check.isLooping('192.0.2.1:53')).toBe(false);
    expect(lines).toMatchObject([
      {
        event: 'server-dead',
        server: '127.0.0.53:53',
        reason: 'loop',
        path: 'sidecar → systemd-resolved (127.0.0.53) → sidecar',
      },
    ]);
    expect(metrics.exposition()).toContain('server_dead_info{server="127.0.0.53",reason="loop"} 1');
  });

  test('is asked again until it leads elsewhere', () => {
    const { check, questions, servers, lines, waitUntil, metrics } = setUp();
    servers('192.0.2.1');
    check.takes(nameOf(present(questions[0])));
    waitUntil(34_999);
    expect(questions).toHaveLength(1);
    waitUntil(35_000);
    expect(questions).toHaveLength(2);
    check.takes(nameOf(present(questions[1])));
    reply(present(questions[1]));
    expect(check.isLooping('192.0.2.1:53')).toBe(true);
    waitUntil(70_000);
    reply(present(questions[2]));
    expect(check.isLooping('192.0.2.1:53')).toBe(false);
    expect(lines.map(({ event }) => event)).toEqual(['server-dead', 'server-loop-ended']);
    expect(metrics.exposition()).not.toContain('server_dead_info{');
    waitUntil(200_000);
    expect(questions).toHaveLength(3);
  });

  test('stays so where the configuration is made anew', () => {
    const { check, questions, servers } = setUp();
    servers('192.0.2.1');
    check.takes(nameOf(present(questions[0])));
    servers('192.0.2.1');
    expect(check.isLooping('192.0.2.1:53')).toBe(true);
    expect(questions).toHaveLength(1);
  });
});

test('our own address needs no question', () => {
  const { check, configure, questions, servers, lines } = setUp();
  servers('127.0.0.1', '192.0.2.1');
  servers('127.0.0.1', '192.0.2.1');
  expect(questions.map(({ server }) => server)).toEqual(['192.0.2.1']);
  expect(check.isLooping('127.0.0.1:53')).toBe(true);
  expect(lines).toMatchObject([{ event: 'server-dead', reason: 'loop', path: 'its address is our own' }]);
  configure({ ...snapshotOf(['127.0.0.1', '192.0.2.1']), ownAddresses: new Set() });
  expect(check.isLooping('127.0.0.1:53')).toBe(false);
  expect(questions.map(({ server }) => server)).toEqual(['192.0.2.1', '127.0.0.1']);
});

test('other queries are none of it', () => {
  const { check, servers } = setUp();
  expect(check.takes(rootName)).toBe(false);
  servers('192.0.2.1');
  expect(check.takes(rootName)).toBe(false);
});
