/** What the stages give queries to: the lookups, and what is kept of those that have ended. */
import type { AnswerCache } from '../cache/answer-cache.ts';
import type { Caches } from '../cache/caches.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { readsErrno } from '../decide/lookup/bare-name.ts';
import type { RememberedSearch } from '../decide/lookup/bare-name.ts';
import { emptyPlan, heldBytes, isAgain, planBareName } from '../decide/reply/reply-plan.ts';
import { addressTypeOf, halfOfType } from '../decide/search/pair.ts';
import type { PipelineDependencies } from '../ports/pipeline-dependencies.ts';
import { createLingeringSockets } from '../search/lingering-sockets.ts';
import type { SilentServers } from '../search/silent-servers.ts';
import { rcodes } from '../wire/iana.ts';
import type { Question } from '../wire/message-view.ts';
import { createAnswerKeeper } from './answer-keeper.ts';
import { createAnswers } from './answers.ts';
import { createBareNameFallback } from './bare-name-fallback.ts';
import { createFailureCache } from './failure-cache.ts';
import type { HalfState, QueryContext } from './lookup.ts';
import { localCandidatePlan } from './local-plans.ts';
import { createLookups } from './lookups.ts';
import type { LookupDependencies, Lookups } from './lookups.ts';
import { pairKey, questionKey } from './query-keys.ts';
import { createQueryLog } from './query-log.ts';
import { rememberEnd } from './remember-end.ts';
import type { ReplySender } from './reply-sender.ts';
import { createSearchReport } from './search-report.ts';
import { createShortCache } from './short-cache.ts';
import { createRefreshes } from './refreshes.ts';
import type { Query } from './reply-writer.ts';
import { createStaleAnswers } from './stale-answers.ts';
import type { StageParts } from './stages.ts';
import { createTurns } from './turns.ts';
import { smallBufferBytes } from '../wire/packed-name.ts';

export interface StagePartsDependencies extends PipelineDependencies {
  readonly sender: ReplySender;
  readonly caches: Caches;
  readonly silentServers: SilentServers;
  readonly isLooping: LookupDependencies['isLooping'];
  /** What a query asks for; undefined: nobody is asked for it. */
  readonly contextOf: (query: Query, question: Question) => QueryContext | undefined;
}

/** A truncated reply's full form waits this long for the client to come over TCP, in milliseconds. */
const truncatedLifetimeMs = 5000;

/** Entries of each cache: more than a busy pod needs, few enough for the heap. */
const maxEntries = 2048;

/** Bytes of replies that were truncated, and of what belongs to them. */
const maxTruncatedBytes = 4 * 1024 * 1024;

export function createStageParts(deps: StagePartsDependencies, initial: ConfigurationSnapshot): StageParts {
  const { metrics, now, sender, caches, localData } = deps;
  const hostsTurn = createTurns();
  const failures = createFailureCache(maxEntries);
  const truncated = createShortCache<HalfState>(truncatedLifetimeMs, maxTruncatedBytes, weighHalf);
  const queryLog = createQueryLog(deps.recordSearch, deps.log);
  const repeated = (): void => metrics.inc('alpine_resolver_repeats_total');

  const search: Lookups['refresh'] = (context, ended) => lookups.refresh(context, ended);
  const answerParts = createAnswerParts({ ...deps, cache: caches.answers, search }, initial);

  const lookups = createLookups(
    {
      ...deps,
      stale: answerParts.stale,
      record: queryLog.choose,
      replyCache: caches.replies,
      shapes: caches.shapes,
      lingering: createLingeringSockets(deps.setTimer),
      leftovers: createLingeringSockets(deps.setTimer),
      ...createSearchReport(metrics, deps.log),
      send: (plan, query, context) => sender.send(plan, query, context.snapshot),
      ended: (ended) => rememberEnd(ended, { answers, failures, bareNames, now }),
      gaveUp(query, { snapshot }) {
        if (query.client.transport === 'tcp') sender.send(emptyPlan(rcodes.SERVFAIL), query, snapshot);
        else sender.drop('time-limit', query.client);
      },
      localPlan: localData && ((context, name, type) => localCandidatePlan(context, { name, type }, localData)),
      repeated,
      hostsTurn,
      hostsAnswered(queries, context, half) {
        metrics.inc('alpine_resolver_hosts_answers_total', {}, queries);
        queryLog.note(context, 'hosts', addressTypeOf(half));
      },
    },
    (state, query) => truncated.set(questionKey(query), state, now()),
  );

  function answerBareName(context: QueryContext, ended: RememberedSearch): void {
    const { query, questionName, type, snapshot } = context;
    repeated();
    queryLog.note(context, 'repeat');
    const errno = readsErrno(type, query.view.edns !== undefined, ended);
    const plan = planBareName(ended.end, halfOfType(type), questionName, errno);
    if (isAgain(plan)) failures.note(ended.end, pairKey(query), now());
    sender.send(plan, query, snapshot);
  }

  const bareNames = createBareNameFallback(
    {
      ...deps,
      answer: answerBareName,
      deny(context) {
        const { query, snapshot } = context;
        repeated();
        queryLog.note(context, 'repeat');
        sender.send(emptyPlan(rcodes.NXDOMAIN), query, snapshot);
      },
      search(context) {
        if (!lookups.take(context)) sender.drop('searches-full', context.query.client);
      },
    },
    maxEntries,
  );

  const answers = createAnswers(
    {
      ...deps,
      cache: caches.answers,
      bareNames,
      ...answerParts,
      isFree: (hash, marked, at) => !lookups.mayBeLive(hash) && failures.isEmpty(at) && (marked || bareNames.isIdle),
    },
    initial,
  );

  return { now, metrics, sender, repeated, truncated, failures, bareNames, hostsTurn, answers, lookups, queryLog };
}

interface AnswerPartsDependencies extends StagePartsDependencies {
  readonly cache: AnswerCache;
  readonly search: Lookups['refresh'];
}

/** What keeps answers, asks for them anew, and gives those whose lifetime is over. */
function createAnswerParts(deps: AnswerPartsDependencies, initial: ConfigurationSnapshot) {
  const contextOf = (query: Query) => query.view.question && deps.contextOf(query, query.view.question);
  const keeper = createAnswerKeeper(deps, initial);
  const refresh = createRefreshes({ ...deps, contextOf, replace: keeper.replace });
  return { keeper, refresh, stale: createStaleAnswers({ ...deps, refresh }) };
}

/** In bytes: the reply; the query with its client and both keys, as measured; and the buffer of which the query may be a small part. */
function weighHalf({ plan }: HalfState): number {
  return 2000 + smallBufferBytes + (plan === undefined ? 0 : heldBytes(plan));
}
