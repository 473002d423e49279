/** Sockets that stay open for a silent server: few, and no longer than the timeout of their question. */
import { expect, test } from 'vitest';
import { createLingeringSockets } from '../../../sidecar/search/lingering-sockets.ts';
import { createSimulatedTime } from '../../support/simulation/simulated-time.ts';

function open(max: number) {
  const time = createSimulatedTime();
  const startMs = time.now();
  const lingering = createLingeringSockets(time.setTimer);
  const closed: string[] = [];
  const keep = (name: string, forMs: number) =>
    lingering.keep(() => void closed.push(`${name} at ${time.now() - startMs}`), forMs, max);
  return { time, closed, keep };
}

test('each is closed once, when its time is over or sooner', () => {
  const { time, closed, keep } = open(8);
  keep('a', 700);
  const close = keep('b', 500);
  close();
  close();
  time.runAll(1000);
  expect(closed).toEqual(['b at 0', 'a at 700']);
});

test('one whose time is over already is closed at once', () => {
  const { closed, keep } = open(8);
  keep('a', 0);
  keep('b', -5);
  expect(closed).toEqual(['a at 0', 'b at 0']);
});

test('those that have waited longest stay; there is room again when they are closed', () => {
  const { time, closed, keep } = open(2);
  keep('a', 700);
  const close = keep('b', 700);
  keep('c', 700);
  expect(closed).toEqual(['c at 0']);
  close();
  keep('d', 600);
  keep('e', 600);
  time.runAll(1000);
  expect(closed).toEqual(['c at 0', 'b at 0', 'e at 0', 'd at 600', 'a at 700']);
});
