/**
 * One candidate name asked at the configured servers: what its states, events and actions are, and how they are written.
 * `servers.ts` decides whose turn it is, `udp.ts` and `tcp.ts` what becomes of a turn, as glibc's `__res_context_send`,
 * `send_dg` and `send_vc` do (resolv/res_send.c).
 */
import type { CandidateOutcome, UpstreamReply } from './candidate-outcome.ts';
import { withHalf } from './pair.ts';
import type { Half, Halves, Kind } from './pair.ts';
import { endsInTime, limitForSilent, shortTimeoutMs } from './timeouts.ts';
import type { SearchTime, SerialMode } from './timeouts.ts';

export interface ExchangePlan {
  /** Server indices in the order of this candidate (rotated or not). */
  readonly order: readonly number[];
  readonly attempts: number;
  /** Timeout of a server in one attempt, in milliseconds, by server index. */
  readonly timeoutsMs: readonly number[];
  readonly useVc: boolean;
  readonly strictError: boolean;
  /** Whether the data of one half, of either family, is used once no server is left for the other. */
  readonly keepSurvivingHalf: boolean;
}

export interface ExchangeState {
  readonly plan: ExchangePlan;
  readonly time: SearchTime;
  /** Servers that are silent, by index. */
  readonly silent: readonly boolean[];
  readonly kind: Kind;
  readonly asked: readonly [boolean, boolean];
  readonly serial: SerialMode;
  readonly attempt: number;
  readonly position: number;
  /** Raised where the turn passes to another server, attempt or transport: events of an earlier one are void. */
  readonly epoch: number;
  /** When the current server was asked, and how long it is waited for unless it is silent, in milliseconds. */
  readonly sentAt: number;
  readonly timeoutMs: number;
  /** Low four bits of the datagram last written to glibc's primary reply buffer, and whether this turn wrote there. */
  readonly primaryRcode: number;
  readonly primaryWritten: boolean;
  /** Data of a half whose sibling was lost there, from the server that said it last. Kept with `keepSurvivingHalf` alone. */
  readonly survivors: Halves<UpstreamReply>;
  readonly stage: ExchangeStage;
}

export type ExchangeStage =
  /** The question that opened the exchange waits, unsent, for a sibling that has to go first. */
  { readonly is: 'waiting' } | UdpTurn | TcpTurn | { readonly is: 'ended' };

/** A server's turn over UDP. */
export interface UdpTurn {
  readonly is: 'udp';
  /** Of a failover reply glibc keeps nothing but its rcode. */
  readonly received: Halves<UpstreamReply | 'failover'>;
  /** One half was truncated, and the other is waited for before both are asked over TCP. */
  readonly truncated: boolean;
  /** glibc's `gotsomewhere`: a server was heard, or its time ran out; and what it was when the turn began. */
  readonly gotSomewhere: boolean;
  readonly gotSomewhereBefore: boolean;
}

/** A server's turn over TCP: every reply counts. */
export interface TcpTurn {
  readonly is: 'tcp';
  readonly received: Halves<UpstreamReply>;
  readonly reconnected: boolean;
  /** The connection ended behind the reply to the only question seen so far, which is all that a lone question needs. */
  readonly hungUp: boolean;
}

export type ExchangeEvent =
  | TurnEvent
  | { readonly type: 'sibling'; readonly half: Half }
  | { readonly type: 'window-over' }
  /** The client is about to give up: an A half in hand is used alone. */
  | { readonly type: 'client-deadline' }
  /** A server became silent, or answers again. */
  | { readonly type: 'silence'; readonly server: number; readonly isSilent: boolean };

/** What happens at the current server. */
export type TurnEvent =
  | { readonly type: 'reply'; readonly half: Half; readonly reply: UpstreamReply }
  /** A datagram that is not the reply to an open question. */
  | { readonly type: 'foreign'; readonly rcode: number }
  /** A datagram shorter than a header, but not empty; `rcode` of the fourth byte, if it is there. */
  | { readonly type: 'undersized'; readonly rcode: number | undefined }
  /** A local error, an ICMP error on the connected socket, or an empty datagram, which glibc takes for one. */
  | { readonly type: 'dead' }
  /** Its time is over. `unsent`: the questions never left, because no socket could be opened. */
  | { readonly type: 'timeout'; readonly unsent: boolean }
  | { readonly type: 'tcp-failed'; readonly reason: 'refused' | 'reset' | 'closed' | 'error' };

export type ExchangeAction =
  | { readonly do: 'send'; readonly half: Half; readonly server: number }
  | { readonly do: 'close-sockets' }
  | { readonly do: 'connect'; readonly server: number; readonly halves: readonly Half[] }
  | { readonly do: 'write'; readonly half: Half }
  /** Raise `timeout` of the server after so many milliseconds, and at no other time. */
  | { readonly do: 'timeout'; readonly server: number; readonly afterMs: number }
  /** What was waited for from the server did not come in time. */
  | { readonly do: 'lost'; readonly server: number }
  /** A full timeout is over in which nothing came from the server, with so many questions open. */
  | { readonly do: 'unanswered'; readonly server: number; readonly sentAt: number; readonly questions: number };

/** What becomes of a server's turn; undefined: it goes on. `refused`: the next server's, too, and with none left it is a dead end. */
export type Verdict = 'next-server' | 'refused' | 'over-tcp' | 'decided' | undefined;

/** What the steps of one exchange write, one after the other, and what the last of them does. */
export interface Draft {
  readonly state: Mutable<ExchangeState>;
  readonly actions: Pick<Actions<ExchangeAction>, 'push'>;
  now: number;
  /** When the first server was asked, if that was before the turn of the candidate, which begins. */
  askedAt: number | undefined;
  /** Data for the only question seen so far: it may be answered before the sibling is known. */
  early: EarlyReply | undefined;
  /** With it the exchange is over. */
  outcome: CandidateOutcome | undefined;
}

/** Where the actions of a step go, in their order. */
export interface Actions<Action> {
  push(action: Action): void;
  /** The next step begins. */
  clear(): void;
}

export interface EarlyReply {
  readonly half: Half;
  readonly reply: UpstreamReply;
}

export type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export function currentServer({ plan, position }: ExchangeState): number {
  return plan.order[position] ?? 0;
}

/** Whether a datagram of the server is waited for now. */
export function awaitsUdp(state: ExchangeState, server: number): boolean {
  return state.stage.is === 'udp' && currentServer(state) === server;
}

export function askedHalves({ asked }: ExchangeState): readonly Half[] {
  if (!asked[0]) return second;
  return asked[1] ? both : first;
}

const first: readonly Half[] = [0];
const second: readonly Half[] = [1];
const both: readonly Half[] = [0, 1];

/** Waits for the current server from now on. */
export function armTimeout({ state, actions, now, askedAt }: Draft): void {
  const server = currentServer(state);
  const fullMs = state.plan.timeoutsMs[server] ?? 1000;
  const isFull = !state.time.timedOut[server] || endsInTime(state, now);
  state.timeoutMs = isFull ? fullMs : Math.min(fullMs, shortTimeoutMs);
  const afterMs = waitMs(state);
  // A silent server has been waited for since it was asked, if that was before the turn of the candidate.
  const since = askedAt !== undefined && afterMs < state.timeoutMs ? askedAt : now;
  state.sentAt = since;
  actions.push({ do: 'timeout', server, afterMs: Math.max(0, afterMs - (now - since)) });
}

/** How long the current server is waited for, since it was asked. */
export function waitMs(state: ExchangeState): number {
  return limitForSilent(state, state.position, state.timeoutMs);
}

/** What a reply of this turn says that glibc would read, by half. */
export function acceptedReplies({ stage }: ExchangeState): Halves<UpstreamReply> {
  if (stage.is === 'tcp') return stage.received;
  if (stage.is !== 'udp') return nothing;
  const [one, other] = stage.received;
  return [one === 'failover' ? undefined : one, other === 'failover' ? undefined : other];
}

/** The questions are asked anew: what was received counts no longer, but for data that may be all there ever is. */
export function keepSurvivors(state: Mutable<ExchangeState>): void {
  state.survivors = survivorsOf(state);
}

export function survivorsOf(state: ExchangeState): Halves<UpstreamReply> {
  const { plan, survivors } = state;
  if (!plan.keepSurvivingHalf) return survivors;
  const [one, other] = acceptedReplies(state);
  return withSurvivor(withSurvivor(survivors, 0, one), 1, other);
}

function withSurvivor(
  survivors: Halves<UpstreamReply>,
  half: Half,
  reply: UpstreamReply | undefined,
): Halves<UpstreamReply> {
  return reply?.class === 'DATA' ? withHalf(survivors, half, reply) : survivors;
}

/** A reply is written to glibc's buffers; a question on its own has the primary one to itself. */
export function writePrimary(state: Mutable<ExchangeState>, half: Half, rcode: number): void {
  if (half === 0 || !state.asked[0] || !state.primaryWritten) state.primaryRcode = rcode & 0x0f;
  state.primaryWritten = true;
}

/** Nothing was received of either half. */
export const nothing = [undefined, undefined] as const;
