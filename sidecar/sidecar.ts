/**
 * Puts the sidecar together: configuration, pipeline, sockets, admin server. Reads nothing of the process itself.
 */
import { formatEndpoint } from '../shared/values/ip-address.ts';
import type { Part } from '../shared/program/lifecycle.ts';
import type { ProgramParts } from '../shared/program/run.ts';
import type { Log } from '../shared/report/log.ts';
import { sidecarMetrics } from '../shared/report/metric-table.ts';
import { createMetrics } from '../shared/report/metrics.ts';
import type { DropReason } from '../shared/report/reasons.ts';
import type { SidecarSettings } from '../shared/settings/settings.ts';
import { version } from '../shared/values/version.ts';
import { shareDescriptors } from './decide/configuration/descriptor-budget.ts';
import { createFaultReporter } from './io/fault-reporter.ts';
import { expandWildcards, localAddresses, ownAddressKeys, type Endpoint } from './io/addresses.ts';
import { openAdminServer, type AdminServer } from './io/admin-server.ts';
import { readDescriptorLimit } from './io/descriptor-limit.ts';
import { createGuard } from './io/guard.ts';
import { openListeners, type Listeners } from './io/listeners.ts';
import { createLiveConfiguration } from './io/live-configuration.ts';
import { createIdSource, createRotation } from './io/random.ts';
import { createSocketBudget } from './io/socket-budget.ts';
import { createTcpConnections } from './io/tcp-connections.ts';
import { createUpstreamPort } from './io/upstream.ts';
import { createPipeline } from './pipeline.ts';

export interface SidecarDependencies {
  readonly settings: SidecarSettings;
  readonly log: Log;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly hostName: () => string;
  readonly residentMemoryBytes: () => number;
}

/** A change of a file is seen within this time. */
const filePollMs = 1000;

/** A new address of the machine is served within this time, where a wildcard was asked for. */
const addressPollMs = 5000;

export function createSidecar(deps: SidecarDependencies): ProgramParts {
  const { settings, log, now } = deps;
  const metrics = createMetrics(sidecarMetrics);
  const reportFault = createFaultReporter(log, metrics, now);
  const guard = createGuard(reportFault);
  const timers: (() => void)[] = [];
  let listeners: Listeners | undefined;
  let admin: AdminServer | undefined;
  let ready = false;

  function setTimer(afterMs: number, run: () => void): () => void {
    const timer = setTimeout(() => guard(run), afterMs);
    return () => clearTimeout(timer);
  }

  function every(periodMs: number, run: () => void): () => void {
    const timer = setInterval(() => guard(run), periodMs);
    return () => clearInterval(timer);
  }

  const descriptors = shareDescriptors(readDescriptorLimit(), settings);
  const keysOf = (endpoints: readonly Endpoint[]) => ownAddressKeys(endpoints, settings.upstreamPort);
  const live = createLiveConfiguration({
    settings,
    ownAddresses: keysOf(expandWildcards(settings.listen, localAddresses())),
    upstreamSockets: descriptors.upstreamSockets,
    hostName: deps.hostName,
    log,
    metrics,
    changed: ({ snapshot }) => pipeline.configure(snapshot),
  });

  const upstreamSockets = createSocketBudget(descriptors.upstreamSockets, setTimer);
  const pipeline = createPipeline(
    {
      now,
      setTimer,
      afterRead: (run) => void setImmediate(() => guard(run)),
      randomId: createIdSource(),
      nextRotation: createRotation(),
      upstream: createUpstreamPort({ port: settings.upstreamPort, budget: upstreamSockets, guard }),
      metrics,
      log,
      checkPodResolvConf: live.checkPodResolvConf,
    },
    live.current.snapshot,
  );

  const events = {
    guard,
    query: pipeline.handle,
    connectionClosed: pipeline.clientGone,
    dropped: (reason: DropReason) => metrics.inc('alpine_resolver_dropped_total', { reason }),
    faulted: (error: Error) => log.warn('listener-fault', { error }),
  };
  const connections = createTcpConnections({
    events,
    now,
    maxConnections: descriptors.clientConnections,
    idleMs: settings.tcpIdleSeconds * 1000,
    every,
  });

  metrics.set('alpine_resolver_build_info', 1, { version });
  metrics.onCollect(() => {
    metrics.set('alpine_resolver_searches_in_flight', pipeline.inFlight);
    metrics.set('alpine_resolver_tcp_connections', connections.size);
    metrics.set('alpine_resolver_resident_memory_bytes', deps.residentMemoryBytes());
  });

  /** Where wildcards were asked for, the last address of the machine may go, and come again. */
  function isReady(): boolean {
    return ready && listeners !== undefined && listeners.endpoints.length > 0;
  }

  function addressesChanged(): void {
    if (listeners === undefined) return;
    log.info('listening', { addresses: listeners.endpoints.map(formatEndpoint) });
    live.setOwnAddresses(keysOf(listeners.endpoints));
  }

  const followFiles: Part = {
    name: 'configuration',
    start() {
      timers.push(every(filePollMs, live.poll));
    },
    stop() {
      for (const end of timers) end();
    },
  };
  const serveDns: Part = {
    name: 'DNS listeners',
    async start() {
      listeners = await openListeners(settings.listen, connections, events);
      addressesChanged();
      timers.push(every(addressPollMs, followAddresses));
    },
    stop() {
      listeners?.close();
      connections.closeAll();
    },
  };
  const serveAdmin: Part = {
    name: 'admin listener',
    async start() {
      const state = { isReady, metrics: metrics.exposition };
      admin = await openAdminServer(settings.adminListen, descriptors.adminConnections, state);
      ready = true;
      log.info('ready', { version, admin: admin.endpoints.map(formatEndpoint) });
    },
    stop() {
      admin?.close();
    },
  };

  let following = false;
  function followAddresses(): void {
    if (listeners === undefined || following) return;
    following = true;
    listeners
      .followLocalAddresses()
      .then((changed) => {
        if (changed) addressesChanged();
      })
      .catch(events.faulted)
      .finally(() => {
        following = false;
      });
  }

  return {
    parts: [followFiles, serveDns, serveAdmin],
    stopping() {
      ready = false;
    },
    reportFault,
  };
}
