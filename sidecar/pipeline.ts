/**
 * A query's way through the sidecar: bytes → view → admit → mode → `stages`, the last of which is the lookup.
 *
 * Everything up to the lookup happens in the same tick, without a promise.
 */
import { createCaches } from './cache/caches.ts';
import { heldAnswers } from './cache/held-answers.ts';
import { searchConfiguration } from './decide/configuration/search-configuration.ts';
import type { SearchConfiguration } from './decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from './decide/configuration/snapshot.ts';
import { admit } from './decide/query/admit.ts';
import { clientFlags } from './decide/query/client-flags.ts';
import { readRequest } from './decide/query/request.ts';
import type { Reading, Request } from './decide/query/request.ts';
import { emptyPlan } from './decide/reply/reply-plan.ts';
import { localCandidatesOf } from './lookups/local-plans.ts';
import type { QueryContext } from './lookups/lookup.ts';
import { createHitCounts, type HitCounts } from './lookups/hit-counts.ts';
import type { Answers } from './lookups/answers.ts';
import { createReplySender, type ReplySender } from './lookups/reply-sender.ts';
import type { Query } from './lookups/reply-writer.ts';
import { createStageParts } from './lookups/stage-parts.ts';
import { answeredBy, createStages } from './lookups/stages.ts';
import type { Stages } from './lookups/stages.ts';
import { unservedReply } from './lookups/unserved.ts';
import type { Client, Pipeline } from './ports/client.ts';
import { isPassed, type LocalData } from './ports/local-data.ts';
import type { PipelineDependencies } from './ports/pipeline-dependencies.ts';
import { createLoopCheck } from './search/loop-check.ts';
import { createSilentServers } from './search/silent-servers.ts';
import { composeError } from './wire/compose-error.ts';
import { rcodes } from './wire/iana.ts';
import { compactQuery, keepQuery, viewQuery } from './wire/message-view.ts';
import type { Question } from './wire/message-view.ts';
import { smallBufferBytes } from './wire/packed-name.ts';
import { hashOfName } from './wire/plain-query.ts';
import { createRoom } from './wire/room.ts';

/** In this order; the first that takes a query ends its way. */
export const stages = [
  'local data',
  'kept TCP form',
  'failure cache',
  'bare-name fallback',
  'hosts',
  'not forwarded',
  'answer cache',
  'lookup',
] as const satisfies readonly (keyof Stages)[];

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the configuration
export function createPipeline(deps: PipelineDependencies, initial: ConfigurationSnapshot): Pipeline {
  const { metrics, now, localData } = deps;
  const way = localData === undefined ? stages.slice(1) : stages;
  // What is remembered of a name must not stand in front of what has become local since.
  // With a query log all go the whole way, on which it hears of them.
  const mayBeTaken = ({ transport }: Client): boolean => transport === 'udp' && snapshot.settings.queryLog === 0;
  let snapshot = initial;
  let configuration = configurationOf(initial);
  const sender = createReplySender(deps);
  const counts = createHitCounts(metrics);
  const caches = createCaches(deps, initial);
  const silentServers = createSilentServers(deps);
  silentServers.configure(rememberedServers(initial, configuration));
  const loops = createLoopCheck(deps);
  const roomFor = createRoom(smallBufferBytes);
  const parts = createStageParts(
    { ...deps, sender, caches, silentServers, isLooping: loops.isLooping, contextOf },
    initial,
  );
  const { answers, lookups } = parts;
  const takeAtOnce =
    localData === undefined ? answers.takeAtOnce : takesLocal({ ...deps, localData, sender, answers, counts });
  const take = createStages({ ...parts, localData });
  silentServers.watch({ watchedAt: -1, silenceChanged: (_, isSilent) => isSilent || caches.answers.endSilence() });

  const denyName = (query: Query): void => void sender.send(emptyPlan(rcodes.NXDOMAIN), query, snapshot);

  /** What the query asks for by the mode. An image may have overwritten the pod's file just before its program started. */
  function requestOf(reading: Reading): Request {
    const request = readRequest(reading, snapshot);
    if (request.do === 'search' && request.marked) return request;
    deps.checkPodResolvConf();
    return readRequest(reading, snapshot);
  }

  /** Undefined: nobody is asked for it. */
  function contextOf(query: Query, { name: questionName, type }: Question): QueryContext | undefined {
    const receivedAt = now();
    const { view } = query;
    const flags = clientFlags(view);
    const request = requestOf({ name: questionName, type, edns: view.edns !== undefined, flags });
    if (request.do === 'negative') return undefined;
    const { marked, usesHosts, whole, search } = request;
    const context = {
      query,
      receivedAt,
      questionName,
      nameHash: hashOfName(questionName, deps.hashSeed),
      type,
      request: search,
      usesHosts,
      marked,
      whole,
      flags: marked ? 0 : flags,
      snapshot,
      configuration,
    };
    return localData === undefined ? context : { ...context, local: localCandidatesOf(context, localData) };
  }

  function answer(query: Query, question: Question): void {
    const context = contextOf(query, question);
    if (context === undefined) return denyName(query);
    for (const stage of way) {
      if (!take[stage](context)) continue;
      const by = answeredBy[stage];
      if (by !== undefined) parts.queryLog.note(context, by);
      return;
    }
  }

  return {
    handle(bytes, client) {
      if (mayBeTaken(client) && takeAtOnce(bytes, client)) return;
      const view = viewQuery(keepQuery(bytes, roomFor));
      sender.arrived(client);
      const admission = admit(view, bytes);
      const { question } = view ?? {};
      if (question !== undefined) counts.asked(client.transport, question.type);
      else metrics.inc('alpine_resolver_queries_total', { transport: client.transport, type: 'none' });
      if (admission.do === 'drop') return sender.drop(admission.reason, client);
      if (admission.do === 'error' || view === undefined || question === undefined) {
        const rcode = admission.do === 'error' ? admission.rcode : rcodes.FORMERR;
        const reply = unservedReply(view ?? bytes, rcode, snapshot);
        return sender.sendWritten(reply.bytes, reply.rcode, client);
      }
      const query: Query = { view: compactQuery(view), client };
      if (loops.takes(question.name)) denyName(query);
      else answer(query, question);
    },
    refuse(bytes, client) {
      const view = viewQuery(bytes);
      const admission = admit(view, bytes);
      if (admission.do === 'drop') return sender.drop(admission.reason, client);
      const rcode = admission.do === 'error' ? admission.rcode : rcodes.REFUSED;
      sender.sendWritten(composeError(view ?? bytes, rcode), rcode, client);
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
      localData?.forget();
      caches.configure(next, configuration);
    },
    forget() {
      caches.clear();
      answers.forget();
    },
    held: (names) => heldAnswers(caches, { names, marker: snapshot.marker, now: now() }),
    clientGone: sender.gone,
    get inFlight() {
      return lookups.inFlight;
    },
  };
}

interface LocalDependencies extends Pick<PipelineDependencies, 'checkPodResolvConf'> {
  readonly localData: LocalData;
  readonly sender: ReplySender;
  readonly answers: Pick<Answers, 'takeAtOnce'>;
  readonly counts: Pick<HitCounts, 'asked'>;
}

/** What local data said before, in front of what is in memory. */
function takesLocal({
  checkPodResolvConf,
  localData,
  sender,
  answers,
  counts,
}: LocalDependencies): Answers['takeAtOnce'] {
  return (bytes, client) => {
    checkPodResolvConf();
    const known = localData.recall(bytes, client.address);
    if (known === undefined) return false;
    if (known === isPassed) return answers.takeAtOnce(bytes, client);
    counts.asked(client.transport, known.type);
    sender.sendWritten(known.bytes, known.rcode, client);
    return true;
  };
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
