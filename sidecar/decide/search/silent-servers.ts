/**
 * Which nameservers are silent, as a step function over what is known of one of them: what happened goes in and is written there,
 * what changed comes out. glibc forgets between two calls that a server never answers; musl asks all at once and does not notice.
 *
 * One lost packet, or a firewall that drops AAAA alone, makes no server silent. No I/O, no clock.
 */
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import { formatServerAddress } from '../../../shared/resolv-conf/server-address.ts';
import type { ServerAddress } from '../../../shared/resolv-conf/server-address.ts';

/** How long a silent server is waited for where another one is left in the same attempt, in milliseconds. */
export const silentTimeoutMs = 300;

/** What is known of one server. */
export interface ServerRecord {
  /** When its last acceptable reply came, on the monotonic clock, in milliseconds. */
  repliedAt: number;
  /** When anything else came from it last. */
  noticedAt: number;
  /** Full timeouts in which nothing at all came from it, since its last acceptable reply. */
  unanswered: number;
  /** Since when it is silent. */
  silentSince: number | undefined;
}

export type ServerEvent =
  /** A datagram or an ICMP error came from it, to whatever lookup. */
  | { readonly type: 'heard'; readonly acceptable: boolean }
  /** A lookup waited a full timeout for it, with so many questions open, and got nothing. */
  | { readonly type: 'unanswered'; readonly sentAt: number; readonly questions: number };

export type ServerAction = { readonly do: 'silent' } | { readonly do: 'answers'; readonly silentMs: number };

export function unknownServer(): ServerRecord {
  return { repliedAt: -Infinity, noticedAt: -Infinity, unanswered: 0, silentSince: undefined };
}

/** Full timeouts after which a server is silent, for lookups with one question open. */
const maxUnanswered = 2;

/** Every reply of every lookup comes through here. */
export function stepServer(record: ServerRecord, event: ServerEvent, now: number): ServerAction | undefined {
  if (event.type === 'unanswered') return onUnanswered(record, event.sentAt, event.questions, now);
  if (event.acceptable) return onReply(record, now);
  record.noticedAt = now;
  return undefined;
}

function onReply(record: ServerRecord, now: number): ServerAction | undefined {
  const { silentSince } = record;
  record.repliedAt = now;
  record.unanswered = 0;
  record.silentSince = undefined;
  return silentSince === undefined ? undefined : { do: 'answers', silentMs: now - silentSince };
}

function onUnanswered(record: ServerRecord, sentAt: number, questions: number, now: number): ServerAction | undefined {
  // Where both are of one moment, as with a clock of whole milliseconds, a reply came first: it ended what was asked before.
  const wasHeard = record.repliedAt > sentAt || record.noticedAt >= sentAt;
  if (wasHeard || record.silentSince !== undefined) return undefined;
  record.unanswered += 1;
  if (questions < 2 && record.unanswered < maxUnanswered) return undefined;
  record.silentSince = now;
  return { do: 'silent' };
}

/** Servers are told apart by address, scope and port. `upstreamPort`: of those without one of their own. */
export function serverKey(server: ServerAddress, upstreamPort: number): string {
  const { port = upstreamPort, ...address } = server;
  return formatEndpoint({ host: formatServerAddress(address), port });
}

/** In metrics: its address, and a port of its own. */
export function serverName({ address, port }: ServerAddress): string {
  return port === undefined ? address : formatEndpoint({ host: address, port });
}
