/**
 * Entries of one or more stores under one budget in bytes. What was never used again since it came goes first (SIEVE, Zhang et
 * al., NSDI 2024), so that a flood of names that are asked once does not push out those that are asked all the time.
 */
export interface Budget {
  /** A store of its own keys; its entries count with those of all others. */
  createStore<One extends Entry>(): Store<One>;
  /** It goes before all others, because what it is good for is held in another entry, too; until it is used again. */
  setAside(entry: Entry): void;
  /** Entries that no longer fit go at once. */
  setMaxBytes(maxBytes: number): void;
  readonly bytes: number;
  readonly evictions: number;
}

export interface Store<One extends Entry> {
  /** Counts as used. */
  get(key: One['key']): One | undefined;
  /** Does not count as used. */
  peek(key: One['key']): One | undefined;
  /** In place of an earlier one. An entry of more than its share is not kept, and neither is the earlier one. */
  set(entry: One, bytes: number): void;
  delete(key: One['key']): void;
  deleteWhere(isGone: (entry: One) => boolean): void;
  clear(): void;
  /** None of them counts as used. */
  entries(): Iterable<One>;
  readonly size: number;
}

/** What stores keep extends it: an object of its own for the place of each would be a fifth of the budget. */
export class Entry<Key extends string | number = string | number> {
  readonly key: Key;
  /** Of the budget's alone, as all below. */
  bytes = 0;
  standing: 'unused' | 'used' | 'aside' = 'unused';
  entries: Map<string | number, Entry> | undefined = undefined;
  /** Towards the youngest, and towards the oldest. */
  younger: Entry | undefined = undefined;
  older: Entry | undefined = undefined;

  constructor(key: Key) {
    this.key = key;
  }
}

/** In the order in which they came. */
interface Line {
  youngest: Entry | undefined;
  oldest: Entry | undefined;
}

/** No entry may take more than this part of the budget. */
const largestShare = 1 / 16;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the entries
export function createBudget(initialMaxBytes: number): Budget {
  let maxBytes = initialMaxBytes;
  let bytes = 0;
  let evictions = 0;
  const line: Line = { youngest: undefined, oldest: undefined };
  const aside: Line = { youngest: undefined, oldest: undefined };
  /** Where the next search for something to evict begins. */
  let hand: Entry | undefined;

  const lineOf = (entry: Entry): Line => (entry.standing === 'aside' ? aside : line);

  function unlink(entry: Entry): void {
    if (hand === entry) hand = entry.younger;
    leave(lineOf(entry), entry);
  }

  function remove(entry: Entry): void {
    unlink(entry);
    entry.entries?.delete(entry.key);
    entry.entries = undefined;
    bytes -= entry.bytes;
  }

  function moveTo(standing: Entry['standing'], entry: Entry): void {
    unlink(entry);
    entry.standing = standing;
    append(lineOf(entry), entry);
  }

  function use(entry: Entry): void {
    if (entry.standing === 'aside') moveTo('used', entry);
    else entry.standing = 'used';
  }

  /** What SIEVE lets go. */
  function sieve(): Entry | undefined {
    let entry = hand ?? line.oldest;
    while (entry?.standing === 'used') {
      entry.standing = 'unused';
      entry = entry.younger ?? line.oldest;
    }
    hand = entry;
    return entry;
  }

  /** False: there is nothing left. */
  function evictOne(): boolean {
    const entry = aside.oldest ?? sieve();
    if (entry === undefined) return false;
    remove(entry);
    evictions += 1;
    return true;
  }

  const isFull = (neededBytes: number): boolean => bytes + neededBytes > maxBytes;

  function fit(neededBytes: number): void {
    while (isFull(neededBytes) && evictOne());
  }

  function createStore<One extends Entry>(): Store<One> {
    const entries = new Map<string | number, One>();
    return {
      get(key) {
        const entry = entries.get(key);
        if (entry !== undefined) use(entry);
        return entry;
      },
      peek: (key) => entries.get(key),
      set(entry, size) {
        const before = entries.get(entry.key);
        if (before !== undefined) remove(before);
        if (size > maxBytes * largestShare) return;
        fit(size);
        entry.bytes = size;
        entry.standing = before?.standing === 'used' ? 'used' : 'unused';
        entry.entries = entries;
        entries.set(entry.key, entry);
        bytes += size;
        append(line, entry);
      },
      delete(key) {
        const entry = entries.get(key);
        if (entry !== undefined) remove(entry);
      },
      deleteWhere(isGone) {
        for (const entry of entries.values()) if (isGone(entry)) remove(entry);
      },
      clear() {
        for (const entry of entries.values()) remove(entry);
      },
      entries: () => entries.values(),
      get size() {
        return entries.size;
      },
    };
  }

  return {
    createStore,
    setAside(entry) {
      if (entry.entries !== undefined && entry.standing !== 'aside') moveTo('aside', entry);
    },
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

function append(line: Line, entry: Entry): void {
  entry.older = line.youngest;
  if (line.youngest === undefined) line.oldest = entry;
  else line.youngest.younger = entry;
  line.youngest = entry;
}

function leave(line: Line, entry: Entry): void {
  if (entry.older === undefined) line.oldest = entry.younger;
  else entry.older.younger = entry.younger;
  if (entry.younger === undefined) line.youngest = entry.older;
  else entry.younger.older = entry.older;
  entry.younger = undefined;
  entry.older = undefined;
}
