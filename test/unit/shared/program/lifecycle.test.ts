/** How a program starts its parts and stops them. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runLifecycle, type LifecycleOptions, type Part } from '../../../../shared/program/lifecycle.ts';
import { createLog } from '../../../../shared/report/log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function trial(parts: (happened: string[]) => Part[], options: Partial<LifecycleOptions> = {}) {
  const happened: string[] = [];
  const signals = new EventEmitter();
  const log = createLog({
    level: 'info',
    write: (line) => {
      const { event, part } = JSON.parse(line);
      happened.push(part === undefined ? `log ${event}` : `log ${event} ${part}`);
    },
    now: () => 0,
  });
  const running = runLifecycle({
    parts: parts(happened),
    log,
    signals,
    exit: (code) => happened.push(`exit ${code}`),
    onStopping: () => happened.push('unready'),
    ...options,
  });
  return { happened, signals, running };
}

const part = (name: string, happened: string[]): Part => ({
  name,
  start: () => void happened.push(`start ${name}`),
  stop: () => void happened.push(`stop ${name}`),
});

const twoParts = (happened: string[]) => [part('a', happened), part('b', happened)];

test('parts start in order, stop in reverse on SIGTERM, and the program exits 0', async () => {
  const { happened, signals, running } = trial(twoParts);
  await running;
  signals.emit('SIGTERM');
  await vi.advanceTimersByTimeAsync(0);
  expect(happened).toEqual([
    ...['start a', 'start b'],
    ...['log stopping', 'unready', 'stop b', 'stop a', 'log stopped', 'exit 0'],
  ]);
});

test('SIGINT does the same', async () => {
  const { happened, signals, running } = trial(twoParts);
  await running;
  signals.emit('SIGINT');
  await vi.advanceTimersByTimeAsync(0);
  expect(happened.at(-1)).toBe('exit 0');
});

test('everything goes on while it drains, but readiness has ended', async () => {
  const { happened, signals, running } = trial(twoParts, { drainMs: 5000 });
  await running;
  signals.emit('SIGTERM');
  await vi.advanceTimersByTimeAsync(4999);
  expect(happened.slice(2)).toEqual(['log stopping', 'unready']);
  await vi.advanceTimersByTimeAsync(1);
  expect(happened.slice(4)).toEqual(['stop b', 'stop a', 'log stopped', 'exit 0']);
});

test('a second signal ends the program at once', async () => {
  const { happened, signals, running } = trial(twoParts, { drainMs: 5000 });
  await running;
  signals.emit('SIGTERM');
  signals.emit('SIGINT');
  expect(happened.at(-1)).toBe('exit 1');
});

test('when a part does not start, it and those before it are stopped and the error says which', async () => {
  const cause = new Error('address in use');
  const { happened, running } = trial((list) => [
    part('a', list),
    { ...part('b', list), start: () => Promise.reject(cause) },
    part('c', list),
  ]);
  await expect(running).rejects.toMatchObject({ message: 'b did not start', cause });
  expect(happened).toEqual(['start a', 'stop b', 'stop a']);
});

test('a part that fails to stop does not keep the others', async () => {
  const { happened, signals, running } = trial((list) => [
    part('a', list),
    { ...part('b', list), stop: () => Promise.reject(new Error('broken')) },
  ]);
  await running;
  signals.emit('SIGTERM');
  await vi.advanceTimersByTimeAsync(0);
  expect(happened.slice(-4)).toEqual(['log stop-failed b', 'stop a', 'log stopped', 'exit 0']);
});

test('a part that never stops is left behind', async () => {
  const hangs = (list: string[]) => [{ ...part('a', list), stop: () => new Promise<void>(() => undefined) }];
  const { happened, signals, running } = trial(hangs, { stopTimeoutMs: 2000 });
  await running;
  signals.emit('SIGTERM');
  await vi.advanceTimersByTimeAsync(1999);
  expect(happened.at(-1)).not.toBe('exit 0');
  await vi.advanceTimersByTimeAsync(1);
  expect(happened.slice(-3)).toEqual(['log stop-timeout', 'log stopped', 'exit 0']);
});

test('a signal during the start keeps later parts from starting', async () => {
  let release = (): void => undefined;
  const slow = (list: string[]) => [
    part('a', list),
    { ...part('b', list), start: () => new Promise<void>((resolve) => (release = resolve)) },
    part('c', list),
  ];
  const { happened, signals, running } = trial(slow);
  await vi.advanceTimersByTimeAsync(0);
  signals.emit('SIGTERM');
  release();
  await running;
  await vi.advanceTimersByTimeAsync(0);
  expect(happened).not.toContain('start c');
  expect(happened).toContain('stop b');
  expect(happened.at(-1)).toBe('exit 0');
});
