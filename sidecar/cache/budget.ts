/**
 * Entries of one or more stores under one budget in bytes. What was never used again since it came goes first (SIEVE, Zhang et
 * al., NSDI 2024), so that a flood of names that are asked once does not push out those that are asked all the time.
 */
export interface Budget {
  /** A store of its own keys; its entries count with those of all others. */
  createStore<Value>(): Store<Value>;
  /** Entries that no longer fit go at once. */
  setMaxBytes(maxBytes: number): void;
  readonly bytes: number;
  readonly evictions: number;
}

export interface Store<Value> {
  /** Counts as used. */
  get(key: string): Value | undefined;
  /** Does not count as used. */
  peek(key: string): Value | undefined;
  /** In place of an earlier one. An entry of more than its share is not kept, and neither is the earlier one. */
  set(key: string, value: Value, bytes: number): void;
  delete(key: string): void;
  deleteWhere(isGone: (value: Value) => boolean): void;
  clear(): void;
  /** None of them counts as used. */
  entries(): Iterable<readonly [key: string, value: Value]>;
  readonly size: number;
}

/** No entry may take more than this part of the budget. */
const largestShare = 1 / 16;

interface Node {
  readonly key: string;
  readonly entries: Map<string, Node>;
  value: unknown;
  bytes: number;
  used: boolean;
  /** Towards the youngest, and towards the oldest. */
  younger: Node | undefined;
  older: Node | undefined;
}

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the entries
export function createBudget(initialMaxBytes: number): Budget {
  let maxBytes = initialMaxBytes;
  let bytes = 0;
  let evictions = 0;
  let youngest: Node | undefined;
  let oldest: Node | undefined;
  /** Where the next search for something to evict begins. */
  let hand: Node | undefined;

  function link(node: Node): void {
    node.older = youngest;
    if (youngest === undefined) oldest = node;
    else youngest.younger = node;
    youngest = node;
  }

  function remove(node: Node): void {
    if (hand === node) hand = node.younger;
    if (node.older === undefined) oldest = node.younger;
    else node.older.younger = node.younger;
    if (node.younger === undefined) youngest = node.older;
    else node.younger.older = node.older;
    node.younger = undefined;
    node.older = undefined;
    node.entries.delete(node.key);
    bytes -= node.bytes;
  }

  /** False: there is nothing left. */
  function evictOne(): boolean {
    let node = hand ?? oldest;
    while (node?.used === true) {
      node.used = false;
      node = node.younger ?? oldest;
    }
    if (node === undefined) return false;
    hand = node;
    remove(node);
    evictions += 1;
    return true;
  }

  const isFull = (neededBytes: number): boolean => bytes + neededBytes > maxBytes;

  function fit(neededBytes: number): void {
    while (isFull(neededBytes) && evictOne());
  }

  function createStore<Value>(): Store<Value> {
    const entries = new Map<string, Node>();
    return {
      get(key) {
        const node = entries.get(key);
        if (node === undefined) return undefined;
        node.used = true;
        return node.value as Value;
      },
      peek: (key) => entries.get(key)?.value as Value | undefined,
      set(key, value, size) {
        const before = entries.get(key);
        if (before !== undefined) remove(before);
        if (size > maxBytes * largestShare) return;
        fit(size);
        const used = before?.used === true;
        const node: Node = { key, entries, value, bytes: size, used, younger: undefined, older: undefined };
        entries.set(key, node);
        bytes += size;
        link(node);
      },
      delete(key) {
        const node = entries.get(key);
        if (node !== undefined) remove(node);
      },
      deleteWhere(isGone) {
        for (const node of entries.values()) if (isGone(node.value as Value)) remove(node);
      },
      clear() {
        for (const node of entries.values()) remove(node);
      },
      *entries() {
        for (const { key, value } of entries.values()) yield [key, value as Value] as const;
      },
      get size() {
        return entries.size;
      },
    };
  }

  return {
    createStore,
    setMaxBytes(next) {
      maxBytes = next;
      fit(0);
    },
    get bytes() {
      return bytes;
    },
    get evictions() {
      return evictions;
    },
  };
}
