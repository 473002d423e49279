/**
 * A query's way through the sidecar:
 *
 *   bytes → view → admit → repeats and follow-ups → hosts → (cache) → session → walk → exchange → reply → bytes
 *
 * Everything up to the session happens in the same tick. The answer cache is not built yet: its step passes through.
 */
import type { Log } from '../shared/report/log.ts';
import type { SidecarMetrics } from '../shared/report/metric-table.ts';
import type { Metrics } from '../shared/report/metrics.ts';
import type { DropReason } from '../shared/report/reasons.ts';
import { admit } from './decide/query/admit.ts';
import { clientFlags } from './decide/query/client-flags.ts';
import { hostsPointerPlan } from './decide/hosts/hosts-plan.ts';
import { lookupHostsPointer } from './decide/hosts/hosts.ts';
import { emptyPlan, followUpEnd, heldBytes, isAgain, planFollowUp } from './decide/reply/reply-plan.ts';
import type { ReplyPlan } from './decide/reply/reply-plan.ts';
import { readRequest } from './decide/query/request.ts';
import { searchConfiguration } from './decide/configuration/search-configuration.ts';
import type { SearchConfiguration } from './decide/configuration/search-configuration.ts';
import { createFailureMemory } from './lookups/failure-memory.ts';
import { createFollowUps } from './lookups/follow-ups.ts';
import type { Search } from './lookups/follow-ups.ts';
import { createMemory } from './lookups/memory.ts';
import type { Client, Pipeline } from './ports/client.ts';
import type { ConfigurationSnapshot } from './decide/configuration/snapshot.ts';
import type { UpstreamPort } from './ports/upstream.ts';
import { writeReply } from './lookups/reply-writer.ts';
import type { Asker, WrittenReply } from './lookups/reply-writer.ts';
import { createLingeringSockets } from './search/lingering-sockets.ts';
import { createSilentServers } from './search/silent-servers.ts';
import { createSessions } from './lookups/sessions.ts';
import type { EndedSession, Lookup, Side } from './lookups/session.ts';
import { createWalkReport } from './lookups/walk-report.ts';
import { composeError } from './wire/compose-error.ts';
import { isAddressType, rcodes, recordTypes } from './wire/iana.ts';
import { compactQuery, viewQuery } from './wire/message-view.ts';
import { nameKey } from './wire/name.ts';
import type { WireName } from './wire/name.ts';
import { maxUdpPayloadBytes } from './wire/reply-header.ts';
import { rcodeName, typeName } from './wire/mnemonics.ts';

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
  /** Looks whether the file that the containers see changed, and calls `configure` if so, before it returns. */
  readonly checkPodResolvConf: () => void;
}

/** A truncated reply's full form waits this long for the client to come over TCP, in milliseconds. */
const truncatedMemoryMs = 5000;

/** Entries per memory: more than a busy pod needs, few enough for the heap. */
const memoryCapacity = 2048;

/** Bytes of replies that were truncated, and of what belongs to them. */
const truncatedBytes = 4 * 1024 * 1024;

export function createPipeline(deps: PipelineDependencies, initial: ConfigurationSnapshot): Pipeline {
  const { metrics } = deps;
  let snapshot = initial;
  let configuration: SearchConfiguration = searchConfiguration(initial.resolvConf, initial.upstreamPort);
  const failures = createFailureMemory(memoryCapacity);
  const followUps = createFollowUps({ ...deps, answer: answerFollowUp, deny, walk }, memoryCapacity);
  const truncated = createMemory<Side>(truncatedMemoryMs, truncatedBytes, weighSide);
  const questionCounts = new WeakMap<object, number>();
  const gone = new WeakSet<object>();

  const silentServers = createSilentServers(deps);
  silentServers.configure(initial);

  const sessions = createSessions(
    {
      ...deps,
      silentServers,
      lingering: createLingeringSockets(deps.setTimer),
      ...createWalkReport(metrics, deps.log),
      send: (plan, asker, lookup) => send(plan, asker, lookup.snapshot),
      ended: remember,
      gaveUp(asker) {
        if (asker.client.transport === 'tcp') send(emptyPlan(rcodes.SERVFAIL), asker, snapshot);
        else drop('time-limit', asker.client);
      },
      repeated: () => metrics.inc('alpine_resolver_repeats_total'),
      hostsAnswered: (queries) => metrics.inc('alpine_resolver_hosts_answers_total', {}, queries),
    },
    (side, asker) => {
      truncated.set(questionKey(asker), side, deps.now());
    },
  );

  function handle(bytes: Uint8Array, client: Client): void {
    const view = viewQuery(bytes);
    if (client.connection !== undefined) {
      questionCounts.set(client.connection, (questionCounts.get(client.connection) ?? 0) + 1);
    }
    const admission = admit(view, bytes);
    const { question } = view ?? {};
    const type = question === undefined ? 'none' : typeName(question.type);
    metrics.inc('alpine_resolver_queries_total', { transport: client.transport, type });
    if (admission.do === 'drop') return drop(admission.reason, client);
    if (admission.do === 'error' || view === undefined || question === undefined) {
      const rcode = admission.do === 'error' ? admission.rcode : rcodes.FORMERR;
      metrics.inc('alpine_resolver_replies_total', { transport: client.transport, rcode: rcodeName(rcode) });
      return client.reply(composeError(view ?? bytes, rcode));
    }
    answer({ view: compactQuery(view), client }, question.name, question.type);
  }

  function answer(asker: Asker, name: WireName, type: number): void {
    const { view, client } = asker;
    const now = deps.now();
    const kept = client.transport === 'tcp' ? truncated.get(questionKey(asker), now) : undefined;
    if (kept === undefined && failures.has(failureKeys(asker), now)) {
      metrics.inc('alpine_resolver_repeats_total');
      return void send(emptyPlan(rcodes.SERVFAIL), asker, snapshot);
    }
    const flags = clientFlags(view);
    const reading = { name, type, edns: view.edns !== undefined, flags };
    let request = readRequest(reading, snapshot);
    if (request.do !== 'search' || !request.marked) {
      // An image may have overwritten the file just before it started its program.
      deps.checkPodResolvConf();
      request = readRequest(reading, snapshot);
    }
    if (request.do === 'negative') return void send(emptyPlan(rcodes.NXDOMAIN), asker, snapshot);
    const { marked, usesHosts, whole, search } = request;
    const lookup: Lookup = {
      asker,
      receivedAt: now,
      questionName: name,
      type,
      request: search,
      usesHosts,
      marked,
      whole,
      flags: marked ? 0 : flags,
      snapshot,
      configuration,
    };
    if (kept !== undefined) {
      if (!sessions.addTo(kept, lookup)) return drop('searches-full', client);
      return metrics.inc('alpine_resolver_repeats_total');
    }
    if (followUps.take(lookup)) return;
    const local = hostsPlan(lookup);
    if (local !== undefined) return void send(local, asker, snapshot);
    walk(lookup);
  }

  function walk(lookup: Lookup): void {
    if (!sessions.take(lookup)) drop('searches-full', lookup.asker.client);
  }

  function deny({ asker }: Lookup): void {
    metrics.inc('alpine_resolver_repeats_total');
    send(emptyPlan(rcodes.NXDOMAIN), asker, snapshot);
  }

  function answerFollowUp({ asker, questionName, type }: Lookup, { end, paired }: Search): void {
    metrics.inc('alpine_resolver_repeats_total');
    // glibc sends no EDNS: `edns0` is not in the file that it reads.
    const readsErrno = type === recordTypes.A && !paired && asker.view.edns === undefined;
    const plan = planFollowUp(end, type === recordTypes.AAAA ? 1 : 0, questionName, readsErrno);
    if (isAgain(plan)) failures.note(end, pairFailureKey(asker), deps.now());
    send(plan, asker, snapshot);
  }

  function hostsPlan({ questionName, type, usesHosts }: Lookup): ReplyPlan | undefined {
    if (type !== recordTypes.PTR || !usesHosts) return undefined;
    const names = lookupHostsPointer(snapshot.hosts, questionName);
    const plan = names && hostsPointerPlan(names);
    if (plan !== undefined) metrics.inc('alpine_resolver_hosts_answers_total');
    return plan;
  }

  function remember({ lookup, end, slots, sides }: EndedSession): void {
    const kept = end && followUpEnd(end);
    if (end === undefined || kept === undefined) return;
    const now = deps.now();
    const paired = slots.length > 1;
    if (end.result === 'AGAIN') {
      for (const slot of slots) {
        for (const asker of sides[slot].askers) {
          if (asker.client.transport === 'udp')
            failures.note(kept, paired ? pairFailureKey(asker) : questionKey(asker), now);
        }
      }
    }
    if (!lookup.marked) return;
    for (const slot of slots) {
      const type = isAddressType(lookup.type) ? addressTypes[slot] : lookup.type;
      for (const asker of sides[slot].askers) {
        followUps.note(asker, lookup.request.name, type, { end: kept, paired });
      }
    }
  }

  /** Returns whether the client may come back over TCP: the reply is truncated, or may become so on its way. */
  function send(plan: ReplyPlan, asker: Asker, used: ConfigurationSnapshot): boolean {
    const { client } = asker;
    const write = (onLoopback = client.onLoopback === true): WrittenReply => {
      const questions = client.connection === undefined ? 0 : (questionCounts.get(client.connection) ?? 1);
      return writeReply(plan, asker, used, questions, onLoopback);
    };
    const written = write();
    const isLarge = client.transport === 'udp' && written.bytes.length > maxUdpPayloadBytes;
    const smaller = (): Uint8Array => countTruncated(write(false)).bytes;
    // glibc writes A and AAAA at once: the second question may wait in the bytes that are being read.
    if (written.capped) deps.afterRead(() => deliver(write(), client));
    else deliver(written, client, isLarge ? smaller : undefined);
    return written.truncated || isLarge;
  }

  function deliver(written: WrittenReply, client: Client, smaller?: () => Uint8Array): void {
    if (client.connection !== undefined && gone.has(client.connection)) return;
    metrics.inc('alpine_resolver_replies_total', { transport: client.transport, rcode: rcodeName(written.rcode) });
    client.reply(countTruncated(written).bytes, smaller);
  }

  function countTruncated(written: WrittenReply): WrittenReply {
    if (written.truncated) metrics.inc('alpine_resolver_truncated_replies_total');
    return written;
  }

  function drop(reason: DropReason, client: Client): void {
    metrics.inc('alpine_resolver_dropped_total', { reason });
    if (client.transport === 'tcp') client.close?.();
  }

  return {
    handle,
    configure(next) {
      const { resolvConf, upstreamPort } = next;
      const isSame = resolvConf === snapshot.resolvConf && upstreamPort === snapshot.upstreamPort;
      if (!isSame) configuration = searchConfiguration(resolvConf, upstreamPort);
      snapshot = next;
      silentServers.configure(next);
    },
    clientGone(connection) {
      gone.add(connection);
    },
    get inFlight() {
      return sessions.inFlight;
    },
  };
}

/** By slot. */
const addressTypes = [recordTypes.A, recordTypes.AAAA] as const;

/** glibc repeats a pair from the same port. A question on its own it repeats from a new one, with the same ID. */
function failureKeys(asker: Asker): string[] {
  return [pairFailureKey(asker), questionKey(asker)];
}

function pairFailureKey(asker: Asker): string {
  return `${asker.client.port} ${questionKey(asker)}`;
}

/** Without the port: the ID tells a repeat from another look-up of the name, which may end differently. */
function questionKey({ client, view }: Asker): string {
  const { question } = view;
  const name = question === undefined ? '' : nameKey(question.name);
  return `${client.address} ${view.id} ${question?.type} ${clientFlags(view)} ${name}`;
}

/** The reply; and the query with its client and both keys, in bytes as measured. */
function weighSide({ plan }: Side): number {
  return 2000 + (plan === undefined ? 0 : heldBytes(plan));
}
