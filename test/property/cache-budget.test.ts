/** The budget of the caches against a model of SIEVE that is written from the paper, with one list for all stores. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget, Entry } from '../../sidecar/cache/budget.ts';
import type { Budget, Store } from '../../sidecar/cache/budget.ts';

interface ModelEntry {
  readonly store: number;
  readonly key: string;
  readonly value: number;
  readonly bytes: number;
  used: boolean;
}

class One extends Entry<string> {
  readonly value: number;

  constructor(key: string, value: number) {
    super(key);
    this.value = value;
  }
}

/** Entries from the oldest to the youngest, with the place where the hand stands, and in front of them those set aside. */
class Model {
  line: ModelEntry[] = [];
  aside: ModelEntry[] = [];
  maxBytes: number;
  evictions = 0;
  #hand: ModelEntry | undefined;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get entries(): ModelEntry[] {
    return [...this.aside, ...this.line];
  }

  get bytes(): number {
    return this.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  find(store: number, key: string): ModelEntry | undefined {
    return this.entries.find((entry) => entry.store === store && entry.key === key);
  }

  set(store: number, key: string, value: number, bytes: number): void {
    const before = this.find(store, key);
    if (before !== undefined) this.remove(before);
    if (bytes > this.maxBytes / 16) return;
    this.fit(bytes);
    this.line.push({ store, key, value, bytes, used: before?.used === true });
  }

  fit(neededBytes: number): void {
    while (this.bytes + neededBytes > this.maxBytes && this.entries.length > 0) this.#evict();
  }

  /** The hand stands on what comes next. */
  remove(entry: ModelEntry): void {
    const place = this.line.indexOf(entry);
    if (this.#hand === entry) this.#hand = this.line[place + 1];
    this.line = this.line.filter((one) => one !== entry);
    this.aside = this.aside.filter((one) => one !== entry);
  }

  use(entry: ModelEntry): void {
    if (this.aside.includes(entry)) {
      this.remove(entry);
      this.line.push(entry);
    }
    entry.used = true;
  }

  setAside(entry: ModelEntry): void {
    if (this.aside.includes(entry)) return;
    this.remove(entry);
    entry.used = false;
    this.aside.push(entry);
  }

  #evict(): void {
    const evicted = this.aside[0] ?? this.#sieve();
    this.remove(evicted);
    this.evictions += 1;
  }

  #sieve(): ModelEntry {
    let place = this.#hand === undefined ? 0 : this.line.indexOf(this.#hand);
    for (; this.line[place]?.used === true; place = (place + 1) % this.line.length) {
      const passed = this.line[place];
      if (passed !== undefined) passed.used = false;
    }
    const evicted = this.line[place];
    if (evicted === undefined) throw new Error('nothing to evict');
    this.#hand = evicted;
    return evicted;
  }
}

const key = fc.nat({ max: 30 }).map(String);
const store = fc.nat({ max: 1 });
const operation = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('set' as const), store, key, bytes: fc.nat({ max: 90 }) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('get' as const), store, key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('peek' as const), store, key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), store, key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set aside' as const), store, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete where' as const), store, rest: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), store }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bound' as const), bytes: fc.nat({ max: 1500 }) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

/** What both find, which must be the same. */
function perform(model: Model, budget: Budget, stores: readonly Store<One>[], one: Operation, value: number): void {
  if (one.do === 'bound') {
    model.maxBytes = one.bytes;
    model.fit(0);
    budget.setMaxBytes(one.bytes);
    return;
  }
  const real = stores[one.store];
  if (real === undefined) throw new Error('no such store');
  const own = model.entries.filter((entry) => entry.store === one.store);
  switch (one.do) {
    case 'set':
      model.set(one.store, one.key, value, one.bytes);
      return real.set(new One(one.key, value), one.bytes);
    case 'get': {
      const entry = model.find(one.store, one.key);
      expect(real.get(one.key)?.value).toBe(entry?.value);
      if (entry !== undefined) model.use(entry);
      return;
    }
    case 'peek':
      return expect(real.peek(one.key)?.value).toBe(model.find(one.store, one.key)?.value);
    case 'set aside': {
      const entry = model.find(one.store, one.key);
      const held = real.peek(one.key);
      if (entry !== undefined) model.setAside(entry);
      return held && budget.setAside(held);
    }
    case 'delete':
      own.filter((entry) => entry.key === one.key).forEach((entry) => model.remove(entry));
      return real.delete(one.key);
    case 'delete where':
      own.filter((entry) => entry.value % 5 === one.rest).forEach((entry) => model.remove(entry));
      return real.deleteWhere((other) => other.value % 5 === one.rest);
    case 'clear':
      own.forEach((entry) => model.remove(entry));
      return real.clear();
  }
}

describe('the budget', () => {
  it('does what SIEVE does, and never holds more bytes than it may', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1500 }), fc.array(operation, { maxLength: 200 }), (maxBytes, operations) => {
        const model = new Model(maxBytes);
        const budget = createBudget(maxBytes);
        const stores = [budget.createStore<One>(), budget.createStore<One>()];
        for (const [value, one] of operations.entries()) {
          perform(model, budget, stores, one, value);
          expect(budget.bytes).toBe(model.bytes);
          expect(budget.bytes).toBeLessThanOrEqual(model.maxBytes);
          expect(budget.evictions).toBe(model.evictions);
          expect(stores.map(({ size }) => size)).toEqual(
            stores.map((_, index) => model.entries.filter((entry) => entry.store === index).length),
          );
        }
        for (const { store: index, key: known, value } of model.entries)
          expect(stores[index]?.peek(known)?.value).toBe(value);
      }),
      { seed: 20_261, numRuns: 500 },
    );
  });

  it('forgets what was set aside and is not held any more', () => {
    const budget = createBudget(1600);
    const entries = budget.createStore<One>();
    const [gone, other] = [new One('gone', 1), new One('other', 2)];
    entries.set(gone, 100);
    entries.delete('gone');
    budget.setAside(gone);
    entries.set(other, 100);
    budget.setMaxBytes(150);
    expect([budget.evictions, budget.bytes, entries.size]).toEqual([0, 100, 1]);
  });

  it('keeps fifty names that are used through a hundred thousand that are seen once, in whatever store', () => {
    const entryBytes = 600;
    const budget = createBudget(1024 * 1024);
    const used = budget.createStore<One>();
    const seenOnce = budget.createStore<One>();
    let lost = 0;
    for (let name = 0; name < 50; name++) used.set(new One(String(name), name), entryBytes);
    for (let name = 0; name < 100_000; name++) {
      const store = name % 2 === 0 ? seenOnce : used;
      store.set(new One(`random ${name}`, name), entryBytes);
      if (name % 10 === 0 && used.get(String((name / 10) % 50)) === undefined) lost += 1;
    }
    expect(lost).toBe(0);
    expect(used.size + seenOnce.size).toBe(Math.floor((1024 * 1024) / entryBytes));
    expect(budget.evictions).toBe(100_050 - used.size - seenOnce.size);
  });
});
