/**
 * Time rules: how long one exchange waits (glibc send_dg) and when a server that already let its time expire in this
 * walk is only asked briefly, because the client's own patience would end first.
 */
import { silentTimeoutMs } from './silent-servers.ts';

/** musl waits 10 s in total; the answer leaves half a second before, in milliseconds. */
export const clientPatienceMs = 9500;

/** Timeout of a server whose time already ran out in this search, where the search would outlast the client, in milliseconds. */
export const shortPatienceMs = 300;

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
  /** Servers that are silent, by index. */
  readonly silent: readonly boolean[];
  readonly transport: 'udp' | 'tcp';
  readonly kind: 'open' | 'pair' | 'solo';
  readonly serial: 'parallel' | 'serial' | 'reopen';
  readonly position: number;
  readonly attempt: number;
}

/** Whether the rest of the walk ends within the client's patience although expired servers get their full time again. */
export function hasPatience(waiting: Waiting, now: number): boolean {
  return now + restMs(waiting) <= waiting.time.startedAt + clientPatienceMs;
}

/**
 * How long the server at `position` of the order is waited for, were its time not to run out before. A silent one is waited
 * for briefly over UDP where another server is left in the same attempt.
 */
export function limitForSilent(waiting: Waiting, position: number, fullMs: number): number {
  const { plan, silent, transport } = waiting;
  const server = plan.order[position] ?? 0;
  const isPassedOver = silent[server] === true && transport === 'udp' && position < plan.order.length - 1;
  return isPassedOver ? Math.min(fullMs, silentTimeoutMs) : fullMs;
}

function restMs(waiting: Waiting): number {
  const { plan, time, silent, kind, serial, position, attempt } = waiting;
  const isAwaitedInVain = (server: number): boolean => time.expired[server] === true || silent[server] === true;
  const costsMs = plan.order.map((server, index) =>
    isAwaitedInVain(server) ? limitForSilent(waiting, index, plan.patienceMs[server] ?? 0) : 0,
  );
  const sum = (costs: readonly number[]): number => costs.reduce((total, cost) => total + cost, 0);
  const passMs = sum(costsMs);
  const allExpired = plan.order.every(isAwaitedInVain);
  const triesAfter = allExpired ? plan.attempts - attempt - 1 : 0;
  // A lost half costs a round in serial mode and one after the sockets were opened anew.
  const roundsAfter = kind === 'pair' && serial === 'serial' ? 1 : 0;
  const hereMs = sum(costsMs.slice(position)) + triesAfter * passMs + roundsAfter * (costsMs[position] ?? 0);
  const later = (allExpired ? 0 : time.laterEntries) + (time.laterAsIs ? 1 : 0);
  return hereMs + later * passMs * (allExpired ? plan.attempts : 1);
}
