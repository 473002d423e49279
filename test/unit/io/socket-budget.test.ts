/** Upstream sockets wait for a place. */
import { expect, test } from 'vitest';
import { createSocketBudget, type SocketClaim, type SocketOpener } from '../../../sidecar/io/socket-budget.ts';

/** A budget whose timers run by hand. */
function setUp(limit: number) {
  const timers = new Set<() => void>();
  const budget = createSocketBudget(limit, (_delayMs, run) => {
    timers.add(run);
    return () => timers.delete(run);
  });
  const opened: string[] = [];
  const claim = (name: string, open?: (claim: SocketClaim, opener: SocketOpener) => void) => {
    const opener = {
      open(claimed: SocketClaim) {
        opened.push(name);
        open?.(claimed, opener);
      },
    };
    return budget.claim(opener);
  };
  const runTimers = () => {
    const due = [...timers];
    timers.clear();
    for (const run of due) run();
  };
  return { budget, opened, claim, runTimers };
}

test('opens at once while there is room, then in order of arrival as places come free', () => {
  const { budget, opened, claim } = setUp(2);
  const first = claim('a');
  claim('b');
  claim('c');
  claim('d');
  expect(opened).toEqual(['a', 'b']);
  expect([budget.held, budget.waiting]).toEqual([2, 2]);
  first.release();
  expect(opened).toEqual(['a', 'b', 'c']);
  expect([budget.held, budget.waiting]).toEqual([2, 1]);
});

test('a claim that is released while it waits is never opened', () => {
  const { opened, claim } = setUp(1);
  const first = claim('a');
  const second = claim('b');
  claim('c');
  second.release();
  first.release();
  expect(opened).toEqual(['a', 'c']);
});

test('releasing twice frees one place', () => {
  const { budget, claim } = setUp(1);
  const first = claim('a');
  first.release();
  first.release();
  expect(budget.held).toBe(0);
  claim('b');
  claim('c');
  expect([budget.held, budget.waiting]).toEqual([1, 1]);
});

test('without a descriptor it waits for a while and tries again', () => {
  const { budget, opened, claim, runTimers } = setUp(10);
  let lacking = true;
  claim('a', (claimed, opener) => {
    if (lacking) claimed.defer(opener);
  });
  claim('b');
  expect(opened).toEqual(['a']);
  expect([budget.held, budget.waiting]).toEqual([0, 2]);
  lacking = false;
  runTimers();
  expect(opened.toSorted()).toEqual(['a', 'a', 'b']);
  expect([budget.held, budget.waiting]).toEqual([2, 0]);
});

test('that no descriptor was there may show after the opening, as with TCP', () => {
  const { budget, opened, claim, runTimers } = setUp(10);
  const deferrals: (() => void)[] = [];
  claim('a', (claimed, opener) => void deferrals.push(() => claimed.defer(opener)));
  deferrals[0]?.();
  expect([opened, budget.held, budget.waiting]).toEqual([['a'], 0, 1]);
  runTimers();
  expect([opened, budget.held, budget.waiting]).toEqual([['a', 'a'], 1, 0]);
});

test('a socket that closes ends the wait for a descriptor', () => {
  const { opened, claim } = setUp(10);
  const holder = claim('holder');
  let lacking = true;
  claim('a', (claimed, opener) => {
    if (lacking) claimed.defer(opener);
  });
  lacking = false;
  holder.release();
  expect(opened).toEqual(['holder', 'a', 'a']);
});

test('an opening that throws gives its place back', () => {
  const { budget, claim } = setUp(1);
  const fail = (): never => {
    throw new Error('no interfaces');
  };
  expect(() => claim('a', fail)).toThrow('no interfaces');
  expect([budget.held, budget.waiting]).toEqual([0, 0]);
});
