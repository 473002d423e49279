import { styled } from '../terminal.ts';

export interface Progress {
  show(done: number): void;
  end(): void;
}

/** One line that is written over, on a terminal only: some lookups wait seconds for a timeout. */
export function startProgress(total: number): Progress {
  const isTerminal = process.stdout.isTTY;
  const show = (done: number) => {
    if (isTerminal)
      process.stdout.write(
        `\r\x1b[K${styled('dim', `  looking up, ${done} of ${total} names done, some wait for timeouts …`)}`,
      );
  };
  show(0);
  return {
    show,
    end() {
      if (isTerminal) process.stdout.write('\r\x1b[K');
    },
  };
}
