/** Ctrl-C ends a command at once, with the exit code that says so. */
import { exitCodes } from './exit-codes.ts';

/** @param cleaned called before the end, to take a line of progress away */
export function exitOnInterrupt(cleaned: () => void = () => {}): void {
  process.once('SIGINT', () => {
    cleaned();
    process.exit(exitCodes.interrupted);
  });
}

/** The first Ctrl-C asks for what there is so far, the second one ends at once. */
export function stopOnInterrupt(cleaned: () => void = () => {}): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    exitOnInterrupt(cleaned);
  });
  return controller.signal;
}
