/**
 * A query's way through the sidecar: bytes → view → admit → mode → `stages`, the last of which is the lookup.
 *
 * Everything up to the lookup happens in the same tick, without a promise.
 */
import type { Log } from '../shared/report/log.ts';
import type { SidecarMetrics } from '../shared/report/metric-table.ts';
import type { Metrics } from '../shared/report/metrics.ts';
import { createCaches } from './cache/caches.ts';
import { searchConfiguration } from './decide/configuration/search-configuration.ts';
import type { SearchConfiguration } from './decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from './decide/configuration/snapshot.ts';
import { findHosts } from './decide/hosts/hosts.ts';
import { hostsReply } from './decide/hosts/hosts-plan.ts';
import { readsErrno } from './decide/lookup/bare-name.ts';
import { admit } from './decide/query/admit.ts';
import { chaosText } from './decide/query/chaos.ts';
import { clientFlags } from './decide/query/client-flags.ts';
import { forwardsAll, isForwarded } from './decide/query/forwarding.ts';
import { readRequest } from './decide/query/request.ts';
import type { Reading, Request } from './decide/query/request.ts';
import { emptyPlan, heldBytes, isAgain, planBareName } from './decide/reply/reply-plan.ts';
import { halfOfType } from './decide/search/pair.ts';
import { createAnswers } from './lookups/answers.ts';
import { createBareNameFallback } from './lookups/bare-name-fallback.ts';
import { createFailureCache } from './lookups/failure-cache.ts';
import { isAddressLookup } from './lookups/lookup.ts';
import type { HalfState, QueryContext } from './lookups/lookup.ts';
import { createLookups } from './lookups/lookups.ts';
import { failureKeys, pairKey, questionKey } from './lookups/query-keys.ts';
import { rememberEnd } from './lookups/remember-end.ts';
import { createQueryLog } from './lookups/query-log.ts';
import { createReplySender } from './lookups/reply-sender.ts';
import type { Query } from './lookups/reply-writer.ts';
import { createSearchReport } from './lookups/search-report.ts';
import { createShortCache } from './lookups/short-cache.ts';
import { createTurns } from './lookups/turns.ts';
import type { Client, Pipeline } from './ports/client.ts';
import type { RecordSearch } from './ports/search-recording.ts';
import type { UpstreamPort } from './ports/upstream.ts';
import { createLingeringSockets } from './search/lingering-sockets.ts';
import { createLoopCheck } from './search/loop-check.ts';
import { createSilentServers } from './search/silent-servers.ts';
import { composeChaos } from './wire/compose-chaos.ts';
import { composeError } from './wire/compose-error.ts';
import { rcodes } from './wire/iana.ts';
import { compactQuery, viewQuery } from './wire/message-view.ts';
import type { QueryView } from './wire/message-view.ts';
import { typeName } from './wire/mnemonics.ts';
import { nameKey } from './wire/name.ts';
import type { WireName } from './wire/name.ts';

/** In this order; the first that takes a query ends its way. */
export const stages = [
  'kept TCP form',
  'failure cache',
  'bare-name fallback',
  'hosts',
  'not forwarded',
  'answer cache',
  'lookup',
] as const;

type Stage = (typeof stages)[number];

export interface PipelineDependencies {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** An unpredictable 16-bit query ID. */
  readonly randomId: () => number;
  /** First server under `rotate`: glibc counts on from a random start, once per candidate. */
  readonly nextRotation: (count: number) => number;
  readonly upstream: UpstreamPort;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly log: Log;
  /** For the query log. */
  readonly recordSearch?: RecordSearch;
  /** Looks whether the file that the containers see changed, and calls `configure` if so, before it returns. */
  readonly checkPodResolvConf: () => void;
}

/** A truncated reply's full form waits this long for the client to come over TCP, in milliseconds. */
const truncatedLifetimeMs = 5000;

/** Entries of each cache: more than a busy pod needs, few enough for the heap. */
const maxEntries = 2048;

/** Bytes of replies that were truncated, and of what belongs to them. */
const maxTruncatedBytes = 4 * 1024 * 1024;

export function createPipeline(deps: PipelineDependencies, initial: ConfigurationSnapshot): Pipeline {
  const { metrics, now } = deps;
  let snapshot = initial;
  let configuration = configurationOf(initial);
  const hostsTurn = createTurns();
  const sender = createReplySender(deps);
  const failures = createFailureCache(maxEntries);
  const truncated = createShortCache<HalfState>(truncatedLifetimeMs, maxTruncatedBytes, weighHalf);
  const caches = createCaches(deps, initial);
  const silentServers = createSilentServers(deps);
  silentServers.configure(rememberedServers(initial, configuration));
  const loops = createLoopCheck(deps);
  silentServers.watch((_server, isSilent) => isSilent || caches.answers.endSilence());

  const sendEmpty = (rcode: number, query: Query): void => void sender.send(emptyPlan(rcode), query, snapshot);
  const repeated = (): void => metrics.inc('alpine_resolver_repeats_total');

  const lookups = createLookups(
    {
      ...deps,
      silentServers,
      isLooping: loops.isLooping,
      record: createQueryLog(deps.recordSearch),
      replyCache: caches.replies,
      shapes: caches.shapes,
      lingering: createLingeringSockets(deps.setTimer),
      ...createSearchReport(metrics, deps.log),
      send: (plan, query, context) => sender.send(plan, query, context.snapshot),
      ended: (ended) => rememberEnd(ended, { answers, failures, bareNames, now }),
      gaveUp(query) {
        if (query.client.transport === 'tcp') sendEmpty(rcodes.SERVFAIL, query);
        else sender.drop('time-limit', query.client);
      },
      repeated,
      hostsTurn,
      hostsAnswered: (queries) => metrics.inc('alpine_resolver_hosts_answers_total', {}, queries),
    },
    (state, query) => truncated.set(questionKey(query), state, now()),
  );

  const bareNames = createBareNameFallback(
    {
      ...deps,
      answer({ query, questionName, type }, ended) {
        repeated();
        const errno = readsErrno(type, query.view.edns !== undefined, ended);
        const plan = planBareName(ended.end, halfOfType(type), questionName, errno);
        if (isAgain(plan)) failures.note(ended.end, pairKey(query), now());
        sender.send(plan, query, snapshot);
      },
      deny({ query }) {
        repeated();
        sendEmpty(rcodes.NXDOMAIN, query);
      },
      search: (context) => void take.lookup(context),
    },
    maxEntries,
  );

  const answers = createAnswers(
    {
      ...deps,
      cache: caches.answers,
      bareNames,
      isFree: (hash, marked) => !lookups.mayBeLive(hash) && failures.isEmpty(now()) && (marked || bareNames.isIdle),
    },
    initial,
  );

  const take: Readonly<Record<Stage, (context: QueryContext) => boolean>> = {
    'kept TCP form'(context) {
      const { query } = context;
      const kept = query.client.transport === 'tcp' ? truncated.get(questionKey(query), now()) : undefined;
      if (kept === undefined) return false;
      if (lookups.addTo(kept, context)) repeated();
      else sender.drop('searches-full', query.client);
      return true;
    },
    'failure cache'({ query }) {
      if (!failures.has(failureKeys(query), now())) return false;
      repeated();
      sendEmpty(rcodes.SERVFAIL, query);
      return true;
    },
    'bare-name fallback': (context) => bareNames.take(context),
    // Addresses of the hosts file are the lookup's: a pair has both or none of them.
    hosts(context) {
      if (!context.usesHosts || isAddressLookup(context)) return false;
      const { query, questionName, type, request } = context;
      const { hosts, settings } = snapshot;
      const plan = hostsReply({ questionName, name: request.name, type }, hosts, settings.hosts, hostsTurn);
      if (plan === undefined) return false;
      metrics.inc('alpine_resolver_hosts_answers_total');
      sender.send(plan, query, snapshot);
      return true;
    },
    'not forwarded'(context) {
      if (maySend(context)) return false;
      sendEmpty(rcodes.REFUSED, context.query);
      return true;
    },
    'answer cache'(context) {
      const { query } = context;
      return !lookups.isLive(context) && answers.take(query.view.bytes, query.client);
    },
    lookup(context) {
      if (!lookups.take(context)) sender.drop('searches-full', context.query.client);
      return true;
    },
  };

  /** What the query asks for by the mode. An image may have overwritten the pod's file just before its program started. */
  function requestOf(reading: Reading): Request {
    const request = readRequest(reading, snapshot);
    if (request.do === 'search' && request.marked) return request;
    deps.checkPodResolvConf();
    return readRequest(reading, snapshot);
  }

  function answer(query: Query, questionName: WireName, type: number): void {
    const receivedAt = now();
    const { view } = query;
    const flags = clientFlags(view);
    const request = requestOf({ name: questionName, type, edns: view.edns !== undefined, flags });
    if (request.do === 'negative') return sendEmpty(rcodes.NXDOMAIN, query);
    const { marked, usesHosts, whole, search } = request;
    const context: QueryContext = {
      query,
      receivedAt,
      questionName,
      type,
      request: search,
      usesHosts,
      marked,
      whole,
      flags: marked ? 0 : flags,
      snapshot,
      configuration,
    };
    for (const stage of stages) if (take[stage](context)) return;
  }

  /** An error, but for questions of the class CHAOS that are answered. */
  function replyToUnserved(message: QueryView | Uint8Array, rcode: number, client: Client): void {
    const isRead = rcode === rcodes.REFUSED && !(message instanceof Uint8Array);
    const told = isRead ? chaosReply(message, snapshot) : undefined;
    sender.sendError(told ?? composeError(message, rcode), told === undefined ? rcode : rcodes.NOERROR, client);
  }

  return {
    handle(bytes, client) {
      if (client.transport === 'udp' && answers.takeAtOnce(bytes, client)) return;
      const view = viewQuery(bytes);
      sender.arrived(client);
      const admission = admit(view, bytes);
      const { question } = view ?? {};
      const type = question === undefined ? 'none' : typeName(question.type);
      metrics.inc('alpine_resolver_queries_total', { transport: client.transport, type });
      if (admission.do === 'drop') return sender.drop(admission.reason, client);
      if (admission.do === 'error' || view === undefined || question === undefined) {
        const rcode = admission.do === 'error' ? admission.rcode : rcodes.FORMERR;
        return replyToUnserved(view ?? bytes, rcode, client);
      }
      const query: Query = { view: compactQuery(view), client };
      if (loops.takes(question.name)) sendEmpty(rcodes.NXDOMAIN, query);
      else answer(query, question.name, question.type);
    },
    refuse(bytes, client) {
      const view = viewQuery(bytes);
      const admission = admit(view, bytes);
      if (admission.do === 'drop') return sender.drop(admission.reason, client);
      const rcode = admission.do === 'error' ? admission.rcode : rcodes.REFUSED;
      sender.sendError(composeError(view ?? bytes, rcode), rcode, client);
    },
    configure(next) {
      const { resolvConf, upstreamPort, routing } = next;
      const isSame =
        resolvConf === snapshot.resolvConf && upstreamPort === snapshot.upstreamPort && routing === snapshot.routing;
      if (!isSame) configuration = configurationOf(next);
      snapshot = next;
      silentServers.configure(rememberedServers(next, configuration));
      loops.configure(configuration.servers, next);
      answers.configure(next);
      caches.configure(next, configuration);
    },
    forget: caches.clear,
    clientGone: sender.gone,
    get inFlight() {
      return lookups.inFlight;
    },
  };
}

/** The reply to a question of the class CHAOS that is answered. */
function chaosReply(view: QueryView, { settings }: ConfigurationSnapshot): Uint8Array | undefined {
  const text = settings.chaosTexts && view.question && chaosText(view.question, settings.chaosTexts);
  return text === undefined ? undefined : composeChaos(view, text);
}

function maySend({ snapshot, configuration, request, usesHosts }: QueryContext): boolean {
  const { hostsOnly, minForwardedDots: minDots } = snapshot.settings;
  const rules = { hostsOnly, minDots };
  if (forwardsAll(rules)) return true;
  const isLocal = (): boolean => usesHosts && findHosts(snapshot.hosts, nameKey(request.name)) !== undefined;
  return isForwarded({ search: request, isLocal, routes: configuration.routes }, rules);
}

function configurationOf({ resolvConf, upstreamPort, routing }: ConfigurationSnapshot): SearchConfiguration {
  return searchConfiguration(resolvConf, upstreamPort, routing);
}

function rememberedServers(
  { settings }: ConfigurationSnapshot,
  { servers }: SearchConfiguration,
): SearchConfiguration['servers'] {
  return settings.serverMemory ? servers : [];
}

/** The reply; and the query with its client and both keys, in bytes as measured. */
function weighHalf({ plan }: HalfState): number {
  return 2000 + (plan === undefined ? 0 : heldBytes(plan));
}
