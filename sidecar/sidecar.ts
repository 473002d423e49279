/**
 * Puts the sidecar together: configuration, pipeline, sockets, admin server. Reads nothing of the process itself.
 */
import { formatEndpoint } from '../shared/values/ip-address.ts';
import { isLoopbackHost } from '../shared/values/ip-network.ts';
import type { Part } from '../shared/program/lifecycle.ts';
import type { ProgramParts } from '../shared/program/run.ts';
import type { Log } from '../shared/report/log.ts';
import { sidecarMetrics, type SidecarMetrics } from '../shared/report/metric-table.ts';
import { createMetrics, type Metrics } from '../shared/report/metrics.ts';
import type { DropReason } from '../shared/report/reasons.ts';
import type { SidecarSettings } from '../shared/settings/settings.ts';
import { version } from '../shared/values/version.ts';
import { shareDescriptors } from './decide/configuration/descriptor-budget.ts';
import { usualClients, type LocalNetwork } from './decide/query/client-access.ts';
import { isForDns, type InheritedSocket } from './decide/configuration/inherited-sockets.ts';
import { createClientGate, type ClientGate } from './io/client-gate.ts';
import { ownHeap, startCollector } from './io/collector.ts';
import { createFaultReporter } from './io/fault-reporter.ts';
import { expandWildcards, localAddresses, ownAddressKeys, type Endpoint } from './io/addresses.ts';
import { openAdminServer, type AdminServer } from './io/admin-server.ts';
import { readDescriptorLimit } from './io/descriptor-limit.ts';
import { createGuard } from './io/guard.ts';
import { openInheritedListeners } from './io/inherited-listeners.ts';
import { openListeners, type Listeners } from './io/listeners.ts';
import { createLiveConfiguration, type LiveConfiguration } from './io/live-configuration.ts';
import { createNameRedactor } from './io/name-redactor.ts';
import { createIdSource, createRotation, drawSeed } from './io/random.ts';
import type { ListenerEvents } from './io/listener-events.ts';
import { createTcpConnections, type TcpConnections } from './io/tcp-connections.ts';
import { createTimers } from './io/timers.ts';
import { createTraceEndpoint, type TraceEndpoint } from './io/trace-endpoint.ts';
import { createUpstreamPort } from './io/upstream.ts';
import { wasSuspended } from './decide/cache/suspend.ts';
import { createPipeline } from './pipeline.ts';
import type { Pipeline } from './ports/client.ts';
import type { LocalData } from './ports/local-data.ts';
import type { RecordedQuery } from './ports/recorded-query.ts';
import type { RecordSearch } from './ports/search-recording.ts';
import { createSearchRecording, type SearchRecorderDependencies } from './trace/search-recorder.ts';
import type { RecordedPipelineDependencies } from './trace/recorded-pipeline.ts';
import { createRecordedQuery } from './trace/recorded-query.ts';
import { createTracer } from './trace/tracer.ts';

export interface SidecarDependencies {
  readonly settings: SidecarSettings;
  /** That systemd has opened. */
  readonly sockets: readonly InheritedSocket[];
  readonly log: Log;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** Of the wall clock, in milliseconds. */
  readonly wallNow: () => number;
  readonly hostName: () => string;
  readonly residentMemoryBytes: () => number;
  /** What the heap has of them. */
  readonly heapBytes: () => number;
  /** Of a Docker host. */
  readonly discovery?: Discovery | undefined;
}

/** What a bundle of its own brings. */
export interface Discovery {
  readonly localData: LocalData;
  /** Its domain: nobody else is asked for what is below. */
  readonly localZone: string;
  /** Called once, before anything is started: how a name is answered, it may ask from then on. */
  connect(query: RecordedQuery): void;
  /** Started before the listeners are opened. */
  readonly parts: readonly Part[];
  /** Of its metrics. */
  exposition(): string;
}

/** A change of a file is seen within this time. */
const filePollMs = 1000;

/**
 * HTTP is loaded so long after the listeners for queries are open: queries that wait for them are answered first, and the kubelet
 * asks again a second after its first probe.
 */
const adminAfterMs = 20;

/** A new address of the machine is served within this time, where a wildcard was asked for. */
const addressPollMs = 5000;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function createSidecar(deps: SidecarDependencies): ProgramParts {
  const { settings, log, now } = deps;
  const metrics = createMetrics(sidecarMetrics);
  const reportFault = createFaultReporter(log, metrics, now);
  const guard = createGuard(reportFault);
  const { setTimer, every, afterRead } = createTimers(guard, now);
  let admin: AdminServer | undefined;
  let ready = false;

  const descriptors = shareDescriptors(readDescriptorLimit(), settings);
  const keysOf = (endpoints: readonly Endpoint[]) => ownAddressKeys(endpoints, settings.upstreamPort);
  const live = createLiveConfiguration({
    settings,
    ownAddresses: keysOf(expandWildcards(deps.sockets.some(isForDns) ? [] : settings.listen, localAddresses())),
    upstreamSockets: descriptors.upstreamSockets,
    localZone: deps.discovery?.localZone,
    hostName: deps.hostName,
    now,
    log,
    metrics,
    changed: ({ snapshot }) => pipeline.configure(snapshot),
  });

  const randomId = createIdSource();
  const { upstreamPort } = settings;
  const upstream = createUpstreamPort({
    ...{ settings, maxSockets: descriptors.upstreamSockets, guard, now, setTimer, afterRead, randomId },
    metrics,
  });
  const hashSeed = drawSeed(randomId);
  const parts = { now, setTimer, afterRead, randomId, hashSeed, upstream, localData: deps.discovery?.localData };
  const pipeline = createPipeline(
    {
      ...parts,
      nextRotation: createRotation(randomId),
      metrics,
      log,
      recordSearch: recordSearches({ now, upstream, upstreamPort }),
      checkPodResolvConf: live.checkPodResolvConf,
    },
    live.current.snapshot,
  );

  const trace = createTrace({ ...parts, live, pipeline, metrics });
  deps.discovery?.connect(createQuery({ ...parts, live }));
  const gate = createGate(deps, metrics);
  const events = {
    guard,
    query: gate === undefined ? pipeline.handle : admitted(gate, pipeline),
    connectionClosed: pipeline.clientGone,
    dropped: (reason: DropReason) => metrics.inc('alpine_resolver_dropped_total', { reason }),
    faulted: (error: Error) => log.warn('listener-fault', { error }),
  };
  const connections = createTcpConnections({
    events,
    now,
    maxConnections: descriptors.clientConnections,
    idleMs: settings.tcpIdleSeconds * 1000,
    ...(gate && { admits: (address: string) => gate.admits(address, 'tcp') }),
    every,
  });

  for (const { name } of deps.sockets.filter((socket) => !isForDns(socket))) log.warn('socket-unused', { name });
  metrics.set('alpine_resolver_build_info', 1, { version });
  metrics.onCollect(() => {
    metrics.set('alpine_resolver_searches_in_flight', pipeline.inFlight);
    metrics.set('alpine_resolver_tcp_connections', connections.size);
    metrics.set('alpine_resolver_resident_memory_bytes', deps.residentMemoryBytes());
  });

  const followFiles = repeatedPart('configuration', () =>
    every(filePollMs, suspendWatch(deps, { suspended: pipeline.forget, always: live.poll })),
  );
  const giveBackMemory = repeatedPart('memory', () =>
    startCollector({ now, every, log, metrics, heap: ownHeap(deps.heapBytes) }),
  );
  const dns = createDnsListeners({
    open: () => openDns(deps, connections, events),
    every,
    faulted: events.faulted,
    changed(endpoints) {
      log.info('listening', { addresses: endpoints.map(formatEndpoint) });
      live.setOwnAddresses(keysOf(endpoints));
    },
  });
  const serveDns: Part = {
    name: 'DNS listeners',
    start: dns.start,
    stop() {
      dns.stop();
      connections.closeAll();
    },
  };
  const serveAdmin: Part = {
    name: 'admin listener',
    async start() {
      await new Promise<void>((resolve) => setTimer(adminAfterMs, resolve));
      // With wildcards, the last address of the machine may go, and come again.
      const exposition = (): string => metrics.exposition() + (deps.discovery?.exposition() ?? '');
      const state = { isReady: () => ready && dns.isServing(), metrics: exposition, trace };
      admin = await openAdminServer(settings.adminListen, descriptors.adminConnections, state);
      ready = true;
      log.info('ready', { version, admin: admin.endpoints.map(formatEndpoint) });
    },
    stop: () => admin?.close(),
  };

  return {
    parts: [followFiles, ...(deps.discovery?.parts ?? []), serveDns, serveAdmin, giveBackMemory],
    stopping() {
      ready = false;
    },
    reportFault,
  };
}

/** On the sockets that systemd has opened, or else on those of the setting. */
function openDns(
  { settings, sockets }: SidecarDependencies,
  connections: TcpConnections,
  events: ListenerEvents,
): Promise<Listeners> {
  const inherited = sockets.filter(isForDns);
  if (inherited.length === 0) return openListeners(settings.listen, connections, events);
  return openInheritedListeners(inherited, { connections, events, clientsAreSet: settings.allowClients !== undefined });
}

/** For the query log. */
function recordSearches(parts: Omit<SearchRecorderDependencies, 'nameOf'>): RecordSearch {
  const redacted = createNameRedactor();
  return (name, isRedacted) =>
    createSearchRecording({ ...parts, nameOf: isRedacted ? redacted : (text) => text }, name);
}

type QueryParts = Omit<RecordedPipelineDependencies, 'nextRotation'> & { readonly live: LiveConfiguration };

type TraceParts = QueryParts & {
  readonly pipeline: Pipeline;
  readonly metrics: Metrics<SidecarMetrics>;
};

/** Of the configuration as it is when the query comes. */
function createQuery({ live, ...parts }: QueryParts): RecordedQuery {
  return createRecordedQuery({
    ...parts,
    nextRotation: createRotation(parts.randomId),
    snapshot: () => live.current.snapshot,
  });
}

/** Of the configuration as it is when the trace begins. */
function createTrace({ live, pipeline, metrics, ...parts }: TraceParts): TraceEndpoint {
  return createTraceEndpoint({
    isOn: () => live.current.settings.trace,
    trace: createTracer({
      ...parts,
      nextRotation: createRotation(parts.randomId),
      snapshot: () => live.current.snapshot,
      held: pipeline.held,
    }),
    metrics,
  });
}

/** Undefined: nobody but this machine can reach it, and everybody there may ask. */
function createGate(
  { settings, sockets, log, now }: SidecarDependencies,
  metrics: Metrics<SidecarMetrics>,
): ClientGate | undefined {
  const { listen, allowClients } = settings;
  const isInherited = sockets.some(isForDns);
  if (!isInherited && allowClients === undefined && listen.every(({ host }) => isLoopbackHost(host))) return undefined;
  const localNetworks = (): LocalNetwork[] =>
    localAddresses().flatMap(({ address, prefix }) => (prefix === undefined ? [] : [{ address, prefix }]));
  return createClientGate({ rules: allowClients ?? usualClients, localNetworks, now, log, metrics });
}

/** Over TCP the connection was admitted. */
function admitted(gate: ClientGate, pipeline: Pipeline): Pipeline['handle'] {
  return (bytes, client) => {
    if (client.transport === 'tcp' || gate.admits(client.address, 'udp')) pipeline.handle(bytes, client);
    else pipeline.refuse(bytes, client);
  };
}

/** `start` returns what stops it. */
function repeatedPart(name: string, start: () => () => void): Part {
  let stop = (): void => undefined;
  return { name, start: () => void (stop = start()), stop: () => stop() };
}

interface DnsListeners {
  start(): Promise<void>;
  stop(): void;
  isServing(): boolean;
}

interface DnsListenersOptions {
  open(): Promise<Listeners>;
  every(periodMs: number, run: () => void): () => void;
  /** These addresses are served from here on. */
  changed(endpoints: readonly Endpoint[]): void;
  faulted(error: Error): void;
}

/** The listeners of the pod's queries, and the timer by which they follow the addresses of the machine. */
function createDnsListeners({ open, every, changed, faulted }: DnsListenersOptions): DnsListeners {
  let listeners: Listeners | undefined;
  let stopFollowing = (): void => undefined;
  let following = false;

  async function follow(opened: Listeners): Promise<void> {
    if (following) return;
    following = true;
    try {
      if (await opened.followLocalAddresses()) changed(opened.endpoints);
    } catch (error) {
      faulted(error as Error);
    } finally {
      following = false;
    }
  }

  return {
    async start() {
      const opened = await open();
      listeners = opened;
      changed(opened.endpoints);
      stopFollowing = every(addressPollMs, () => void follow(opened));
    },
    stop() {
      stopFollowing();
      listeners?.close();
    },
    isServing: () => listeners !== undefined && listeners.endpoints.length > 0,
  };
}

interface WatchEvents {
  suspended(): void;
  always(): void;
}

/** What it returns is called from time to time; it calls `suspended` where the machine was since the last time. */
function suspendWatch({ now, wallNow }: SidecarDependencies, { suspended, always }: WatchEvents): () => void {
  let before = { now: now(), wallNow: wallNow() };
  return () => {
    const after = { now: now(), wallNow: wallNow() };
    if (wasSuspended(before, after)) suspended();
    before = after;
    always();
  };
}
