/** The form of log lines. */
import { expect, test } from 'vitest';
import { createLog, describeError, type LogLevel } from '../../../../shared/report/log.ts';
import { freeLog } from './free-log.ts';

function recordingLog(level: LogLevel) {
  const lines: string[] = [];
  const options = { level, write: (line: string) => lines.push(line), now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
  const log = freeLog(createLog(options));
  return { log, lines };
}

test('one JSON object per line: time, level, event, then the fields', () => {
  const { log, lines } = recordingLog('info');
  log.info('listening', { address: '127.0.0.1:53', count: 2n });
  expect(lines).toEqual([
    '{"time":"2026-01-02T03:04:05.006Z","level":"info","event":"listening","address":"127.0.0.1:53","count":"2"}\n',
  ]);
});

test('a level includes the more important ones, and can be changed', () => {
  const { log, lines } = recordingLog('warn');
  log.error('a');
  log.warn('b');
  log.info('c');
  expect(lines).toHaveLength(2);
  expect([log.enabled('warn'), log.enabled('info')]).toEqual([true, false]);
  log.setLevel('debug');
  log.debug('d');
  expect(lines).toHaveLength(3);
});

test('a field cannot take the place of time, level or event, nor end the line', () => {
  const { log, lines } = recordingLog('info');
  log.info('event', { event: 'forged', level: 'error', text: 'two\nlines' });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'event', level: 'info', text: 'two\nlines' });
  expect(lines[0]?.trimEnd()).not.toContain('\n');
});

test('an error carries its code and the chain of its causes', () => {
  const { log, lines } = recordingLog('info');
  const inner = Object.assign(new Error('address in use'), { code: 'EADDRINUSE' });
  log.error('start-failed', { error: new TypeError('listener did not start', { cause: inner }) });
  expect(JSON.parse(lines[0] ?? '').error).toEqual({
    name: 'TypeError',
    message: 'listener did not start',
    cause: { name: 'Error', code: 'EADDRINUSE', message: 'address in use' },
  });
});

test('what cannot be written as JSON does not end the program', () => {
  const { log, lines } = recordingLog('info');
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  log.info('odd', { cyclic });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'odd', unloggable: expect.stringContaining('circular') });
});

test('a chain of causes that bites its tail has an end', () => {
  const error = new Error('a');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).length).toBeLessThan(1000);
  expect(describeError('text')).toEqual({ message: 'text' });
});
