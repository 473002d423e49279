/**
 * A server's turn over TCP, by the rules of glibc's `send_vc` (resolv/res_send.c): both questions go over one connection,
 * and every reply counts. The timeout is the sidecar's own, glibc has none there.
 */
import type { UpstreamReply } from './candidate-outcome.ts';
import { armTimeout, askedHalves, currentServer, keepSurvivors, nothing, writePrimary } from './exchange.ts';
import type { Draft, Mutable, TurnEvent, TcpTurn, Verdict } from './exchange.ts';
import { otherHalf, withHalf } from './pair.ts';
import type { Half } from './pair.ts';

type Turn = Mutable<TcpTurn>;

export function startTcp(draft: Draft): void {
  keepSurvivors(draft.state);
  const turn: Turn = { is: 'tcp', received: nothing, reconnected: false, hungUp: false };
  draft.state.stage = turn;
  connect(draft, turn);
}

export function stepTcp(draft: Draft, turn: Turn, event: TurnEvent): Verdict {
  if (event.type === 'reply') return onReply(draft, turn, event.half, event.reply);
  if (event.type === 'timeout') return event.unsent ? onFailure(draft, turn, 'refused') : 'next-server';
  return event.type === 'tcp-failed' ? onFailure(draft, turn, event.reason) : undefined;
}

/** glibc writes both questions to one connection. */
export function onSiblingOverTcp(draft: Draft, turn: Turn, half: Half): Verdict {
  if (turn.hungUp) connect(draft, turn);
  else draft.actions.push({ do: 'write', half });
  return undefined;
}

/** No sibling comes: what was received of the only question decides. */
export function onAloneOverTcp({ received }: TcpTurn): Verdict {
  return isAnswered(received) ? 'decided' : undefined;
}

function connect(draft: Draft, turn: Turn): void {
  const { state, actions } = draft;
  keepSurvivors(state);
  turn.received = nothing;
  actions.push({ do: 'connect', server: currentServer(state), halves: askedHalves(state) });
  armTimeout(draft);
}

function onReply({ state }: Draft, turn: Turn, half: Half, reply: UpstreamReply): Verdict {
  if (!state.asked[half] || turn.received[half] !== undefined) return undefined;
  writePrimary(state, half, reply.rcode);
  turn.received = withHalf(turn.received, half, reply);
  // A sibling that may still come could lose it: both replies count, or the next server's.
  return state.kind === 'solo' || turn.received[otherHalf(half)] !== undefined ? 'decided' : undefined;
}

function onFailure(draft: Draft, turn: Turn, reason: 'refused' | 'reset' | 'closed' | 'error'): Verdict {
  if (draft.state.kind === 'open' && isAnswered(turn.received)) {
    turn.hungUp = true;
    return undefined;
  }
  if (reason !== 'reset' || turn.reconnected) return reason === 'refused' ? 'refused' : 'next-server';
  turn.reconnected = true;
  connect(draft, turn);
  return undefined;
}

function isAnswered([one, other]: TcpTurn['received']): boolean {
  return one !== undefined || other !== undefined;
}
