/**
 * Sockets on which a silent server may still answer after its lookup has gone on, or is over. They are few: what they are
 * for is to hear of the server once, and the oldest, which have waited longest, stay.
 */
export interface LingeringSockets {
  /** Calls `close` after `forMs`, or at once where there are `max` already. The returned function closes sooner. */
  keep(close: () => void, forMs: number, max: number): () => void;
}

export function createLingeringSockets(setTimer: (afterMs: number, run: () => void) => () => void): LingeringSockets {
  let held = 0;
  return {
    keep(close, forMs, max) {
      if (forMs <= 0 || held >= max) {
        close();
        return () => {};
      }
      held += 1;
      let isOpen = true;
      const end = (): void => {
        if (!isOpen) return;
        isOpen = false;
        held -= 1;
        cancelTimer();
        close();
      };
      const cancelTimer = setTimer(forMs, end);
      return end;
    },
  };
}
