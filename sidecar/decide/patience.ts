/**
 * Time rules: how long one exchange waits (glibc send_dg) and when a server that already let its time expire in this
 * walk is only asked briefly, because the client's own patience would end first.
 */
/** musl waits 10 s in total; the answer leaves half a second before, in milliseconds. */
export const clientPatienceMs = 9500;

/** The longest walk, in milliseconds: glibc clients wait 10 s × 5 with the file that is written for them. */
export const longestWalkMs = 45_000;

export interface WalkTime {
  /** When the walk began, on the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** Servers whose time ran out in this walk, by index. */
  readonly expired: readonly boolean[];
  /** Candidates that may follow this one: search entries, and the name as it is. */
  readonly laterEntries: number;
  readonly laterAsIs: boolean;
}

/**
 * Time for server `index` of `count` in milliseconds: `retrans << ns`, divided by the number of servers for all but the
 * first, whole seconds, never below one (glibc send_dg).
 */
export function serverPatienceMs(timeoutSeconds: number, index: number, count: number): number {
  const shifted = timeoutSeconds * 2 ** index;
  const seconds = index > 0 ? Math.trunc(shifted / count) : shifted;
  return Math.max(1, seconds) * 1000;
}

/** Where an exchange stands: the part of its state that tells how much waiting may still come. */
interface Waiting {
  readonly plan: {
    readonly order: readonly number[];
    readonly attempts: number;
    readonly patienceMs: readonly number[];
  };
  readonly time: WalkTime;
  readonly kind: 'open' | 'pair' | 'solo';
  readonly serial: 'parallel' | 'serial' | 'reopen';
  readonly position: number;
  readonly attempt: number;
}

/** Whether the rest of the walk ends within the client's patience although expired servers get their full time again. */
export function hasPatience(waiting: Waiting, now: number): boolean {
  return now + restMs(waiting) <= waiting.time.startedAt + clientPatienceMs;
}

function restMs({ plan, time, kind, serial, position, attempt }: Waiting): number {
  const costMs = (server: number): number => (time.expired[server] ? (plan.patienceMs[server] ?? 0) : 0);
  const sum = (servers: readonly number[]): number => servers.reduce((total, server) => total + costMs(server), 0);
  const passMs = sum(plan.order);
  const allExpired = plan.order.every((server) => time.expired[server]);
  const triesAfter = allExpired ? plan.attempts - attempt - 1 : 0;
  // A lost half costs a round in serial mode and one after the sockets were opened anew.
  const current = plan.order[position] ?? 0;
  const roundsAfter = kind === 'pair' && serial === 'serial' ? 1 : 0;
  const hereMs = sum(plan.order.slice(position)) + triesAfter * passMs + roundsAfter * costMs(current);
  const later = (allExpired ? 0 : time.laterEntries) + (time.laterAsIs ? 1 : 0);
  return hereMs + later * passMs * (allExpired ? plan.attempts : 1);
}
