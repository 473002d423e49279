/** What waits for its turn, first in, first out: mostly nothing does, and then it takes no memory beside its own. */
export class Queue<Value> {
  #first: Waiting<Value> | undefined;
  #last: Waiting<Value> | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(value: Value): void {
    const waiting: Waiting<Value> = { value, next: undefined };
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
  }

  /** Undefined: nothing waits. */
  take(): Value | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    this.#first = first.next;
    if (first.next === undefined) this.#last = undefined;
    // Else all that ever waits behind one that has grown old would grow old with it.
    first.next = undefined;
    return first.value;
  }
}

interface Waiting<Value> {
  readonly value: Value;
  next: Waiting<Value> | undefined;
}
