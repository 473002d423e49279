/**
 * One candidate name asked at the configured servers: the order of servers and tries, UDP to TCP, the A/AAAA pair and
 * its serial mode. A step function over values: `(state, event, now) → (state, actions)`; the caller performs the
 * actions with sockets and a clock.
 *
 * Follows glibc `__res_context_send`, `send_dg` and `send_vc` (resolv/res_send.c). Deviations: a deadline on TCP, where
 * glibc has none; where glibc's result depends on which half arrived first, the A half counts as first; a server whose
 * time ran out in this walk is given {@link shortPatienceMs} when the walk would outlast musl's patience; a silent server is
 * waited for only briefly where another one is left ({@link limitForSilent}).
 */
import type { CandidateOutcome } from './candidate-outcome.ts';
import { judgeCandidate, judgeFailure } from './candidate-outcome.ts';
import type { UpstreamReply } from './candidate-outcome.ts';
import { hasPatience, limitForSilent, shortPatienceMs } from './patience.ts';
import type { WalkTime } from './patience.ts';

/** 0: the A question, or the only question of another type. 1: the AAAA question. */
export type Slot = 0 | 1;

/** Whether a sibling question may still arrive (`open`), has (`pair`), or will not (`solo`). */
export type Kind = 'open' | 'pair' | 'solo';

/** glibc's RES_SNGLKUP and RES_SNGLKUPREOP, configured or entered after a half was lost. */
export type SerialMode = 'parallel' | 'serial' | 'reopen';

export interface ExchangePlan {
  /** Server indices in the order of this candidate (rotated or not). */
  readonly order: readonly number[];
  readonly attempts: number;
  /** Time for one exchange with a server, in milliseconds, by server index. */
  readonly patienceMs: readonly number[];
  readonly useVc: boolean;
  readonly strictError: boolean;
  /** Whether the data of one half, of either family, is used once no server is left for the other. */
  readonly keepSurvivingHalf: boolean;
}

export interface ExchangeState {
  readonly plan: ExchangePlan;
  readonly time: WalkTime;
  /** Servers that are silent, by index. */
  readonly silent: readonly boolean[];
  /** When the current server was asked, and how long it is waited for unless it is silent, in milliseconds. */
  readonly sentAt: number;
  readonly timeoutMs: number;
  readonly kind: Kind;
  readonly asked: readonly [boolean, boolean];
  readonly attempt: number;
  readonly position: number;
  readonly transport: 'udp' | 'tcp';
  readonly serial: SerialMode;
  readonly received: readonly [Received | undefined, Received | undefined];
  /** Whether the question that opened the exchange waits, unsent, for a sibling that has to go first. */
  readonly waiting: boolean;
  readonly gotSomewhere: boolean;
  readonly gotSomewhereBefore: boolean;
  /** Low four bits of the datagram last written to glibc's primary reply buffer. */
  readonly primaryRcode: number;
  readonly primaryWritten: boolean;
  readonly tcpRefused: boolean;
  readonly reconnected: boolean;
  /** The connection ended behind the reply to the only question seen so far, which is all that a lone question needs. */
  readonly hungUp: boolean;
  /** Data of a half whose sibling was lost there, from the server that said it last. Kept with `keepSurvivingHalf` alone. */
  readonly survivors: Halves;
  /** One half was truncated over UDP, and the other is waited for before both are asked over TCP. */
  readonly truncated: boolean;
  readonly done: boolean;
}

type Halves = readonly [UpstreamReply | undefined, UpstreamReply | undefined];

type Received = { readonly soft: true } | { readonly soft: false; readonly reply: UpstreamReply };

export type ExchangeEvent =
  | { readonly type: 'reply'; readonly slot: Slot; readonly reply: UpstreamReply }
  /** A datagram that is not the reply to an open question. */
  | { readonly type: 'foreign'; readonly rcode: number }
  /** A datagram shorter than a header, but not empty; `rcode` of the fourth byte, if it is there. */
  | { readonly type: 'undersized'; readonly rcode: number | undefined }
  /** A local error, an ICMP error on the connected socket, or an empty datagram, which glibc takes for one. */
  | { readonly type: 'dead' }
  | { readonly type: 'timeout' }
  | { readonly type: 'tcp-failed'; readonly reason: 'refused' | 'reset' | 'closed' | 'error' }
  | { readonly type: 'join'; readonly slot: Slot }
  | { readonly type: 'window-closed' }
  /** The client's patience is about to end: an A half in hand is used alone. */
  | { readonly type: 'hurry' }
  /** A server became silent, or answers again. */
  | { readonly type: 'silence'; readonly server: number; readonly isSilent: boolean };

export type ExchangeAction =
  | { readonly do: 'send'; readonly slot: Slot; readonly server: number }
  | { readonly do: 'close-sockets' }
  | { readonly do: 'connect'; readonly server: number; readonly slots: readonly Slot[] }
  | { readonly do: 'write'; readonly slot: Slot }
  | { readonly do: 'deadline'; readonly afterMs: number }
  /** A full timeout is over in which nothing came from the server, with so many questions open. */
  | { readonly do: 'unanswered'; readonly server: number; readonly sentAt: number; readonly questions: number }
  /** Data for the only question seen so far: it may be answered before the sibling is known. */
  | { readonly do: 'early'; readonly slot: Slot; readonly reply: UpstreamReply }
  | { readonly do: 'done'; readonly outcome: CandidateOutcome };

export interface ExchangeStep {
  readonly state: ExchangeState;
  readonly actions: readonly ExchangeAction[];
}

export interface ExchangeStart {
  readonly plan: ExchangePlan;
  readonly time: WalkTime;
  readonly silent: readonly boolean[];
  readonly kind: Kind;
  readonly slots: readonly Slot[];
  readonly serial: SerialMode;
}

/** Begins a candidate at the first server. */
export function startExchange(start: ExchangeStart, now: number): ExchangeStep {
  const { plan, time, silent, kind, slots, serial } = start;
  const draft: Draft = {
    plan,
    time,
    silent,
    sentAt: now,
    timeoutMs: 0,
    kind,
    asked: [slots.includes(0), slots.includes(1)],
    attempt: 0,
    position: 0,
    transport: plan.useVc ? 'tcp' : 'udp',
    serial,
    received: [undefined, undefined],
    waiting: false,
    gotSomewhere: false,
    gotSomewhereBefore: false,
    primaryRcode: 0,
    primaryWritten: false,
    tcpRefused: false,
    reconnected: false,
    hungUp: false,
    survivors: [undefined, undefined],
    truncated: false,
    done: false,
    actions: [],
    now,
  };
  if (plan.attempts <= 0 || plan.order.length === 0) fail(draft);
  else if (kind === 'open' && serial !== 'parallel' && !draft.asked[0] && !plan.useVc) draft.waiting = true;
  else startAttempt(draft);
  return finished(draft);
}

/** Takes one event. Events after the end are ignored. */
export function stepExchange(state: ExchangeState, event: ExchangeEvent, now: number): ExchangeStep {
  if (state.done) return { state, actions: [] };
  const draft: Draft = { ...state, asked: [...state.asked], received: [...state.received], actions: [], now };
  switch (event.type) {
    case 'reply':
      onReply(draft, event.slot, event.reply);
      break;
    case 'foreign':
      onUnaccepted(draft, event.rcode);
      break;
    case 'undersized':
      onUnaccepted(draft, event.rcode);
      closeAndNext(draft);
      break;
    case 'dead':
      closeAndNext(draft);
      break;
    case 'timeout':
      onTimeout(draft);
      break;
    case 'tcp-failed':
      onTcpFailed(draft, event.reason);
      break;
    case 'join':
      onJoin(draft, event.slot);
      break;
    case 'window-closed':
      onWindowClosed(draft);
      break;
    case 'hurry':
      onHurry(draft);
      break;
    case 'silence':
      onSilence(draft, event.server, event.isSilent);
      break;
  }
  return finished(draft);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Omit<Mutable<ExchangeState>, 'asked' | 'received'> & {
  asked: [boolean, boolean];
  received: [Received | undefined, Received | undefined];
  actions: ExchangeAction[];
  now: number;
};

function finished(draft: Draft): ExchangeStep {
  const { actions, now: _now, ...state } = draft;
  return { state, actions };
}

function currentServer(draft: Draft): number {
  return draft.plan.order[draft.position] ?? 0;
}

function askedSlots(draft: Draft): Slot[] {
  return ([0, 1] as const).filter((slot) => draft.asked[slot]);
}

/** The questions are asked anew: what was received counts no longer, but for data that may be all there ever is. */
function forgetReceived(draft: Draft): void {
  draft.survivors = survivorsOf(draft);
  draft.received = [undefined, undefined];
}

function survivorsOf({ plan, received, survivors }: Draft): Halves {
  if (!plan.keepSurvivingHalf) return survivors;
  const [first, second] = received.map(acceptedReply);
  return withSurvivor(withSurvivor(survivors, 0, first), 1, second);
}

function withSurvivor(survivors: Halves, slot: Slot, reply: UpstreamReply | undefined): Halves {
  if (reply?.class !== 'DATA') return survivors;
  return slot === 0 ? [reply, survivors[1]] : [survivors[0], reply];
}

function acceptedReply(half: Received | undefined): UpstreamReply | undefined {
  return half === undefined || half.soft ? undefined : half.reply;
}

function startAttempt(draft: Draft): void {
  forgetReceived(draft);
  draft.truncated = false;
  draft.primaryWritten = false;
  draft.gotSomewhereBefore = draft.gotSomewhere;
  draft.reconnected = false;
  if (draft.transport === 'tcp') connect(draft);
  else sendRound(draft);
}

/** glibc's label `retry:`: the questions go out again, in serial mode only the first. */
function sendRound(draft: Draft): void {
  forgetReceived(draft);
  const slots = askedSlots(draft);
  armDeadline(draft);
  for (const slot of draft.serial === 'parallel' ? slots : slots.slice(0, 1)) send(draft, slot);
}

function send(draft: Draft, slot: Slot): void {
  draft.actions.push({ do: 'send', slot, server: currentServer(draft) });
}

function connect(draft: Draft): void {
  forgetReceived(draft);
  draft.hungUp = false;
  draft.actions.push({ do: 'connect', server: currentServer(draft), slots: askedSlots(draft) });
  armDeadline(draft);
}

function armDeadline(draft: Draft): void {
  const server = currentServer(draft);
  const fullMs = draft.plan.patienceMs[server] ?? 1000;
  const full = !draft.time.expired[server] || hasPatience(draft, draft.now);
  draft.sentAt = draft.now;
  draft.timeoutMs = full ? fullMs : Math.min(fullMs, shortPatienceMs);
  draft.actions.push({ do: 'deadline', afterMs: waitMs(draft) });
}

/** How long the current server is waited for, since it was asked. */
function waitMs(draft: Draft): number {
  return limitForSilent(draft, draft.position, draft.timeoutMs);
}

function onSilence(draft: Draft, server: number, isSilent: boolean): void {
  const before = waitMs(draft);
  draft.silent = draft.silent.map((was, index) => (index === server ? isSilent : was));
  const after = waitMs(draft);
  if (after === before || draft.waiting) return;
  draft.actions.push({ do: 'deadline', afterMs: Math.max(0, draft.sentAt + after - draft.now) });
}

function onReply(draft: Draft, slot: Slot, reply: UpstreamReply): void {
  if (!draft.asked[slot] || draft.received[slot] !== undefined) return;
  draft.gotSomewhere = true;
  // A question on its own has the primary buffer to itself.
  if (slot === 0 || !draft.asked[0] || !draft.primaryWritten) draft.primaryRcode = reply.rcode & 0x0f;
  draft.primaryWritten = true;
  if (draft.transport === 'udp') {
    if (reply.class === 'TC') return onTruncated(draft, slot);
    if (isSoft(reply)) return onSoft(draft, slot);
  }
  draft.received[slot] = { soft: false, reply };
  if (draft.truncated) switchToTcp(draft);
  else onAccepted(draft, slot, reply);
}

function onAccepted(draft: Draft, slot: Slot, reply: UpstreamReply): void {
  const other: Slot = slot === 0 ? 1 : 0;
  // With `strict-error` the soft half that came first has sent the pair on already.
  if (draft.kind === 'pair' && draft.plan.strictError && draft.received[other]?.soft) return closeAndNext(draft);
  if (draft.kind === 'open') {
    // Over TCP a sibling could still lose it: both replies count, or the next server's.
    if (reply.class === 'DATA' && draft.transport === 'udp') draft.actions.push({ do: 'early', slot, reply });
    return;
  }
  if (draft.kind === 'solo' || draft.received[other] !== undefined) return finishAttempt(draft);
  // The second send is always AAAA, also after a reply to AAAA that was asked for before the serial mode.
  if (draft.transport === 'udp' && draft.serial !== 'parallel') sendSecond(draft, 1);
}

/** It reached glibc's reply buffer all the same. */
function onUnaccepted(draft: Draft, rcode: number | undefined): void {
  draft.gotSomewhere = true;
  if (!draft.primaryWritten && rcode !== undefined) draft.primaryRcode = rcode;
}

function isSoft(reply: UpstreamReply): boolean {
  return reply.class === 'SF' || reply.class === 'NI' || reply.class === 'RF' || reply.class === 'LAME';
}

/** glibc's label `next_ns:` in send_dg. */
function onSoft(draft: Draft, slot: Slot): void {
  if (draft.truncated) return switchToTcp(draft);
  const other = draft.received[slot === 0 ? 1 : 0];
  if (draft.kind === 'open') {
    draft.received[slot] = { soft: true };
    return;
  }
  // `keep-surviving-half` waits for the other half all the same: it may have data.
  const isStrict = draft.kind === 'pair' && draft.plan.strictError;
  if (isStrict && (!draft.plan.keepSurvivingHalf || other !== undefined)) return closeAndNext(draft);
  if (other !== undefined) {
    if (other.soft) nextServer(draft);
    else finishAttempt(draft);
    return;
  }
  if (draft.kind === 'pair' && draft.serial === 'parallel') {
    draft.received[slot] = { soft: true };
    return;
  }
  closeAndNext(draft);
}

function sendSecond(draft: Draft, slot: Slot): void {
  if (draft.serial === 'reopen') draft.actions.push({ do: 'close-sockets' });
  send(draft, slot);
}

function switchToTcp(draft: Draft): void {
  draft.transport = 'tcp';
  draft.truncated = false;
  draft.actions.push({ do: 'close-sockets' });
  connect(draft);
}

/** With `keep-surviving-half` the other half is waited for first: TCP may fail, and its data would be lost. */
function onTruncated(draft: Draft, slot: Slot): void {
  const other = draft.received[slot === 0 ? 1 : 0];
  const isLast = other !== undefined || draft.serial !== 'parallel' || draft.truncated;
  if (draft.kind !== 'pair' || !draft.plan.keepSurvivingHalf || isLast) return switchToTcp(draft);
  draft.truncated = true;
}

function onTimeout(draft: Draft): void {
  noteExpired(draft);
  if (draft.kind === 'open') {
    const answered = draft.received[0] ?? draft.received[1];
    onWindowClosed(draft);
    if (answered !== undefined) return;
  }
  if (draft.transport === 'tcp') {
    draft.tcpRefused = false;
    return nextServer(draft);
  }
  if (draft.truncated) return switchToTcp(draft);
  const [first, second] = draft.received;
  // Only a reply that counts makes up for the lost half: a soft one leaves nothing in glibc's buffers.
  if ((first === undefined || first.soft) && (second === undefined || second.soft)) {
    draft.gotSomewhere = true;
    return nextServer(draft);
  }
  draft.gotSomewhere = draft.gotSomewhereBefore;
  if (draft.serial === 'parallel') {
    draft.serial = 'serial';
    return sendRound(draft);
  }
  if (draft.serial === 'serial') {
    draft.serial = 'reopen';
    draft.actions.push({ do: 'close-sockets' });
    return sendRound(draft);
  }
  finishAttempt(draft);
}

/** A wait that was cut short says nothing of the server. */
function noteExpired(draft: Draft): void {
  const server = currentServer(draft);
  if (waitMs(draft) < (draft.plan.patienceMs[server] ?? 0)) return;
  draft.time = { ...draft.time, expired: draft.time.expired.map((was, index) => was || index === server) };
  if (draft.transport === 'tcp' || draft.received.some((half) => half !== undefined)) return;
  const questions = draft.serial === 'parallel' ? askedSlots(draft).length : 1;
  draft.actions.push({ do: 'unanswered', server, sentAt: draft.sentAt, questions });
}

function onTcpFailed(draft: Draft, reason: 'refused' | 'reset' | 'closed' | 'error'): void {
  if (draft.transport !== 'tcp') return;
  if (draft.kind === 'open' && draft.received.some((half) => half !== undefined)) {
    draft.hungUp = true;
    return;
  }
  if (reason === 'reset' && !draft.reconnected) {
    draft.reconnected = true;
    return connect(draft);
  }
  draft.tcpRefused = reason === 'refused';
  nextServer(draft);
}

function onJoin(draft: Draft, slot: Slot): void {
  if (draft.kind !== 'open') return;
  draft.kind = 'pair';
  draft.asked[slot] = true;
  if (draft.waiting) {
    draft.waiting = false;
    return startAttempt(draft);
  }
  // glibc writes both questions to one connection.
  if (draft.hungUp) return connect(draft);
  if (draft.transport === 'tcp') {
    draft.actions.push({ do: 'write', slot });
    return;
  }
  const other = draft.received[slot === 0 ? 1 : 0];
  if (other?.soft && (draft.serial !== 'parallel' || draft.plan.strictError)) return closeAndNext(draft);
  if (draft.serial === 'parallel') return send(draft, slot);
  if (other !== undefined) sendSecond(draft, slot);
}

function onWindowClosed(draft: Draft): void {
  if (draft.kind !== 'open') return;
  draft.kind = 'solo';
  if (draft.waiting) {
    draft.waiting = false;
    return startAttempt(draft);
  }
  const received = draft.received[0] ?? draft.received[1];
  if (received === undefined) return;
  if (received.soft) closeAndNext(draft);
  else finishAttempt(draft);
}

function onHurry(draft: Draft): void {
  if (draft.kind !== 'pair') return;
  const [first, second] = draft.received;
  const isFirstAlone = second === undefined && acceptedReply(first)?.class === 'DATA';
  if (isFirstAlone || survivorsOf(draft).some((half) => half !== undefined)) finishAttempt(draft);
}

/** glibc's close_and_return_error: every socket of the resolver state is closed. */
function closeAndNext(draft: Draft): void {
  draft.actions.push({ do: 'close-sockets' });
  nextServer(draft);
}

function nextServer(draft: Draft): void {
  draft.position += 1;
  if (draft.position >= draft.plan.order.length) {
    if (draft.transport === 'tcp') return fail(draft);
    draft.position = 0;
    draft.attempt += 1;
    if (draft.attempt >= draft.plan.attempts) return fail(draft);
  }
  startAttempt(draft);
}

/** A half that this server did not answer may have been answered by an earlier one. */
function finishAttempt(draft: Draft): void {
  const [first, second] = survivorsOf(draft);
  const [one, other] = draft.received.map(acceptedReply);
  end(draft, judgeCandidate(one ?? first, other ?? second, draft.primaryRcode));
}

function fail(draft: Draft): void {
  const survivors = survivorsOf(draft);
  if (survivors.some((half) => half !== undefined)) {
    return end(draft, judgeCandidate(...survivors, draft.primaryRcode));
  }
  const dead = draft.transport === 'tcp' ? draft.tcpRefused : !draft.gotSomewhere;
  end(draft, judgeFailure(dead, draft.primaryRcode));
}

function end(draft: Draft, outcome: CandidateOutcome): void {
  draft.done = true;
  draft.actions.push({ do: 'done', outcome });
}
