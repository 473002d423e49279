/** Which containers are to be looked at: several at once, each of them by one look at a time, and again where it was asked for meanwhile. */

export interface Looks {
  /** Once more, if it is being looked at. */
  want(id: string): void;
  /** Nothing begins until `resume`. */
  pause(): void;
  resume(): void;
  /** Nobody is looked at, and nobody shall be. */
  readonly isIdle: boolean;
  clear(): void;
}

export function createLooks(maxAtOnce: number, look: (id: string) => Promise<void>): Looks {
  const wanted = new Set<string>();
  const running = new Set<string>();
  let isPaused = false;

  async function run(id: string): Promise<void> {
    running.add(id);
    try {
      await look(id);
    } finally {
      running.delete(id);
      begin();
    }
  }

  function begin(): void {
    if (isPaused) return;
    for (const id of wanted) {
      if (running.size >= maxAtOnce) return;
      if (running.has(id)) continue;
      wanted.delete(id);
      void run(id);
    }
  }

  return {
    want(id) {
      wanted.add(id);
      begin();
    },
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      begin();
    },
    get isIdle() {
      return wanted.size === 0 && running.size === 0;
    },
    clear: () => wanted.clear(),
  };
}
