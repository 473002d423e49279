/** The line that shows what a command waits for. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLateProgress } from '../../../cli/terminal/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => (stream.read() as string | null) ?? '' };
}

test('nothing is shown within a second, then the latest, and in the end the line is empty', () => {
  const { stream, text } = terminal(true);
  const progress = startLateProgress('begins', stream);
  progress.show('1 of 3');
  vi.advanceTimersByTime(999);
  expect(text()).toBe('');
  vi.advanceTimersByTime(1);
  expect(text()).toContain('1 of 3');
  progress.show('2 of 3');
  expect(text()).toContain('2 of 3');
  progress.end();
  expect(text()).toBe('\r\u001b[K');
});

test('while nothing else has a turn it is shown at the first word after a second, or before what is long', () => {
  const { stream, text } = terminal(true);
  const progress = startLateProgress('begins', stream);
  vi.setSystemTime(0);
  progress.show('1 of 3');
  expect(text()).toBe('');
  progress.show('2 of 3', true);
  expect(text()).toContain('2 of 3');
  progress.end();
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const busy = startLateProgress('begins', stream);
  text();
  now.mockReturnValue(999);
  busy.show('1 of 3');
  expect(text()).toBe('');
  now.mockReturnValue(1000);
  busy.show('2 of 3');
  expect(text()).toContain('2 of 3');
  busy.end();
  vi.advanceTimersByTime(5000);
  expect(text()).toBe('\r\u001b[K');
  now.mockRestore();
});

test('what ends within a second leaves no line', () => {
  const { stream, text } = terminal(true);
  startLateProgress('begins', stream).end();
  vi.advanceTimersByTime(5000);
  expect(text()).toBe('');
});

test('where the output is no terminal nothing is shown', () => {
  const { stream, text } = terminal(false);
  const progress = startLateProgress('begins', stream);
  vi.advanceTimersByTime(5000);
  progress.show('1 of 3');
  progress.end();
  expect(text()).toBe('');
});
