/** Reports searches: counts each, and logs at level `debug` a line per candidate and per search. */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Counter, Metrics } from '../../shared/report/metrics.ts';
import type { CandidateOutcomeCode, SearchOutcome } from '../../shared/report/reasons.ts';
import { judgePositive } from '../decide/search/candidate-outcome.ts';
import type { CandidateOutcome, ReplyClass } from '../decide/search/candidate-outcome.ts';
import type { EndedSearch } from './lookup.ts';
import type { SearchObserver } from '../search/run-search.ts';
import { typeName } from '../wire/mnemonics.ts';
import { formatName } from '../wire/name.ts';

export interface SearchReport {
  readonly observe: SearchObserver;
  readonly searchEnded: (search: EndedSearch) => void;
}

export function createSearchReport(metrics: Metrics<SidecarMetrics>, log: Log): SearchReport {
  const queries = { udp: new Map<string, Counter>(), tcp: new Map<string, Counter>() };
  const hits = metrics.counter('alpine_resolver_cache_hits_total', { cache: 'reply' });
  const replies = new Map<ReplyClass | 'LOST', Map<string, Counter>>();
  const searches = new Map<SearchOutcome, Counter>();
  return {
    observe: {
      query: (server, transport) =>
        count(queries[transport], server, () =>
          metrics.counter('alpine_resolver_upstream_queries_total', { server, transport }),
        ),
      reply(server, replyClass) {
        const byServer = replies.get(replyClass) ?? new Map<string, Counter>();
        replies.set(replyClass, byServer);
        count(byServer, server, () =>
          metrics.counter('alpine_resolver_upstream_replies_total', { server, class: lowerCase(replyClass) }),
        );
      },
      recalled: () => hits.inc(),
      askedAhead: (isUsed) => metrics.inc('alpine_resolver_asked_ahead_total', { use: isUsed ? 'used' : 'unused' }),
      ignored: (reason) => metrics.inc('alpine_resolver_upstream_ignored_total', { reason }),
      candidate(name, outcome) {
        if (log.enabled('debug')) log.debug('candidate', { name: formatName(name), outcome: outcomeWord(outcome) });
      },
    },
    searchEnded({ request, type: asked, kind, end, given, durationMs: exactMs, recorded }) {
      const outcome = given === undefined ? outcomeOf(end) : 'positive';
      count(searches, outcome, () => metrics.counter('alpine_resolver_searches_total', { outcome }));
      metrics.observe('alpine_resolver_search_duration_seconds', exactMs / 1000);
      if (recorded === undefined && !log.enabled('debug')) return;
      const type = kind === 'pair' ? 'A+AAAA' : typeName(asked);
      const durationMs = Math.round(exactMs * 1000) / 1000;
      if (recorded !== undefined) log.info('lookup', { ...recorded, type, by: 'search', outcome, durationMs });
      if (!log.enabled('debug')) return;
      const last = given ?? (end.code === 'LIMIT' ? undefined : end.candidate);
      log.debug('search', {
        name: formatName(request.name),
        type,
        searched: !request.absolute,
        outcome,
        ...(last && { [outcome === 'positive' ? 'found' : 'stoppedAt']: formatName(last.name) }),
        durationMs,
      });
    },
  };
}

/** Servers come and go with the configuration; their counters stay for as long as they are few. */
function count<Key extends string>(counters: Map<Key, Counter>, key: Key, create: () => Counter): void {
  let counter = counters.get(key);
  if (counter === undefined) {
    if (counters.size >= maxCounters) counters.clear();
    counter = create();
    counters.set(key, counter);
  }
  counter.inc();
}

const maxCounters = 32;

/** `POS` is any answer; the report says what programs find in it. */
export function outcomeWord(outcome: CandidateOutcome): CandidateOutcomeCode {
  if (outcome.code !== 'POS') return lowerCase(outcome.code);
  const word = judgePositive(outcome);
  return word === 'positive' ? 'pos' : word;
}

function outcomeOf(end: EndedSearch['end']): SearchOutcome {
  switch (end.code) {
    case 'POS':
      return judgePositive(end.outcome);
    case 'NODATA':
      return 'nodata';
    case 'NONAME':
      return 'noname';
    case 'AGAIN':
      return 'again';
    case 'NORECOVERY':
      return 'norecovery';
    case 'LOCAL':
      return 'positive';
    case 'LIMIT':
      return 'time-limit';
  }
}

function lowerCase<Text extends string>(text: Text): Lowercase<Text> {
  return text.toLowerCase() as Lowercase<Text>;
}
