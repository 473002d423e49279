/** What the sockets of a candidate are given, and whom they tell. */
import type { IgnoredReplyReason } from '../../shared/report/reasons.ts';
import type { ReplyClass } from '../decide/search/candidate-outcome.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { AskedFields } from '../decide/search/search-plan.ts';
import type { UpstreamPort } from '../ports/upstream.ts';
import type { LingeringSockets } from './lingering-sockets.ts';
import type { SilentServers } from './silent-servers.ts';
import type { ReadQuestions } from './upstream-reply.ts';

export interface CandidateSocketsDependencies {
  /** An unpredictable 16-bit query ID. */
  readonly randomId: () => number;
  readonly now: () => number;
  /** Calls `run` after `afterMs`; the returned function cancels. */
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  readonly upstream: UpstreamPort;
  readonly silentServers: SilentServers;
  readonly lingering: LingeringSockets;
  /** Whether the server of this key leads back to this process. */
  readonly isLooping: (key: string) => boolean;
  readonly observe: UpstreamObserver;
  /** Replies that wait for something, if only for their own rest, hold so many bytes more, or less. */
  readonly hold: (bytes: number) => void;
}

/** What is counted, by server address. */
export interface UpstreamObserver {
  query(server: string, transport: 'udp' | 'tcp'): void;
  reply(server: string, replyClass: ReplyClass | 'LOST'): void;
  ignored(reason: IgnoredReplyReason): void;
  /** A reply of the server was taken from memory. */
  recalled(server: string): void;
  /** A candidate was asked before its turn, which came, or did not. */
  askedAhead(isUsed: boolean): void;
}

export interface CandidateQuestions extends ReadQuestions {
  /** Of the queries, as they are now. */
  queryFields(): AskedFields;
}

export interface CandidateSocketsEvents {
  /** Something arrived at a socket that is waited for. */
  arrived(event: TurnEvent): void;
  /** Whether replies of this server over UDP are waited for now; others are kept for when they are. */
  isAwaited(server: number): boolean;
  /** Something was kept. */
  stashed?(): void;
}

/** Nothing is known at once. */
export const noEvents: readonly TurnEvent[] = [];
