/** A server's turn over UDP, by the rules of glibc's `send_dg` (resolv/res_send.c). */
import type { UpstreamReply } from './candidate-outcome.ts';
import { armTimeout, askedHalves, currentServer, keepSurvivors, nothing, writePrimary } from './exchange.ts';
import type { Draft, Mutable, TurnEvent, UdpTurn, Verdict } from './exchange.ts';
import { otherHalf, withHalf } from './pair.ts';
import type { Half } from './pair.ts';

type Turn = Mutable<UdpTurn>;

export function startUdp(draft: Draft): void {
  const { state } = draft;
  keepSurvivors(state);
  const gotSomewhere = state.stage.is === 'udp' && state.stage.gotSomewhere;
  const turn: Turn = { is: 'udp', received: nothing, truncated: false, gotSomewhere, gotSomewhereBefore: gotSomewhere };
  state.stage = turn;
  sendQuestions(draft, turn);
}

export function stepUdp(draft: Draft, turn: Turn, event: TurnEvent): Verdict {
  if (event.type === 'reply') return onReply(draft, turn, event.half, event.reply);
  if (event.type === 'timeout' && !event.unsent) return onTimeout(draft, turn);
  if (event.type === 'tcp-failed') return undefined;
  if (event.type === 'foreign' || event.type === 'undersized') onUnaccepted(draft, turn, event.rcode);
  return event.type === 'foreign' ? undefined : closeAndLeave(draft);
}

export function onSiblingOverUdp(draft: Draft, turn: Turn, half: Half): Verdict {
  const { serial, plan } = draft.state;
  const other = turn.received[otherHalf(half)];
  if (other === 'failover' && (serial !== 'parallel' || plan.strictError)) return closeAndLeave(draft);
  if (serial === 'parallel') send(draft, half);
  else if (other !== undefined) sendSecond(draft, half);
  return undefined;
}

/** No sibling comes: what was received of the only question decides. */
export function onAloneOverUdp(draft: Draft, turn: Turn): Verdict {
  const received = turn.received[0] ?? turn.received[1];
  if (received === undefined) return undefined;
  return received === 'failover' ? closeAndLeave(draft) : 'decided';
}

/** glibc's label `retry:`: the questions go out again, in serial mode only the first. */
function sendQuestions(draft: Draft, turn: Turn): void {
  const { state } = draft;
  keepSurvivors(state);
  turn.received = nothing;
  armTimeout(draft);
  const halves = askedHalves(state);
  send(draft, halves[0] ?? 0);
  if (halves.length > 1 && state.serial === 'parallel') send(draft, 1);
}

function send({ state, actions }: Draft, half: Half): void {
  actions.push({ do: 'send', half, server: currentServer(state) });
}

function sendSecond(draft: Draft, half: Half): void {
  if (draft.state.serial === 'reopen') closeSockets(draft);
  send(draft, half);
}

function onReply(draft: Draft, turn: Turn, half: Half, reply: UpstreamReply): Verdict {
  const { state } = draft;
  if (!state.asked[half] || turn.received[half] !== undefined) return undefined;
  turn.gotSomewhere = true;
  writePrimary(state, half, reply.rcode);
  if (reply.class === 'TC') return onTruncated(draft, turn, half);
  if (isFailover(reply)) return onFailover(draft, turn, half);
  turn.received = withHalf(turn.received, half, reply);
  return turn.truncated ? 'over-tcp' : onAccepted(draft, turn, half, reply);
}

function isFailover(reply: UpstreamReply): boolean {
  return reply.class === 'SF' || reply.class === 'NI' || reply.class === 'RF' || reply.class === 'LAME';
}

function onAccepted(draft: Draft, turn: Turn, half: Half, reply: UpstreamReply): Verdict {
  const { kind, plan, serial } = draft.state;
  const other = turn.received[otherHalf(half)];
  // With `strict-error` the failover reply that came first has sent the pair on already.
  if (plan.strictError && other === 'failover') return closeAndLeave(draft);
  if (kind === 'open') {
    if (reply.class === 'DATA') draft.early = { half, reply };
    return undefined;
  }
  if (kind === 'solo' || other !== undefined) return 'decided';
  // The second send is always AAAA, also after a reply to AAAA that was asked for before the serial mode.
  if (serial !== 'parallel') sendSecond(draft, 1);
  return undefined;
}

/** It reached glibc's reply buffer all the same. */
function onUnaccepted({ state }: Draft, turn: Turn, rcode: number | undefined): void {
  turn.gotSomewhere = true;
  if (!state.primaryWritten && rcode !== undefined) state.primaryRcode = rcode;
}

/** glibc's label `next_ns:`. */
function onFailover(draft: Draft, turn: Turn, half: Half): Verdict {
  if (turn.truncated) return 'over-tcp';
  const { kind, plan, serial } = draft.state;
  const other = turn.received[otherHalf(half)];
  if (kind === 'open') return noteFailover(turn, half);
  // `keep-surviving-half` waits for the other half all the same: it may have data.
  if (plan.strictError && (!plan.keepSurvivingHalf || other !== undefined)) return closeAndLeave(draft);
  if (other !== undefined) return other === 'failover' ? 'next-server' : 'decided';
  return kind === 'pair' && serial === 'parallel' ? noteFailover(turn, half) : closeAndLeave(draft);
}

function noteFailover(turn: Turn, half: Half): Verdict {
  turn.received = withHalf<UpstreamReply | 'failover'>(turn.received, half, 'failover');
  return undefined;
}

/** With `keep-surviving-half` the other half is waited for first: TCP may fail, and its data would be lost. */
function onTruncated({ state }: Draft, turn: Turn, half: Half): Verdict {
  const { kind, plan, serial } = state;
  const isLast = turn.received[otherHalf(half)] !== undefined || serial !== 'parallel' || turn.truncated;
  if (kind !== 'pair' || !plan.keepSurvivingHalf || isLast) return 'over-tcp';
  turn.truncated = true;
  return undefined;
}

function onTimeout(draft: Draft, turn: Turn): Verdict {
  if (turn.truncated) return 'over-tcp';
  // Only a reply that counts makes up for the lost half: a failover reply leaves nothing in glibc's buffers.
  if (turn.received.every((half) => half === undefined || half === 'failover')) {
    turn.gotSomewhere = true;
    return 'next-server';
  }
  turn.gotSomewhere = turn.gotSomewhereBefore;
  const { state } = draft;
  if (state.serial === 'reopen') return 'decided';
  if (state.serial === 'serial') closeSockets(draft);
  state.serial = state.serial === 'parallel' ? 'serial' : 'reopen';
  sendQuestions(draft, turn);
  return undefined;
}

/** glibc's close_and_return_error: every socket of the resolver state is closed. */
function closeAndLeave(draft: Draft): Verdict {
  closeSockets(draft);
  return 'next-server';
}

function closeSockets({ actions }: Draft): void {
  actions.push(closing);
}

const closing = { do: 'close-sockets' } as const;
