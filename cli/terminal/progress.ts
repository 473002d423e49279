/** The line that says what a command is waiting for. */
import { mayMoveCursor, print, styled } from './output.ts';

export interface Progress {
  show(text: string): void;
  end(): void;
}

const eraseLine = '\r\x1b[K';
/** What is over sooner needs no word. */
const quietMs = 1000;

/**
 * One line that is written over. On a terminal that forbids it the first text is printed once, when it has lasted a
 * second; where the output is no terminal, nothing is.
 */
export function startProgress(first: string): Progress {
  if (!process.stdout.isTTY) return { show() {}, end() {} };
  if (!mayMoveCursor()) {
    const timer = setTimeout(() => print(first), quietMs);
    return { show() {}, end: () => clearTimeout(timer) };
  }
  const show = (text: string) => void process.stdout.write(eraseLine + styled('dim', text));
  show(first);
  return { show, end: () => void process.stdout.write(eraseLine) };
}
