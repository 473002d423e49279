/**
 * The order of servers and attempts in which one candidate is asked, by the rules of glibc's `__res_context_send`
 * (resolv/res_send.c), as a step function: `(draft, event, now) → draft`. No I/O, no clock.
 *
 * Deviations: a timeout on TCP, where glibc has none; where glibc's end depends on which half arrived first, the A half
 * counts as first; a server whose time ran out in this search is given {@link shortTimeoutMs} where the search would outlast
 * the client deadline of musl; a silent server is waited for only briefly where another one is left ({@link limitForSilent}).
 */
import { judgeCandidate, judgeFailure } from './candidate-outcome.ts';
import type { CandidateOutcome } from './candidate-outcome.ts';
import { acceptedReplies, askedHalves, currentServer, nothing, survivorsOf, waitMs } from './exchange.ts';
import type {
  Draft,
  ExchangeEvent,
  ExchangePlan,
  ExchangeStage,
  ExchangeState,
  TurnEvent,
  Verdict,
} from './exchange.ts';
import type { Half, Kind } from './pair.ts';
import { onAloneOverTcp, onSiblingOverTcp, startTcp, stepTcp } from './tcp.ts';
import type { SearchTime, SerialMode } from './timeouts.ts';
import { onAloneOverUdp, onSiblingOverUdp, startUdp, stepUdp } from './udp.ts';

export interface ExchangeStart {
  readonly plan: ExchangePlan;
  readonly time: SearchTime;
  readonly silent: readonly boolean[];
  readonly kind: Kind;
  readonly halves: readonly Half[];
  readonly serial: SerialMode;
  /** The last one of the candidate before. */
  readonly epoch: number;
  /** When the first server was asked, if that was before the turn of the candidate. */
  readonly askedAt?: number | undefined;
}

/** Begins a candidate at the first server. `actions`: where what it does goes, now and in later steps. */
export function startExchange(start: ExchangeStart, now: number, actions: Draft['actions']): Draft {
  const { plan, time, silent, kind, halves, serial, epoch, askedAt } = start;
  const asked = halves.length === 2 ? both : halves[0] === 0 ? onlyFirst : onlySecond;
  const state: ExchangeState = {
    plan,
    time,
    silent,
    kind,
    asked,
    serial,
    attempt: 0,
    position: 0,
    epoch,
    sentAt: now,
    timeoutMs: 0,
    primaryRcode: 0,
    primaryWritten: false,
    survivors: nothing,
    stage: waiting,
  };
  const draft: Draft = { state, actions, now, askedAt, early: undefined, outcome: undefined };
  if (plan.attempts <= 0 || plan.order.length === 0) endWithout(draft, !plan.useVc);
  else if (kind !== 'open' || serial === 'parallel' || asked[0] || plan.useVc) startTurn(draft);
  draft.askedAt = undefined;
  return draft;
}

const both: ExchangeState['asked'] = [true, true];
const onlyFirst: ExchangeState['asked'] = [true, false];
const onlySecond: ExchangeState['asked'] = [false, true];
const waiting: ExchangeStage = { is: 'waiting' };
const ended: ExchangeStage = { is: 'ended' };

/** Takes one event, and writes what comes of it. Events after the end are ignored. */
export function stepExchange(draft: Draft, event: ExchangeEvent, now: number): void {
  draft.now = now;
  draft.early = undefined;
  draft.outcome = undefined;
  if (draft.state.stage.is !== 'ended') follow(draft, verdictOn(draft, event));
}

function verdictOn(draft: Draft, event: ExchangeEvent): Verdict {
  switch (event.type) {
    case 'sibling':
      return onSibling(draft, event.half);
    case 'window-over':
      return onAlone(draft);
    case 'client-deadline':
      return onClientDeadline(draft);
    case 'silence':
      onSilence(draft, event.server, event.isSilent);
      return undefined;
    case 'timeout':
      return onTimeout(draft, event);
    default:
      return onTurnEvent(draft, event);
  }
}

function onTurnEvent(draft: Draft, event: TurnEvent): Verdict {
  const { stage } = draft.state;
  if (stage.is === 'udp') return stepUdp(draft, stage, event);
  return stage.is === 'tcp' ? stepTcp(draft, stage, event) : undefined;
}

function follow(draft: Draft, verdict: Verdict): void {
  switch (verdict) {
    case undefined:
      return;
    case 'next-server':
      return nextServer(draft, false);
    case 'refused':
      return nextServer(draft, true);
    case 'over-tcp':
      return moveToTcp(draft);
    case 'decided':
      return end(draft, judge(draft.state));
  }
}

function startTurn(draft: Draft): void {
  const { state } = draft;
  state.epoch += 1;
  state.primaryWritten = false;
  if (state.plan.useVc || state.stage.is === 'tcp') startTcp(draft);
  else startUdp(draft);
}

/** glibc's `v_circuit`: it stays with TCP from there on, and this is the last attempt. */
function moveToTcp(draft: Draft): void {
  draft.state.epoch += 1;
  draft.actions.push({ do: 'close-sockets' });
  startTcp(draft);
}

function nextServer(draft: Draft, wasRefused: boolean): void {
  const { state } = draft;
  const { plan, stage } = state;
  state.position += 1;
  if (state.position >= plan.order.length) {
    state.position = 0;
    state.attempt += 1;
    const isDead = stage.is === 'udp' ? !stage.gotSomewhere : wasRefused;
    if (stage.is === 'tcp' || state.attempt >= plan.attempts) return endWithout(draft, isDead);
  }
  startTurn(draft);
}

function onSibling(draft: Draft, half: Half): Verdict {
  const { state } = draft;
  if (state.kind !== 'open') return undefined;
  state.kind = 'pair';
  state.asked = both;
  if (state.stage.is === 'udp') return onSiblingOverUdp(draft, state.stage, half);
  if (state.stage.is === 'tcp') return onSiblingOverTcp(draft, state.stage, half);
  startTurn(draft);
  return undefined;
}

/** No sibling comes. */
function onAlone(draft: Draft): Verdict {
  const { state } = draft;
  if (state.kind !== 'open') return undefined;
  state.kind = 'solo';
  if (state.stage.is === 'udp') return onAloneOverUdp(draft, state.stage);
  if (state.stage.is === 'tcp') return onAloneOverTcp(state.stage);
  startTurn(draft);
  return undefined;
}

/** Questions that never left are not lost: taken for lost, they would end the search, and the client could get the bare name in its place. */
function onTimeout(draft: Draft, event: Extract<TurnEvent, { type: 'timeout' }>): Verdict {
  if (!event.unsent) {
    noteLost(draft);
    const verdict = onAlone(draft);
    if (verdict !== undefined) return verdict;
  }
  return onTurnEvent(draft, event);
}

/** A wait that was cut short says nothing of the server. */
function noteLost({ state, actions }: Draft): void {
  const server = currentServer(state);
  actions.push({ do: 'lost', server });
  if (waitMs(state) < (state.plan.timeoutsMs[server] ?? 0)) return;
  const { time, stage, sentAt } = state;
  state.time = { ...time, timedOut: time.timedOut.map((was, index) => was || index === server) };
  if (stage.is !== 'udp' || stage.received.some((half) => half !== undefined)) return;
  const questions = state.serial === 'parallel' ? askedHalves(state).length : 1;
  actions.push({ do: 'unanswered', server, sentAt, questions });
}

function onClientDeadline({ state }: Draft): Verdict {
  if (state.kind !== 'pair') return undefined;
  const hasFirst = acceptedReplies(state)[0]?.class === 'DATA';
  return hasFirst || survivorsOf(state).some((half) => half !== undefined) ? 'decided' : undefined;
}

function onSilence({ state, actions, now }: Draft, server: number, isSilent: boolean): void {
  const before = waitMs(state);
  state.silent = state.silent.map((was, index) => (index === server ? isSilent : was));
  const after = waitMs(state);
  if (after === before) return;
  actions.push({ do: 'timeout', server: currentServer(state), afterMs: Math.max(0, state.sentAt + after - now) });
}

/** A half that this server did not answer may have been answered by an earlier one. */
function judge(state: ExchangeState): CandidateOutcome {
  const [one, other] = acceptedReplies(state);
  const [first, second] = survivorsOf(state);
  return judgeCandidate(one ?? first, other ?? second, state.primaryRcode);
}

/** No server is left. `isDead`: errno is ECONNREFUSED in glibc. */
function endWithout(draft: Draft, isDead: boolean): void {
  const { state } = draft;
  const [first, second] = survivorsOf(state);
  if (first !== undefined || second !== undefined) {
    return end(draft, judgeCandidate(first, second, state.primaryRcode));
  }
  end(draft, judgeFailure(isDead, state.primaryRcode));
}

function end(draft: Draft, outcome: CandidateOutcome): void {
  draft.state.stage = ended;
  draft.outcome = outcome;
}
