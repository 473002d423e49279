/** A search that is over watches the servers no longer, however it ended. */
import { expect, test } from 'vitest';
import { searchConfiguration } from '../../../sidecar/decide/configuration/search-configuration.ts';
import { createBudget } from '../../../sidecar/cache/budget.ts';
import { createReplyCache } from '../../../sidecar/cache/reply-cache.ts';
import { createLingeringSockets } from '../../../sidecar/search/lingering-sockets.ts';
import { createSearch } from '../../../sidecar/search/run-search.ts';
import type { RunningSearch } from '../../../sidecar/search/run-search.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import { createSimulatedTime } from '../../support/simulation/simulated-time.ts';
import { snapshots } from '../../support/simulation/configurations.ts';

function run(isDead: boolean, serverMemory = true, hasFault = false) {
  const { marker: snapshot } = snapshots;
  if (snapshot === undefined) throw new Error('no such configuration');
  const time = createSimulatedTime();
  const servers = ['192.0.2.1', '192.0.2.2'].map((address) => ({ family: 4 as const, address }));
  const ends: string[] = [];
  let watching = 0;
  let faults = hasFault ? 1 : 0;
  const search: RunningSearch = createSearch(
    {
      now: time.now,
      setTimer: time.setTimer,
      afterRead: (then) => void time.setTimer(0, then),
      randomId: () => 7,
      nextRotation: () => 0,
      upstream: {
        openUdp: (_server, events) => ({
          send() {
            if (faults-- > 0) throw new Error('a fault of ours');
            if (isDead) time.setTimer(1, () => events.failed('ECONNREFUSED'));
          },
          close() {},
        }),
        openTcp: () => ({ send() {}, close() {} }),
      },
      replyCache: createReplyCache(createBudget(0)),
      silentServers: {
        configure() {},
        isSilent: () => false,
        happened() {},
        watch: () => void (watching += 1),
        unwatch: () => void (watching -= 1),
      },
      lingering: createLingeringSockets(time.setTimer),
      leftovers: createLingeringSockets(time.setTimer),
      isLooping: () => false,
      observe: { query() {}, reply() {}, ignored() {}, recalled() {}, askedAhead() {}, candidate() {} },
      hold() {},
    },
    {
      snapshot: { ...snapshot, settings: { ...snapshot.settings, serverMemory } },
      configuration: searchConfiguration({ ...snapshot.resolvConf, servers, timeoutSeconds: 30 }, 53),
      request: { name: encodeName('foo') ?? rootName, dots: 0, absolute: true },
      type: 1,
      kind: 'solo',
      halves: [0],
      addresses: true,
      ad: false,
      cd: false,
      edns: undefined,
      readAnswers: false,
    },
    {
      early() {},
      ended: ({ code }) => void ends.push(code),
    },
  );
  if (hasFault) expect(() => search.start()).toThrow('a fault of ours');
  else search.start();
  return { time, search, ends, watching: () => watching };
}

test('ended', () => {
  const { time, ends, watching } = run(true);
  expect(watching()).toBe(1);
  time.runAll(100);
  expect([ends, watching()]).toEqual([['AGAIN'], 0]);
});

test('given up by those who began it', () => {
  const { search, ends, watching } = run(false);
  expect(watching()).toBe(1);
  search.abandon();
  search.abandon();
  expect([ends, watching()]).toEqual([[], 0]);
});

test('at its limit', () => {
  const { time, ends, watching } = run(false);
  time.runAll(100);
  expect([ends, watching()]).toEqual([['LIMIT'], 0]);
});

test('after a fault of ours: at its limit, and it keeps nothing', () => {
  const { time, ends, watching } = run(false, true, true);
  time.runAll(100);
  expect([ends, watching()]).toEqual([['LIMIT'], 0]);
});

test('without server-memory it never did', () => {
  expect(run(false, false).watching()).toBe(0);
});
