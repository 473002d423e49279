/** Timers of the process, over Node.js's own with simulated time. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGuard } from '../../../sidecar/io/guard.ts';
import { createTimers } from '../../../sidecar/io/timers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function start() {
  const faults: unknown[] = [];
  const ran: string[] = [];
  const timers = createTimers(
    createGuard((error) => faults.push(error)),
    () => performance.now(),
  );
  return { ...timers, faults, ran, note: (text: string) => () => void ran.push(text) };
}

describe('timers', () => {
  test('run when they are due, whatever the order in which they were set', () => {
    const { setTimer, ran, note } = start();
    setTimer(50, note('50'));
    setTimer(10, note('10'));
    setTimer(30, note('30'));
    vi.advanceTimersByTime(9);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['10']);
    vi.advanceTimersByTime(39);
    expect(ran).toEqual(['10', '30']);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['10', '30', '50']);
  });

  test('do not run once they are cancelled, and keep the process no longer', () => {
    const { setTimer, ran, note } = start();
    const cancel = setTimer(10, note('cancelled'));
    setTimer(20, note('20'));
    cancel();
    vi.advanceTimersByTime(20);
    expect(ran).toEqual(['20']);
    cancel();
    setTimer(10, note('late'))();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('may set and cancel others', () => {
    const { setTimer, ran, note } = start();
    setTimer(10, () => {
      cancelSecond();
      setTimer(0, note('set by the first'));
    });
    const cancelSecond = setTimer(10, note('cancelled by the first'));
    vi.advanceTimersByTime(10);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['set by the first']);
  });

  test('that were overtaken by a long one are never asked for in the past, of which Node.js warns', () => {
    let at = 0;
    const { setTimer } = createTimers(
      createGuard(() => {}),
      () => at,
    );
    const delays = vi.spyOn(globalThis, 'setTimeout');
    setTimer(10, () => void (at = 100));
    setTimer(20, () => {});
    at = 10;
    vi.advanceTimersByTime(10);
    expect(delays.mock.calls.map(([, afterMs]) => afterMs)).toEqual([10, 1]);
  });

  test('run though another one failed', () => {
    const { setTimer, ran, faults, note } = start();
    const fault = new Error('a fault');
    setTimer(10, () => {
      throw fault;
    });
    setTimer(10, note('10'));
    vi.advanceTimersByTime(10);
    expect({ ran, faults }).toEqual({ ran: ['10'], faults: [fault] });
  });
});
