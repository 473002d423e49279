/** What is remembered for a short time under a key: bounded in time and number, the oldest goes first. */
export interface Memory<Value> {
  get(key: string, now: number): Value | undefined;
  set(key: string, value: Value, now: number): void;
  readonly size: number;
}

/** `now` and `lifetimeMs` in milliseconds of one monotonic clock. */
export function createMemory<Value>(lifetimeMs: number, capacity: number): Memory<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.until > now) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value, now) {
      // Insertion order is age order, because every entry lives equally long.
      entries.delete(key);
      for (const [oldKey, old] of entries) {
        if (old.until > now && entries.size < capacity) break;
        entries.delete(oldKey);
      }
      entries.set(key, { value, until: now + lifetimeMs });
    },
    get size() {
      return entries.size;
    },
  };
}
