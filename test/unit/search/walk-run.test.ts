/** A search that is over watches the servers no longer, however it ended. */
import { expect, test } from 'vitest';
import { walkConfiguration } from '../../../sidecar/decide/configuration/search-configuration.ts';
import { createLingeringSockets } from '../../../sidecar/search/lingering-sockets.ts';
import { createWalkRun } from '../../../sidecar/search/walk-run.ts';
import type { WalkRun } from '../../../sidecar/search/walk-run.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import { createSimulatedTime } from '../../fuzz/simulated-time.ts';
import { snapshots } from '../../fuzz/targets/configurations.ts';

function run(isDead: boolean, serverMemory = true) {
  const { marker: snapshot } = snapshots;
  if (snapshot === undefined) throw new Error('no such configuration');
  const time = createSimulatedTime();
  const servers = ['192.0.2.1', '192.0.2.2'].map((address) => ({ family: 4 as const, address }));
  const ends: string[] = [];
  let watching = 0;
  const walk: WalkRun = createWalkRun(
    {
      now: time.now,
      setTimer: time.setTimer,
      afterRead: (then) => void time.setTimer(0, then),
      randomId: () => 7,
      nextRotation: () => 0,
      upstream: {
        openUdp: (_server, events) => ({
          send: () => void (isDead && time.setTimer(1, () => events.failed('ECONNREFUSED'))),
          close() {},
        }),
        openTcp: () => ({ send() {}, close() {} }),
      },
      silentServers: {
        configure() {},
        isSilent: () => false,
        happened() {},
        watch() {
          watching += 1;
          return () => (watching -= 1);
        },
      },
      lingering: createLingeringSockets(time.setTimer),
      observe: { query() {}, reply() {}, ignored() {}, candidate() {} },
      hold() {},
    },
    {
      snapshot: { ...snapshot, settings: { ...snapshot.settings, serverMemory } },
      configuration: walkConfiguration({ ...snapshot.resolvConf, servers, timeoutSeconds: 30 }, 53),
      request: { name: encodeName('foo') ?? rootName, dots: 0, absolute: true },
      type: 1,
      kind: 'solo',
      slots: [0],
      addresses: true,
      ad: false,
      cd: false,
      edns: undefined,
      readAnswers: false,
    },
    {
      early() {},
      ended: ({ result }) => void ends.push(result),
      capped: () => void ends.push('capped'),
    },
  );
  walk.start();
  return { time, walk, ends, watching: () => watching };
}

test('ended', () => {
  const { time, ends, watching } = run(true);
  expect(watching()).toBe(1);
  time.runAll(100);
  expect([ends, watching()]).toEqual([['AGAIN'], 0]);
});

test('given up by those who began it', () => {
  const { walk, ends, watching } = run(false);
  expect(watching()).toBe(1);
  walk.abandon();
  walk.abandon();
  expect([ends, watching()]).toEqual([[], 0]);
});

test('at its limit', () => {
  const { time, ends, watching } = run(false);
  time.runAll(100);
  expect([ends, watching()]).toEqual([['capped'], 0]);
});

test('without server-memory it never did', () => {
  expect(run(false, false).watching()).toBe(0);
});
