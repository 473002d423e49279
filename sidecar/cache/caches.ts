/** Both caches in their one budget, what searches have taught, and what a change of the configuration leaves of them. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { SearchConfiguration } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { createAnswerCache } from './answer-cache.ts';
import type { AnswerCache } from './answer-cache.ts';
import { createBudget } from './budget.ts';
import { createLearnedShapes } from './learned-shapes.ts';
import type { LearnedShapes } from './learned-shapes.ts';
import { createReplyCache } from './reply-cache.ts';
import type { ReplyCache } from './reply-cache.ts';

export interface Caches {
  readonly replies: ReplyCache;
  readonly answers: AnswerCache;
  readonly shapes: LearnedShapes;
  /** Answers of another configuration are gone, and replies of servers that are no longer asked. */
  configure(snapshot: ConfigurationSnapshot, configuration: SearchConfiguration): void;
  /** Everything that has a lifetime is gone. */
  clear(): void;
}

export interface CachesDependencies {
  readonly now: () => number;
  readonly metrics: Metrics<SidecarMetrics>;
}

export function createCaches({ now, metrics }: CachesDependencies, initial: ConfigurationSnapshot): Caches {
  const budget = createBudget(initial.settings.maxCacheBytes);
  const replies = createReplyCache(budget);
  const answers = createAnswerCache(budget);
  const shapes = createLearnedShapes(now());
  let current = initial;
  let told = 0;
  metrics.onCollect(() => {
    metrics.set('alpine_resolver_cache_bytes', budget.bytes);
    metrics.inc('alpine_resolver_cache_evictions_total', {}, budget.evictions - told);
    told = budget.evictions;
  });
  return {
    replies,
    answers,
    shapes,
    configure(snapshot, { servers }) {
      if (snapshot !== current) answers.clear();
      if (snapshot.resolvConf !== current.resolvConf) shapes.forget(now());
      const isShorter = shorterLifetimes(current, snapshot);
      current = snapshot;
      if (snapshot.settings.replyCache && !isShorter) replies.keepServers(new Set(servers.map(({ key }) => key)));
      else replies.clear();
      budget.setMaxBytes(snapshot.settings.maxCacheBytes);
    },
    clear() {
      answers.clear();
      replies.clear();
    },
  };
}

/** What is held lives as long as it could when it came. */
function shorterLifetimes(
  { settings: before }: ConfigurationSnapshot,
  { settings: after }: ConfigurationSnapshot,
): boolean {
  return (
    after.maxCacheSeconds < before.maxCacheSeconds ||
    after.maxNegativeCacheSeconds < before.maxNegativeCacheSeconds ||
    after.maxCacheSecondsWithoutSoa < before.maxCacheSecondsWithoutSoa
  );
}
