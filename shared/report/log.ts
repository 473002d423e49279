/** The log of both programs: JSON lines, at a level that can change while the program runs. */
import { logLevels, type LogLevel } from '../values/log-level.ts';
import type { LogArguments, LogEventOf } from './log-events.ts';

export { logLevels, type LogLevel } from '../values/log-level.ts';

/** One JSON object per line: time, level, event, then the event's fields, as the tables of log-events.ts have them. */
export interface Log {
  error<Event extends LogEventOf<'error'>>(event: Event, ...fields: LogArguments<Event>): void;
  warn<Event extends LogEventOf<'warn'>>(event: Event, ...fields: LogArguments<Event>): void;
  info<Event extends LogEventOf<'info'>>(event: Event, ...fields: LogArguments<Event>): void;
  debug<Event extends LogEventOf<'debug'>>(event: Event, ...fields: LogArguments<Event>): void;
  /** Whether the log writes lines of this level: callers need not prepare costly fields that nobody reads. */
  enabled(level: LogLevel): boolean;
  setLevel(level: LogLevel): void;
}

/** Fields of a line by their names. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogOptions {
  level: LogLevel;
  /** Receives the line with its newline. */
  write(line: string): void;
  /** Wall clock, milliseconds since 1970. */
  now(): number;
}

/** Causes deeper than this are left out: a chain may be cyclic. */
const maxCauses = 5;

export function createLog({ level: initialLevel, write, now }: LogOptions): Log {
  let limit = logLevels.indexOf(initialLevel);
  const enabled = (level: LogLevel): boolean => logLevels.indexOf(level) <= limit;
  const line = (level: LogLevel, event: string, fields: LogFields = {}): void => {
    if (enabled(level)) write(`${formatLine({ time: new Date(now()).toISOString(), level, event }, fields)}\n`);
  };
  return {
    error: (event, ...[fields]) => line('error', event, fields),
    warn: (event, ...[fields]) => line('warn', event, fields),
    info: (event, ...[fields]) => line('info', event, fields),
    debug: (event, ...[fields]) => line('debug', event, fields),
    enabled,
    setLevel: (level) => {
      limit = logLevels.indexOf(level);
    },
  };
}

function formatLine(head: LogFields, fields: LogFields): string {
  try {
    const line = { ...head, ...fields, ...head };
    // A replacer is called for each member of each: four times as slow.
    return Object.values(fields).every(isPlain) ? JSON.stringify(line) : JSON.stringify(line, plainValue);
  } catch (error) {
    return JSON.stringify({ ...head, unloggable: String(error) });
  }
}

/** Whether JSON takes the value as it is. */
function isPlain(value: unknown): boolean {
  return typeof value === 'object' ? Array.isArray(value) && value.every(isText) : typeof value !== 'bigint';
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function plainValue(_key: string, value: unknown): unknown {
  if (value instanceof Error) return describeError(value);
  return typeof value === 'bigint' ? value.toString() : value;
}

/** What a log line says about an error: name, code, message, and the same of its causes. The stack stays out. */
export function describeError(error: unknown, depth = 0): LogFields {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && error.code !== undefined ? { code: error.code } : {};
  const cause = error.cause !== undefined && depth < maxCauses ? { cause: describeError(error.cause, depth + 1) } : {};
  return { name: error.name, ...code, message: error.message, ...cause };
}
