/** A log without its table of events. */
import type { Log, LogLevel } from '../../../../shared/report/log.ts';

type FreeCall = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** The same log for tests of how it writes: its calls take any event, with any fields. */
export function freeLog(log: Log): Readonly<Record<LogLevel, FreeCall>> & Pick<Log, 'enabled' | 'setLevel'> {
  return log as unknown as Readonly<Record<LogLevel, FreeCall>> & Pick<Log, 'enabled' | 'setLevel'>;
}
