/**
 * Bounds the upstream sockets that are open at once. What does not fit waits for one to close, in order of arrival,
 * so that a burst, or a machine that is out of file descriptors, delays queries instead of failing them. How long a
 * query waits is bounded by the search's own timers.
 */
export interface SocketBudget {
  /** Calls `open` before returning, or as soon as a place is free. The opener is kept as long as it waits. */
  claim(opener: SocketOpener): SocketClaim;
  /** `giveUp` closes a socket that is only kept for later, if there is one; asked for before anybody has to wait. */
  onShortage(giveUp: () => boolean): void;
  readonly limit: number;
  readonly held: number;
  readonly waiting: number;
}

export interface SocketOpener {
  open(claim: SocketClaim): void;
}

export interface SocketClaim {
  /** The kernel had no descriptor (EMFILE, ENFILE), which may show only after `open`: the opener is called again later. */
  defer(opener: SocketOpener): void;
  /** The socket is closed, or no longer wanted. */
  release(): void;
}

/** Descriptors that others close come free without notice, so waiting sockets are opened in further attempts, this often. */
const attemptMs = 20;

type ClaimState = 'waiting' | 'held' | 'released';

export function createSocketBudget(
  limit: number,
  setTimer: (delayMs: number, run: () => void) => () => void,
): SocketBudget {
  return new Budget(limit, setTimer);
}

class Budget implements SocketBudget {
  readonly limit: number;
  held = 0;
  waiting = 0;
  readonly #setTimer: (delayMs: number, run: () => void) => () => void;
  #first: Claim | undefined;
  #last: Claim | undefined;
  #isStarting = false;
  #giveUpIdle = (): boolean => false;
  #cancelAttempt: (() => void) | undefined;

  constructor(limit: number, setTimer: (delayMs: number, run: () => void) => () => void) {
    this.limit = limit;
    this.#setTimer = setTimer;
  }

  claim(opener: SocketOpener): SocketClaim {
    const claim = new Claim(this, opener);
    this.#add(claim);
    this.#startWaiting();
    return claim;
  }

  onShortage(giveUp: () => boolean): void {
    this.#giveUpIdle = giveUp;
  }

  deferred(claim: Claim): void {
    this.held -= 1;
    this.#add(claim);
    this.#cancelAttempt ??= this.#setTimer(attemptMs, () => {
      this.#cancelAttempt = undefined;
      this.#startWaiting();
    });
  }

  released(claim: Claim, wasHeld: boolean): void {
    if (!wasHeld) return this.#remove(claim);
    this.held -= 1;
    // A descriptor has just come free.
    this.#cancelAttempt?.();
    this.#cancelAttempt = undefined;
    this.#startWaiting();
  }

  #startWaiting(): void {
    // A place that comes free meanwhile is seen by the loop.
    if (this.#isStarting) return;
    this.#isStarting = true;
    try {
      while (this.#first !== undefined) {
        if (this.#cancelAttempt !== undefined || (this.held >= this.limit && !this.#giveUpIdle())) return;
        const claim = this.#first;
        this.#remove(claim);
        this.held += 1;
        claim.start();
      }
    } finally {
      this.#isStarting = false;
    }
  }

  /** The links are the claims' own, because a Set keeps what has left it for a while (docs/decisions/memory-is-given-back.md). */
  #add(claim: Claim): void {
    claim.earlier = this.#last;
    if (this.#last === undefined) this.#first = claim;
    else this.#last.later = claim;
    this.#last = claim;
    this.waiting += 1;
  }

  #remove(claim: Claim): void {
    const { earlier, later } = claim;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    claim.earlier = undefined;
    claim.later = undefined;
    this.waiting -= 1;
  }
}

/** One for each open socket: thousands, so it has no closures. */
class Claim implements SocketClaim {
  readonly #budget: Budget;
  /** Only while it waits: there are thousands of claims. */
  #opener: SocketOpener | undefined;
  /** Those that wait in front of it and behind it. */
  earlier: Claim | undefined;
  later: Claim | undefined;
  #state: ClaimState = 'waiting';

  constructor(budget: Budget, opener: SocketOpener) {
    this.#budget = budget;
    this.#opener = opener;
  }

  start(): void {
    const opener = this.#opener;
    this.#opener = undefined;
    this.#state = 'held';
    try {
      opener?.open(this);
    } catch (error) {
      // The place would else be lost for good.
      this.release();
      throw error;
    }
  }

  defer(opener: SocketOpener): void {
    if (this.#state !== 'held') return;
    this.#opener = opener;
    this.#state = 'waiting';
    this.#budget.deferred(this);
  }

  release(): void {
    const before = this.#state;
    this.#state = 'released';
    if (before !== 'released') this.#budget.released(this, before === 'held');
  }
}
