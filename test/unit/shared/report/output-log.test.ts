/** The log where its reader is slow or gone. */
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutputLog } from '../../../../shared/report/output-log.ts';
import { freeLog } from './free-log.ts';

/** A stream whose reader takes nothing until it is told to. */
function stallingOutput() {
  const taken: string[] = [];
  let isReading = false;
  let next: () => void = () => undefined;
  const output = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      taken.push(text);
      if (isReading) done();
      else next = done;
    },
  });
  return {
    output,
    events: () => taken.map((text) => JSON.parse(text) as { event: string; count?: number; number?: number }),
    async read() {
      const drained = once(output, 'drain');
      isReading = true;
      next();
      await drained;
    },
    stall() {
      isReading = false;
    },
  };
}

const text = 'x'.repeat(1000);

test('what a reader that stands still does not take is bounded, and what was dropped is counted in its place', async () => {
  const { output, events, read, stall } = stallingOutput();
  const log = freeLog(createOutputLog({ level: 'error', output, now: () => 0 }));
  const count = 5000;
  for (let number = 0; number < count; number += 1) log.error('line', { number, text });
  expect(output.writableLength).toBeGreaterThan(1024 * 1024);
  expect(output.writableLength).toBeLessThan(1024 * 1024 + 2 * text.length);
  await read();
  log.error('after');

  const lines = events().filter(({ event }) => event === 'line');
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index));
  expect(events().slice(lines.length)).toEqual([
    expect.objectContaining({ event: 'log-lines-dropped', level: 'error', count: count - lines.length }),
    expect.objectContaining({ event: 'after' }),
  ]);

  // The next gap has a count of its own.
  stall();
  const before = events().length;
  for (let number = 0; number < count; number += 1) log.error('line', { number, text });
  await read();
  const again = events().slice(before);
  expect(again.at(-1)).toMatchObject({ event: 'log-lines-dropped', count: count - again.length + 1 });
});

test('a reader that takes a part does not cut the gap into many', async () => {
  let waiting = 0;
  const written: string[] = [];
  const handlers = new Map<string, () => void>();
  const log = freeLog(
    createOutputLog({
      level: 'info',
      now: () => 0,
      output: {
        get writableLength() {
          return waiting;
        },
        write: (line) => written.push(line),
        on: (event, handler) => handlers.set(event, handler),
      },
    }),
  );
  waiting = 2 * 1024 * 1024;
  log.info('one');
  waiting = 1000;
  log.info('two');
  expect(written).toEqual([]);
  // As after an error of the stream, which ends without "drain".
  waiting = 0;
  log.info('three');
  handlers.get('drain')?.();
  expect(written.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ event: 'log-lines-dropped', count: 2 }),
    expect.objectContaining({ event: 'three' }),
  ]);
});

test('a reader that went away ends nothing', () => {
  const { output } = stallingOutput();
  createOutputLog({ level: 'info', output, now: () => 0 });
  expect(() => output.emit('error', new Error('EPIPE'))).not.toThrow();
});
