/** What is made once for each key, until it is forgotten: all of it at once, where there would be too many. */
export interface BoundedMemo<Key, Value> {
  get(key: Key, make: (key: Key) => Value): Value;
  clear(): void;
}

export function createBoundedMemo<Key, Value extends object>(max: number): BoundedMemo<Key, Value> {
  const values = new Map<Key, Value>();
  return {
    get(key, make) {
      const before = values.get(key);
      if (before !== undefined) return before;
      const made = make(key);
      if (values.size >= max) values.clear();
      values.set(key, made);
      return made;
    },
    clear: () => values.clear(),
  };
}
