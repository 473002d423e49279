/** What may take a query on its way (`sidecar/pipeline.ts` has the order): each stage takes it, or lets it go on. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import { findHosts } from '../decide/hosts/hosts.ts';
import { hostsReply } from '../decide/hosts/hosts-plan.ts';
import { forwardsAll, isForwarded } from '../decide/query/forwarding.ts';
import { emptyPlan } from '../decide/reply/reply-plan.ts';
import type { LocalData } from '../ports/local-data.ts';
import { rcodes } from '../wire/iana.ts';
import type { Answers } from './answers.ts';
import type { BareNameFallback } from './bare-name-fallback.ts';
import type { FailureCache } from './failure-cache.ts';
import { isAddressLookup } from './lookup.ts';
import type { HalfState, QueryContext } from './lookup.ts';
import { localPlan } from './local-plans.ts';
import type { Lookups } from './lookups.ts';
import { failureKeys, questionKey } from './query-keys.ts';
import type { AnsweredBy, QueryLog } from './query-log.ts';
import type { ReplySender } from './reply-sender.ts';
import type { ShortCache } from './short-cache.ts';

/** Takes the query, and answers it now or later. False: it goes on. */
export type TakeQuery = (context: QueryContext) => boolean;

export type Stages = ReturnType<typeof createStages>;

/** What the query log says of those that answer without a search. */
export const answeredBy: Readonly<Partial<Record<keyof Stages, AnsweredBy>>> = {
  'local data': 'local-data',
  'kept TCP form': 'repeat',
  'failure cache': 'repeat',
  hosts: 'hosts',
  'not forwarded': 'not-forwarded',
  'answer cache': 'memory',
};

export interface StagesDependencies extends StageParts {
  readonly localData: LocalData | undefined;
}

/** What the stages give queries to. */
export interface StageParts {
  readonly now: () => number;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly sender: ReplySender;
  /** Counts a query that is answered as one before it was. */
  readonly repeated: () => void;
  readonly truncated: ShortCache<HalfState>;
  readonly failures: FailureCache;
  readonly bareNames: BareNameFallback;
  readonly hostsTurn: (lines: object) => number;
  readonly answers: Answers;
  readonly lookups: Lookups;
  readonly queryLog: Pick<QueryLog, 'note'>;
}

export function createStages({ now, metrics, sender, localData, ...parts }: StagesDependencies) {
  const { repeated, truncated, failures, bareNames, hostsTurn, answers, lookups } = parts;
  return {
    'local data'(context) {
      if (localData === undefined) return false;
      const { snapshot, query } = context;
      const { view, client } = query;
      const plan = localPlan(context, localData);
      // Of a candidate that is a local name, what is in memory is not given.
      if (plan === undefined && context.local === undefined) localData.pass(client, view.bytes);
      if (plan !== undefined)
        sender.send(plan, { view, client: localData.remembering(client, view.bytes, plan) }, snapshot);
      return plan !== undefined;
    },
    'kept TCP form'(context) {
      const { query } = context;
      const kept = query.client.transport === 'tcp' ? truncated.get(questionKey(query), now()) : undefined;
      if (kept === undefined) return false;
      if (lookups.addTo(kept, context)) repeated();
      else sender.drop('searches-full', query.client);
      return true;
    },
    'failure cache'({ query, snapshot }) {
      const at = now();
      if (failures.isEmpty(at) || !failures.has(failureKeys(query), at)) return false;
      repeated();
      sender.send(emptyPlan(rcodes.SERVFAIL), query, snapshot);
      return true;
    },
    'bare-name fallback': bareNames.take,
    // Addresses of the hosts file are the lookup's: a pair has both or none of them.
    hosts(context) {
      if (!context.usesHosts || isAddressLookup(context)) return false;
      const { query, questionName, type, request, snapshot } = context;
      const { hosts, settings } = snapshot;
      const plan = hostsReply({ questionName, name: request.name, type }, hosts, settings.hosts, hostsTurn);
      if (plan === undefined) return false;
      metrics.inc('alpine_resolver_hosts_answers_total');
      sender.send(plan, query, snapshot);
      return true;
    },
    'not forwarded'(context) {
      if (maySend(context)) return false;
      sender.send(emptyPlan(rcodes.REFUSED), context.query, context.snapshot);
      return true;
    },
    'answer cache'(context) {
      const { query } = context;
      // What is remembered is of nameservers.
      if (context.local !== undefined) return false;
      return !lookups.isLive(context) && answers.take(query.view.bytes, query.client);
    },
    lookup(context) {
      if (!lookups.take(context)) sender.drop('searches-full', context.query.client);
      return true;
    },
  } satisfies Readonly<Record<string, TakeQuery>>;
}

function maySend({ snapshot, configuration, request, usesHosts }: QueryContext): boolean {
  const { hostsOnly, minForwardedDots: minDots } = snapshot.settings;
  const rules = { hostsOnly, minDots };
  if (forwardsAll(rules)) return true;
  const isLocal = (): boolean => usesHosts && findHosts(snapshot.hosts, request.name) !== undefined;
  return isForwarded({ search: request, isLocal, routes: configuration.routes }, rules);
}
