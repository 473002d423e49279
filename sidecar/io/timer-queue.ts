/**
 * What is to be run later, in the order in which it is due. Of thousands of timers almost all are cancelled: one of these takes a
 * third of what Node.js keeps for each of its own.
 */
export class TimerQueue {
  /** A binary heap: none is due before the one at (index - 1) / 2. */
  readonly #heap: QueuedTimer[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the first one is due; Infinity: there is none. */
  get nextAt(): number {
    return this.#heap[0]?.dueAt ?? Infinity;
  }

  add(dueAt: number, run: () => void): QueuedTimer {
    const timer = new QueuedTimer(dueAt, (this.#added += 1), run);
    this.#rise(timer, this.#heap.length);
    return timer;
  }

  /** It may have been taken, or cancelled before. */
  cancel(timer: QueuedTimer): void {
    if (timer.index >= 0) this.#remove(timer);
  }

  /** The first one that is due; of those that are at once, the one that was added first. */
  takeDue(now: number): (() => void) | undefined {
    const [first] = this.#heap;
    if (first === undefined || first.dueAt > now) return undefined;
    const { run } = first;
    this.#remove(first);
    return run;
  }

  #remove(timer: QueuedTimer): void {
    const { index } = timer;
    const last = this.#heap.pop();
    timer.index = -1;
    // Whoever can still cancel it may live long.
    timer.run = nothing;
    if (last === undefined || last === timer) return;
    const parent = this.#heap[(index - 1) >> 1];
    if (parent !== undefined && isBefore(last, parent)) this.#rise(last, index);
    else this.#sink(last, index);
  }

  #rise(timer: QueuedTimer, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = this.#heap[(index - 1) >> 1];
      if (parent === undefined || isBefore(parent, timer)) break;
      this.#place(parent, index);
      index = (index - 1) >> 1;
    }
    this.#place(timer, index);
  }

  #sink(timer: QueuedTimer, from: number): void {
    let index = from;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child === undefined || isBefore(timer, child)) break;
      const next = child.index;
      this.#place(child, index);
      index = next;
    }
    this.#place(timer, index);
  }

  #earlierChild(index: number): QueuedTimer | undefined {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    return left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
  }

  #place(timer: QueuedTimer, index: number): void {
    this.#heap[index] = timer;
    timer.index = index;
  }
}

export class QueuedTimer {
  readonly dueAt: number;
  /** Which of those that are due at once comes first. */
  readonly order: number;
  run: () => void;
  /** Its place; -1: it is in the queue no more. */
  index = -1;

  constructor(dueAt: number, order: number, run: () => void) {
    this.dueAt = dueAt;
    this.order = order;
    this.run = run;
  }
}

function isBefore(one: QueuedTimer, other: QueuedTimer): boolean {
  return one.dueAt < other.dueAt || (one.dueAt === other.dueAt && one.order < other.order);
}

function nothing(): void {}
