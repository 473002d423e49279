/** A program's log on standard output, with a bound on what nobody reads. */
import { createLog, type Log, type LogLevel } from './log.ts';

/** Standard output, or a stand-in in tests. */
export interface LogOutput {
  /** What was written and no reader has taken yet. */
  readonly writableLength: number;
  write(text: string): unknown;
  on(event: 'drain' | 'error', handler: () => void): unknown;
}

export interface OutputLogOptions {
  readonly level: LogLevel;
  readonly output: LogOutput;
  /** Wall clock, milliseconds since 1970. */
  now(): number;
}

/** Lines that no reader has taken wait in the heap, of which the sidecar has 45 MiB. */
const maxWaitingBytes = 1024 * 1024;

/**
 * A program's log. Whoever reads it may stand still or go away; that is no reason to stop answering. Lines beyond
 * `maxWaitingBytes` are dropped until all that waits has been read; a line in their place says how many they were.
 */
export function createOutputLog({ level, output, now }: OutputLogOptions): Log {
  let dropped = 0;

  function write(line: string): void {
    const isFull = dropped > 0 ? output.writableLength > 0 : output.writableLength > maxWaitingBytes;
    if (isFull) {
      dropped += 1;
      return;
    }
    tellDropped();
    output.write(line);
  }

  function tellDropped(): void {
    if (dropped === 0 || output.writableLength > 0) return;
    const count = dropped;
    dropped = 0;
    // An error, because lines of any level may be among them.
    log.error('log-lines-dropped', { count });
  }

  const log = createLog({ level, write, now });
  output.on('drain', tellDropped);
  output.on('error', () => undefined);
  return log;
}
