/**
 * What a search has used on its way to its end: whether, and until when, the same search would have the same end, if every
 * server repeated what it said.
 */
import type { CandidateOutcome, OutcomeCode, UpstreamReply } from './candidate-outcome.ts';
import { currentServer } from './exchange.ts';
import type { ExchangeState, TurnEvent } from './exchange.ts';
import type { Halves } from './pair.ts';
import type { ReplyClass } from '../../wire/classify-reply.ts';

export interface Consumed {
  /** On the monotonic clock, in milliseconds; -Infinity where something without a lifetime was used. */
  readonly goodUntil: number;
  /** A silent server was passed over: the end holds for as long as it is silent. */
  readonly passedSilent: boolean;
  /** The candidates that were asked, in their order. */
  readonly candidates: readonly ConsumedCandidate[];
}

/** What is known of one candidate when its replies themselves are gone. */
export interface ConsumedCandidate {
  readonly code: OutcomeCode;
  readonly classes: Halves<ReplyClass>;
}

export const nothingConsumed: Consumed = {
  goodUntil: Infinity,
  passedSilent: false,
  candidates: [],
};

/** Something happened at the current server; of accepted replies the outcome of the candidate tells. */
export function consumeEvent(consumed: Consumed, exchange: ExchangeState, event: TurnEvent): Consumed {
  if (event.type === 'reply') return isRepeatable(event.reply.class) ? consumed : spoil(consumed);
  if (event.type === 'timeout' && !event.unsent && isSilent(exchange)) return { ...consumed, passedSilent: true };
  return spoil(consumed);
}

/** The candidate was judged by these replies. */
export function consumeOutcome(consumed: Consumed, { code, halves }: CandidateOutcome): Consumed {
  const [first, second] = halves;
  const goodUntil = Math.min(consumed.goodUntil, goodUntilOf(first, second), goodUntilOf(second, first));
  const candidate: ConsumedCandidate = { code, classes: [first?.class, second?.class] };
  const { passedSilent, candidates } = consumed;
  return { goodUntil, passedSilent, candidates: [...candidates, candidate] };
}

function goodUntilOf(reply: UpstreamReply | undefined, other: UpstreamReply | undefined): number {
  if (reply === undefined) return Infinity;
  return (other?.class === 'DATA' ? reply.kept?.goodUntilBesideData : reply.kept?.goodUntil) ?? -Infinity;
}

/** What led to the end will not be repeated. */
export function spoil(consumed: Consumed): Consumed {
  return { ...consumed, goodUntil: -Infinity };
}

/** Nothing came of it in this turn, over UDP, and it is known to be silent. */
function isSilent(exchange: ExchangeState): boolean {
  const { silent, stage } = exchange;
  if (silent[currentServer(exchange)] !== true || stage.is !== 'udp') return false;
  return stage.received.every((half) => half === undefined);
}

/** Failover replies, refusals and what cannot be read are never used again; a truncated reply is by its TCP form. */
export function isRepeatable(replyClass: ReplyClass): boolean {
  return replyClass === 'TC' || hasLifetime(replyClass);
}

/** Of its own. */
export function hasLifetime(replyClass: ReplyClass): boolean {
  return replyClass === 'DATA' || replyClass === 'EMPTY' || replyClass === 'NX' || replyClass === 'ALIAS';
}
