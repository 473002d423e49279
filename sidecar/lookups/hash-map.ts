/**
 * What is under way, by hashes of 32 bits. A `Map` keeps what has left it for a while, which then grows old in V8's heap
 * (docs/decisions/memory-is-given-back.md).
 */
export class HashMap<Value> {
  #hashes = new Int32Array(leastPlaces);
  /** Of each hash at the same place; undefined: the place is free. */
  #values: (Value | undefined)[] = freePlaces(leastPlaces);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(hash: number): boolean {
    return this.#values[this.#place(hash | 0)] !== undefined;
  }

  get(hash: number): Value | undefined {
    return this.#values[this.#place(hash | 0)];
  }

  set(hash: number, value: Value): void {
    const place = this.#place(hash | 0);
    const isNew = this.#values[place] === undefined;
    this.#hashes[place] = hash;
    this.#values[place] = value;
    if (!isNew) return;
    this.#size += 1;
    if (this.#size * 2 > this.#hashes.length) this.#move(this.#hashes.length * 2);
  }

  delete(hash: number): void {
    let free = this.#place(hash | 0);
    if (this.#values[free] === undefined) return;
    this.#size -= 1;
    const mask = this.#hashes.length - 1;
    this.#values[free] = undefined;
    // What stands behind it and would no longer be found moves up.
    for (let from = (free + 1) & mask; ; from = (from + 1) & mask) {
      const value = this.#values[from];
      if (value === undefined) break;
      const other = this.#hashes[from] ?? 0;
      const first = this.#firstPlace(other);
      if (((from - first) & mask) < ((from - free) & mask)) continue;
      this.#hashes[free] = other;
      this.#values[free] = value;
      this.#values[from] = undefined;
      free = from;
    }
    if (this.#size === 0 && this.#hashes.length > leastPlaces) this.#move(leastPlaces);
  }

  /** Where the hash is, or else the free place where it would be. */
  #place(hash: number): number {
    const mask = this.#hashes.length - 1;
    let place = this.#firstPlace(hash);
    while (this.#values[place] !== undefined && this.#hashes[place] !== hash) place = (place + 1) & mask;
    return place;
  }

  #firstPlace(hash: number): number {
    return (Math.imul(hash, 0x9e3779b1) >>> 8) & (this.#hashes.length - 1);
  }

  #move(places: number): void {
    const hashes = this.#hashes;
    const values = this.#values;
    this.#hashes = new Int32Array(places);
    this.#values = freePlaces(places);
    for (const [index, value] of values.entries()) {
      if (value === undefined) continue;
      const hash = hashes[index] ?? 0;
      const place = this.#place(hash);
      this.#hashes[place] = hash;
      this.#values[place] = value;
    }
    values.fill(undefined);
  }
}

const leastPlaces = 64;

function freePlaces<Value>(count: number): (Value | undefined)[] {
  return Array.from({ length: count }, () => undefined);
}
