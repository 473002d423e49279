/** The reply with what is kept of an answer whose lifetime is over. */
import { readAnswer } from '../../wire/answer.ts';
import { headerBytes } from '../../wire/iana.ts';
import { readQuestion } from '../../wire/message-view.ts';
import { staleTtlSeconds } from '../cache/stale.ts';
import { canonicalTarget, emptyPlan } from './reply-plan.ts';
import type { ReplyPlan } from './reply-plan.ts';

/** `message`: one of ours. Nobody vouches for it any more. */
export function planStale(message: Uint8Array, type: number, rcode: number): ReplyPlan {
  const question = readQuestion(message, headerBytes);
  const answer = question && readAnswer(message, question.name, type);
  const ttl = staleTtlSeconds;
  const chain = (answer?.chain ?? []).map(({ target }) => ({ target, ttl }));
  const records = (answer?.records ?? []).map(({ type: own, rdata }) => ({ type: own, ttl, rdata }));
  if (chain.length + records.length === 0) return emptyPlan(rcode);
  return { form: 'records', authentic: false, chain, canonical: canonicalTarget(chain), records };
}
