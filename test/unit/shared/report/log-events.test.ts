/** The tables of log events. */
import { expect, test } from 'vitest';
import { createLog, logLevels } from '../../../../shared/report/log.ts';
import type { LogEventDefinition, LogEventTable } from '../../../../shared/report/log-event-definition.ts';
import { programLogEvents, sidecarLogEvents, webhookLogEvents } from '../../../../shared/report/log-events.ts';

const tables: readonly LogEventTable[] = [programLogEvents, sidecarLogEvents, webhookLogEvents];
const events: [string, LogEventDefinition][] = tables.flatMap((table) => Object.entries(table));

test.each(events)('%s is complete', (name, { level, meaning, fields }) => {
  expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(logLevels).toContain(level);
  expect(meaning).toMatch(/^[A-Z].*\.$/s);
  for (const [field, { meaning: what }] of Object.entries(fields)) {
    expect(field).toMatch(/^[a-z][a-zA-Z]*$/);
    expect(['time', 'level', 'event']).not.toContain(field);
    expect(what).toMatch(/^\S.*\.$/s);
  }
});

test('no event stands in two tables', () => {
  expect(new Set(events.map(([name]) => name)).size).toBe(events.length);
});

test('the compiler knows events, levels and fields', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', now: () => 0, write: (line) => void lines.push(line) });
  log.info('ready', { version: '1.2.3' });
  log.info('ready', { version: '1.2.3', admin: [':9953'] });
  log.info('stopped');
  // @ts-expect-error -- an event that no table has
  log.info('redy', { version: '1.2.3' });
  // @ts-expect-error -- another level than the table's
  log.warn('ready', { version: '1.2.3' });
  // @ts-expect-error -- a field that the event does not have
  log.info('ready', { version: '1.2.3', uptime: 5 });
  // @ts-expect-error -- a field is missing
  log.info('ready', {});
  // @ts-expect-error -- no fields at all
  log.info('ready');
  // @ts-expect-error -- a value of another kind
  log.info('ready', { version: 3 });
  // @ts-expect-error -- an event without fields
  log.info('stopped', { version: '1.2.3' });
  expect(lines).toHaveLength(10);
});
