/**
 * Time rules: how long a server is waited for in one attempt (glibc send_dg), and when one whose time already ran out in
 * this search is waited for only briefly, because the client's own deadline would end first.
 */
import type { Kind } from './pair.ts';
import { silentTimeoutMs } from './silent-servers.ts';

/** musl waits 10 s in total; the answer leaves half a second before, in milliseconds. */
export const clientDeadlineMs = 9500;

/** Timeout of a server whose time already ran out in this search, where the search would outlast the client, in milliseconds. */
export const shortTimeoutMs = 300;

/** The search limit, in milliseconds: glibc clients wait 10 s × 5 with the file that is written for them. */
export const searchLimitMs = 45_000;

/** glibc's RES_SNGLKUP and RES_SNGLKUPREOP, configured or entered after a half was lost. */
export type SerialMode = 'parallel' | 'serial' | 'reopen';

export interface SearchTime {
  /** When the search began, on the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** Servers whose time ran out in this search, by index. */
  readonly timedOut: readonly boolean[];
  /** Candidates that may follow this one: search entries, and the name as it is. */
  readonly laterEntries: number;
  readonly laterAsIs: boolean;
}

/**
 * Timeout of server `index` of `count` in milliseconds: `retrans << ns`, divided by the number of servers for all but the
 * first, whole seconds, never below one (glibc send_dg).
 */
export function serverTimeoutMs(timeoutSeconds: number, index: number, count: number): number {
  const shifted = timeoutSeconds * 2 ** index;
  const seconds = index > 0 ? Math.trunc(shifted / count) : shifted;
  return Math.max(1, seconds) * 1000;
}

/** Where an exchange stands: the part of its state that tells how much waiting may still come. */
interface Waiting {
  readonly plan: {
    readonly order: readonly number[];
    readonly attempts: number;
    readonly timeoutsMs: readonly number[];
  };
  readonly time: SearchTime;
  /** Servers that are silent, by index. */
  readonly silent: readonly boolean[];
  /** `udp` while questions are asked over UDP. */
  readonly stage: { readonly is: string };
  readonly kind: Kind;
  readonly serial: SerialMode;
  readonly position: number;
  readonly attempt: number;
}

/** Whether the rest of the search ends by the client deadline although servers whose time ran out get their full time again. */
export function endsInTime(waiting: Waiting, now: number): boolean {
  return now + restMs(waiting) <= waiting.time.startedAt + clientDeadlineMs;
}

/**
 * How long the server at `position` of the order is waited for, were its time not to run out before. A silent one is waited
 * for briefly over UDP where another server is left in the same attempt.
 */
export function limitForSilent(waiting: Waiting, position: number, fullMs: number): number {
  const { plan, silent, stage } = waiting;
  const server = plan.order[position] ?? 0;
  const isPassedOver = silent[server] === true && stage.is === 'udp' && position < plan.order.length - 1;
  return isPassedOver ? Math.min(fullMs, silentTimeoutMs) : fullMs;
}

function restMs(waiting: Waiting): number {
  const { plan, time, silent, kind, serial, position, attempt } = waiting;
  const isAwaitedInVain = (server: number): boolean => time.timedOut[server] === true || silent[server] === true;
  const costsMs = plan.order.map((server, index) =>
    isAwaitedInVain(server) ? limitForSilent(waiting, index, plan.timeoutsMs[server] ?? 0) : 0,
  );
  const sum = (costs: readonly number[]): number => costs.reduce((total, cost) => total + cost, 0);
  const attemptMs = sum(costsMs);
  const allInVain = plan.order.every(isAwaitedInVain);
  const attemptsAfter = allInVain ? plan.attempts - attempt - 1 : 0;
  // A lost half costs one timeout in serial mode and one after the sockets were opened anew.
  const timeoutsAfter = kind === 'pair' && serial === 'serial' ? 1 : 0;
  const hereMs = sum(costsMs.slice(position)) + attemptsAfter * attemptMs + timeoutsAfter * (costsMs[position] ?? 0);
  const later = (allInVain ? 0 : time.laterEntries) + (time.laterAsIs ? 1 : 0);
  return hereMs + later * attemptMs * (allInVain ? plan.attempts : 1);
}
