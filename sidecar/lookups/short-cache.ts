/** A cache of what is needed for a short time under a key: bounded in time and weight, the oldest goes first. */
export interface ShortCache<Value> {
  get(key: string, now: number): Value | undefined;
  set(key: string, value: Value, now: number): void;
  readonly size: number;
  /** Nothing that could be found at this time. */
  isEmpty(now: number): boolean;
}

interface Entry<Value> {
  readonly value: Value;
  readonly until: number;
  readonly weight: number;
}

/** `now` and `lifetimeMs` in milliseconds of one monotonic clock. Every value weighs 1 unless `weigh` says more. */
export function createShortCache<Value>(
  lifetimeMs: number,
  capacity: number,
  weigh: (value: Value) => number = () => 1,
): ShortCache<Value> {
  const entries = new Map<string, Entry<Value>>();
  let total = 0;
  let lastUntil = -Infinity;

  function remove(key: string): void {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  }

  return {
    get(key, now) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.until > now) return entry.value;
      remove(key);
      return undefined;
    },
    set(key, value, now) {
      const weight = weigh(value);
      // Insertion order is age order, because every entry lives equally long.
      remove(key);
      for (const [oldKey, old] of entries) {
        if (old.until > now && total + weight <= capacity) break;
        remove(oldKey);
      }
      lastUntil = now + lifetimeMs;
      entries.set(key, { value, until: lastUntil, weight });
      total += weight;
    },
    isEmpty: (now) => now >= lastUntil,
    get size() {
      return entries.size;
    },
  };
}
