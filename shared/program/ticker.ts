/**
 * Calls `tick` every `periodMs`, the next one only after the last has ended. Does not keep the process alive. The returned function
 * cancels it.
 */
export function startTicks(periodMs: number, tick: () => Promise<void>): () => void {
  let isCancelled = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    timer = setTimeout(() => {
      void tick().finally(() => {
        if (!isCancelled) schedule();
      });
    }, periodMs);
    timer.unref();
  };
  schedule();
  return () => {
    isCancelled = true;
    clearTimeout(timer);
  };
}
