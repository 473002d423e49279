/** The line that says what a command is waiting for. */
import { mayMoveCursor, styled } from './output.ts';

export interface Progress {
  show(text: string): void;
  end(): void;
}

export interface LateProgress extends Progress {
  /** @param isLong what begins now lasts longer than a second by itself, and says nothing while it does */
  show(text: string, isLong?: boolean): void;
}

const eraseLine = '\r\x1b[K';
/** What is over sooner needs no word. */
const quietMs = 1000;

/**
 * One line that is written over. On a terminal that forbids it the first text is printed once, when it has lasted a
 * second; where the output is no terminal, nothing is.
 */
export function startProgress(first: string, stream: NodeJS.WriteStream = process.stdout): Progress {
  if (!stream.isTTY) return { show() {}, end() {} };
  if (!mayMoveCursor(stream)) {
    const timer = setTimeout(() => void stream.write(`${first}\n`), quietMs);
    return { show() {}, end: () => clearTimeout(timer) };
  }
  const show = (text: string) => void stream.write(eraseLine + styled('dim', text, stream));
  show(first);
  return { show, end: () => void stream.write(eraseLine) };
}

/** On standard error, and not before a second has gone by: results stand alone on standard output. */
export function startLateProgress(first: string, stream: NodeJS.WriteStream = process.stderr): LateProgress {
  const startMs = performance.now();
  let latest = first;
  let progress: Progress | undefined;
  const begin = (): void => {
    progress ??= startProgress(latest, stream);
  };
  const timer = setTimeout(begin, quietMs);
  return {
    show(text, isLong = false) {
      latest = text;
      progress?.show(text);
      // A timer has no turn while files are read.
      if (isLong || performance.now() - startMs >= quietMs) begin();
    },
    end() {
      clearTimeout(timer);
      progress?.end();
      progress = undefined;
    },
  };
}
