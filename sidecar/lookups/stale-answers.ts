/** Answers whose lifetime is over, for lookups to which the nameservers give nothing: performs what `decide/cache/stale` decides. */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { StaleReason } from '../../shared/report/reasons.ts';
import { answerKey } from '../cache/answer-cache.ts';
import type { AnswerCache, AnswerEntry } from '../cache/answer-cache.ts';
import { rcodeOfKept } from '../cache/kept-reply.ts';
import { mayBeStale, staleAfterMs, staleForMs, takesStale, type StaleQuery } from '../decide/cache/stale.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import { planStale } from '../decide/reply/stale-reply.ts';
import { addressTypeOf, halfOfType } from '../decide/search/pair.ts';
import type { Client } from '../ports/client.ts';
import { headerBytes, isAddressType } from '../wire/iana.ts';
import { readQuestion } from '../wire/message-view.ts';
import { formatName } from '../wire/name.ts';
import { newPlainQuery, readPlainQuery, type PlainQuery } from '../wire/plain-query.ts';
import { isAnswerTo, questionOf } from './answer-entry.ts';
import type { Lookup, QueryContext } from './lookup.ts';
import type { Refresh } from './refreshes.ts';

export interface StaleAnswersDependencies {
  readonly now: () => number;
  readonly hashSeed: number;
  readonly log: Log;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly cache: AnswerCache;
  readonly refresh: Refresh;
}

/** The replies by half, where the lookup asked for it. */
export type StaleReplies = readonly [ReplyPlan | undefined, ReplyPlan | undefined];

export interface StaleAnswers {
  /** When the lookup is given one, in milliseconds since its beginning, unless it has something by then; undefined: there is none. */
  afterMs(context: QueryContext): number | undefined;
  /** Undefined: it gets none. */
  take(lookup: Lookup, hasFailed: boolean): StaleReplies | undefined;
  /** Until when the answer is given without asking, though its lifetime is over; 0: it never was. */
  until(entry: AnswerEntry): number;
  /** It was, to this query: it is asked for anew, once for each time that it may be given so. */
  givenAgain(entry: AnswerEntry, bytes: Uint8Array, client: Client): void;
}

/** Of an answer that was given. */
interface Given {
  until: number;
  /** Meanwhile it is asked for, by a search that nobody waits for. */
  retry: 'none' | 'due' | 'running';
}

export function createStaleAnswers({
  now,
  hashSeed,
  log,
  metrics,
  cache,
  refresh,
}: StaleAnswersDependencies): StaleAnswers {
  const plain = newPlainQuery(hashSeed);
  const given = new WeakMap<AnswerEntry, Given>();

  const until = (entry: AnswerEntry): number => given.get(entry)?.until ?? 0;

  function find(context: QueryContext): AnswerEntry | undefined {
    const { serveStaleMs } = context.snapshot.settings;
    const { bytes } = context.query.view;
    if (serveStaleMs === 0 || cache.size === 0 || !readPlainQuery(bytes, plain)) return undefined;
    const question = questionOf(plain);
    const entry = cache.peek(answerKey(plain.hash, question));
    if (entry === undefined || !isAnswerTo(entry, question, plain, bytes)) return undefined;
    return mayBeStale(entry, staleQuery(entry, plain, context), serveStaleMs, now()) ? entry : undefined;
  }

  function retry(one: Given, bytes: Uint8Array, client: Client): void {
    if (one.retry !== 'due') return;
    const over = (): void => {
      if (one.retry === 'running') one.retry = 'none';
    };
    one.retry = 'running';
    if (!refresh(bytes, client, 'stale', over)) one.retry = 'due';
  }

  function report(bytes: Uint8Array, reason: StaleReason, queries: number): void {
    metrics.inc('alpine_resolver_stale_answers_total', { reason }, queries);
    const question = log.enabled('debug') ? readQuestion(bytes, headerBytes) : undefined;
    if (question !== undefined) log.debug('stale-answer', { name: formatName(question.name), reason });
  }

  /** Until further notice it is given without asking. */
  function open(entry: AnswerEntry, { query, snapshot }: QueryContext, isSlow: boolean): void {
    const one = given.get(entry) ?? { until: 0, retry: 'none' };
    given.set(entry, one);
    one.until = Math.min(now() + staleForMs, entry.goodUntil + snapshot.settings.serveStaleMs);
    if (one.retry !== 'running') one.retry = 'due';
    // The search for it is given up: nobody waits for its end.
    if (isSlow) retry(one, query.view.bytes, query.client);
  }

  return {
    until,
    afterMs(context) {
      const entry = find(context);
      if (entry === undefined) return undefined;
      return now() < until(entry) ? context.snapshot.settings.pairWindowMs : staleAfterMs;
    },
    take(lookup, hasFailed) {
      const { context, halves, pairing, pinned, search } = lookup;
      const entry = find(context);
      if (entry === undefined) return undefined;
      const isInHand = search?.running.isInHand === true;
      const alone = entry.isAlone(halfOfType(context.type));
      const isGiven = pinned !== undefined;
      if (!takesStale({ hasFailed, kind: pairing.kind, isGiven, isInHand, alone })) return undefined;
      const isRecent = now() < until(entry);
      const reason = hasFailed ? 'failed' : 'slow';
      const [one, other] = [halves[0].queries.length, halves[1].queries.length];
      report(context.query.view.bytes, isRecent ? 'recent' : reason, one + other);
      if (!isRecent) open(entry, context, !hasFailed);
      const [first, second] = plansOf(entry);
      return [one === 0 ? undefined : first, other === 0 ? undefined : second];
    },
    givenAgain(entry, bytes, client) {
      report(bytes, 'recent', 1);
      const one = given.get(entry);
      if (one !== undefined) retry(one, bytes, client);
    },
  };
}

function staleQuery(
  { second }: AnswerEntry,
  { type, hasOpt, ad, cd }: PlainQuery,
  { marked, local }: QueryContext,
): StaleQuery {
  const isAddress = second !== undefined && isAddressType(type);
  return { isAddress, marked, wantsMore: hasOpt || ad || cd, mayBeLocal: local !== undefined };
}

function plansOf(entry: AnswerEntry): StaleReplies {
  const replies = [entry.first, entry.second];
  const [first, second] = entry.messages().map((message, half) => {
    const rcode = rcodeOfKept(replies[half] ?? entry.first);
    return planStale(message, addressTypeOf(half === 0 ? 0 : 1), rcode);
  });
  return [first, second];
}
