/** Starts the parts of a program in order, and stops them in the reverse order. */
import type { Log } from '../report/log.ts';

/** Something that runs as long as the program: a listener, a watcher. */
export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  /** Also called when `start` failed or is still under way, to give back what it has taken by then. */
  stop?(): Promise<void> | void;
}

export interface LifecycleOptions {
  /** Started in this order, stopped in the reverse order. */
  parts: readonly Part[];
  log: Log;
  /** The process, or a stand-in in tests. */
  signals: { on(signal: 'SIGTERM' | 'SIGINT', handler: () => void): unknown };
  exit(code: number): void;
  /** Called at once on a signal, before anything is stopped: readiness ends here. */
  onStopping?(): void;
  /** How long everything goes on after the signal. */
  drainMs?: number;
  /** Parts that have not stopped by then are left behind. */
  stopTimeoutMs?: number;
}

/** Below the grace period of a pod (30 s), whose end is a SIGKILL. */
const defaultStopTimeoutMs = 10_000;

/**
 * Starts the parts, then stops them on SIGTERM or SIGINT and exits 0. A second signal exits 1 at once. When a part does
 * not start, it and those before it are stopped and the promise rejects with its error.
 */
export async function runLifecycle(options: LifecycleOptions): Promise<void> {
  const { parts, log, signals, exit } = options;
  const begun: Part[] = [];
  let stopping = false;
  const stopOnSignal = (signal: string): void => {
    if (stopping) return exit(1);
    stopping = true;
    log.info('stopping', { signal, drainMs: options.drainMs ?? 0 });
    options.onStopping?.();
    void drainAndStop(options, begun).then(() => {
      log.info('stopped');
      exit(0);
    });
  };
  signals.on('SIGTERM', () => stopOnSignal('SIGTERM'));
  signals.on('SIGINT', () => stopOnSignal('SIGINT'));
  for (const part of parts) {
    if (stopping) return;
    begun.push(part);
    try {
      await part.start();
    } catch (cause) {
      if (stopping) return;
      await stopAll(begun, options);
      throw new Error(`${part.name} did not start`, { cause });
    }
  }
}

async function drainAndStop(options: LifecycleOptions, begun: readonly Part[]): Promise<void> {
  const drainMs = options.drainMs ?? 0;
  if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs));
  await stopAll(begun, options);
}

async function stopAll(begun: readonly Part[], { log, stopTimeoutMs = defaultStopTimeoutMs }: LifecycleOptions) {
  const stopEach = async (): Promise<'stopped'> => {
    for (const part of begun.toReversed()) {
      try {
        await part.stop?.();
      } catch (error) {
        log.error('stop-failed', { part: part.name, error });
      }
    }
    return 'stopped';
  };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), stopTimeoutMs);
  });
  const ended = await Promise.race([stopEach(), timeout]);
  clearTimeout(timer);
  if (ended === 'timeout') log.error('stop-timeout', { stopTimeoutMs });
}
