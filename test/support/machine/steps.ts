/** Shows the steps of a long command, and waits for what comes in time. */
import { styleText } from 'node:util';

/**
 * Runs one named step and shows it with the time it took.
 * A long step names itself before it starts, so that the reader knows what is going on.
 */
export async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const startedMs = performance.now();
  const interactive = process.stdout.isTTY;
  if (interactive) process.stdout.write(`  … ${name}`);
  else process.stdout.write(`  … ${name}\n`);
  const line = (mark: string) =>
    `${interactive ? '\r\u001B[K' : ''}  ${mark} ${name} ${styleText('dim', seconds(performance.now() - startedMs))}\n`;
  try {
    const result = await work();
    process.stdout.write(line(styleText('green', '✓')));
    return result;
  } catch (error) {
    process.stdout.write(line(styleText('red', '✗')));
    throw error;
  }
}

export function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/** Waits until `condition` gives a value; the error names what was waited for and the last thing seen. */
export async function until<Result>(
  what: string,
  timeoutMs: number,
  condition: () => Promise<Result | undefined>,
  pauseMs = 100,
): Promise<Result> {
  const endMs = performance.now() + timeoutMs;
  let lastError: unknown;
  while (performance.now() < endMs) {
    try {
      const result = await condition();
      if (result !== undefined) return result;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const detail = lastError instanceof Error ? `: ${lastError.message}` : '';
  throw new Error(`${what}: not within ${seconds(timeoutMs)}${detail}`, { cause: lastError });
}
