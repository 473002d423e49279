/**
 * Bounds the upstream sockets that are open at once. What does not fit waits for one to close, in order of arrival,
 * so that a burst, or a machine that is out of file descriptors, delays queries instead of failing them. How long a
 * query waits is bounded by the search's own timers.
 */
export interface SocketBudget {
  /** Calls `open` before returning, or as soon as a place is free. */
  claim(open: (claim: SocketClaim) => void): SocketClaim;
  /** `giveUp` closes a socket that is only kept for later, if there is one; asked for before anybody has to wait. */
  onShortage(giveUp: () => boolean): void;
  readonly limit: number;
  readonly held: number;
  readonly waiting: number;
}

export interface SocketClaim {
  /** The kernel had no descriptor (EMFILE, ENFILE): `open` is called again later. */
  defer(): void;
  /** The socket is closed, or no longer wanted. */
  release(): void;
}

/** Descriptors that others close come free without notice, so waiting sockets are opened in further attempts, this often. */
const attemptMs = 20;

type ClaimState = 'waiting' | 'held' | 'released';

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function createSocketBudget(
  limit: number,
  setTimer: (delayMs: number, run: () => void) => () => void,
): SocketBudget {
  const queue = new Set<{ start(): void }>();
  let held = 0;
  let isStarting = false;
  let giveUpIdle = (): boolean => false;
  let attemptTimer: (() => void) | undefined;

  function startWaiting(): void {
    // A place that comes free meanwhile is seen by the loop.
    if (isStarting) return;
    isStarting = true;
    try {
      for (const entry of queue) {
        if (attemptTimer !== undefined || (held >= limit && !giveUpIdle())) return;
        queue.delete(entry);
        entry.start();
      }
    } finally {
      isStarting = false;
    }
  }

  function attemptLater(): void {
    attemptTimer ??= setTimer(attemptMs, () => {
      attemptTimer = undefined;
      startWaiting();
    });
  }

  return {
    claim(open) {
      let state: ClaimState = 'waiting';
      const entry = {
        start() {
          state = 'held';
          held += 1;
          try {
            open(claim);
          } catch (error) {
            // The place would else be lost for good.
            claim.release();
            throw error;
          }
        },
      };
      const claim: SocketClaim = {
        defer() {
          if (state !== 'held') return;
          held -= 1;
          state = 'waiting';
          queue.add(entry);
          attemptLater();
        },
        release() {
          const before = state;
          state = 'released';
          queue.delete(entry);
          if (before !== 'held') return;
          held -= 1;
          // A descriptor has just come free.
          attemptTimer?.();
          attemptTimer = undefined;
          startWaiting();
        },
      };
      queue.add(entry);
      startWaiting();
      return claim;
    },
    onShortage(giveUp) {
      giveUpIdle = giveUp;
    },
    limit,
    get held() {
      return held;
    },
    get waiting() {
      return queue.size;
    },
  };
}
