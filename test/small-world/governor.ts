/**
 * How many lookups are under way at a time. All timeouts are whole seconds, so what a lookup takes beyond a whole second
 * is time in which the machine was busy: the number grows while that is little, and shrinks when it is much.
 */
export interface Governor {
  /** Resolves when one more may begin. */
  begin(): Promise<void>;
  end(elapsedMs: number): void;
}

export interface GovernorLimits {
  readonly first: number;
  readonly most: number;
}

const least = 2;
const busyMs = 150;
/** One busy moment makes many lookups late; it counts once. */
const busyPauseMs = 500;

export function createGovernor({ first, most }: GovernorLimits): Governor {
  const waiting: (() => void)[] = [];
  let limit = first;
  let underWay = 0;
  let shrunkAtMs = Number.NEGATIVE_INFINITY;
  const admit = () => {
    while (underWay < Math.floor(limit)) {
      const next = waiting.shift();
      if (next === undefined) return;
      underWay++;
      next();
    }
  };
  return {
    begin: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        admit();
      }),
    end(elapsedMs) {
      underWay--;
      const nowMs = performance.now();
      if (elapsedMs % 1000 < busyMs) limit = Math.min(most, limit + 0.5);
      else if (nowMs - shrunkAtMs > busyPauseMs) {
        limit = Math.max(least, limit * 0.7);
        shrunkAtMs = nowMs;
      }
      admit();
    },
  };
}
