/**
 * The whole pipeline in simulated time: clients reach it on 127.0.0.1:53, and its upstream sockets are played from the
 * script of the system tests' upstream. The models of the C libraries use it as their network.
 */
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { clientSideOf, upstreamPortOf } from '../../../cli/simulation/pipeline-network.ts';
import { createLog } from '../../../shared/report/log.ts';
import type { LogLevel } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { emptyHosts, parseHosts } from '../../../sidecar/decide/hosts/hosts-table.ts';
import { domainsBehindMarker } from '../../../sidecar/decide/configuration/kept-searches.ts';
import { chooseMode } from '../../../sidecar/decide/configuration/mode.ts';
import { parseStubZones } from '../../../shared/resolv-conf/stub-zones.ts';
import { parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import { createPipeline } from '../../../sidecar/pipeline.ts';
import type { Pipeline } from '../../../sidecar/ports/client.ts';
import type { LocalData } from '../../../sidecar/ports/local-data.ts';
import type { ConfigurationSnapshot, Mode, LookupSettings } from '../../../sidecar/decide/configuration/snapshot.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import type { Script } from '../../../cli/simulation/script.ts';
import { usualSettings } from './configurations.ts';
import { createSimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';
import type { SimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';

export interface SimulatedSidecarOptions {
  readonly script: Script;
  /** In place of one that is played from the script. */
  readonly network?: SimulatedNetwork;
  /** The pod's original configuration. */
  readonly resolvConf: string;
  readonly hostName?: string;
  readonly mode?: Mode;
  /** The file that the containers see, where more than the marker is on its search line. */
  readonly podFile?: string;
  readonly hosts?: string;
  readonly stubZones?: string;
  readonly keepsPrivateNames?: boolean;
  readonly localZone?: string;
  readonly settings?: Partial<LookupSettings>;
  /** Where clients reach it. */
  readonly listen?: string;
  readonly logLevel?: LogLevel;
  readonly localData?: LocalData;
}

export interface SimulatedSidecar {
  readonly network: SimulatedNetwork;
  readonly pipeline: Pipeline;
  readonly snapshot: ConfigurationSnapshot;
  /** Prometheus text. */
  metrics(): string;
  /** What it logged so far, at `logLevel`; without that only errors. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** Queries that reached the upstream, "A foo.s1.test" in order. */
  upstreamQueries(): string[];
}

export function simulateSidecar(options: SimulatedSidecarOptions): SimulatedSidecar {
  const world = options.network ?? createSimulatedNetwork(options.script);
  const snapshot = snapshotOf(options);
  const metrics = createMetrics(sidecarMetrics);
  const logged: Record<string, unknown>[] = [];
  const pipeline = createPipeline(
    {
      ...edgesOf(world),
      metrics,
      log: createLog({
        level: options.logLevel ?? 'error',
        write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>),
        now: () => 0,
      }),
      checkPodResolvConf: () => {},
      localData: options.localData,
    },
    snapshot,
  );
  const network: SimulatedNetwork = {
    ...world,
    ...clientSideOf(world, pipeline, options.listen ?? '127.0.0.1'),
    get asked() {
      return world.asked;
    },
  };
  return {
    network,
    pipeline,
    snapshot,
    metrics: metrics.exposition,
    logged,
    upstreamQueries: () => world.asked.map(({ type, name }) => `${type} ${name}`),
  };
}

/** Clock, chance and upstream sockets of a pipeline in that network. */
export function edgesOf(world: SimulatedNetwork) {
  return {
    now: () => world.now(),
    setTimer: (afterMs: number, run: () => void) => world.setTimer(afterMs, run),
    afterRead: (run: () => void) => void world.setTimer(0, run),
    randomId: () => world.randomId() & 0xffff,
    hashSeed: 0,
    nextRotation: () => 0,
    upstream: upstreamPortOf(world, 53),
  };
}

export function snapshotOf(options: SimulatedSidecarOptions): ConfigurationSnapshot {
  const marker = encodeName('glibc.internal') ?? rootName;
  const written = options.podFile ?? (options.mode === 'plain' ? '' : 'search glibc.internal\n');
  return {
    resolvConf: parseResolvConf(options.resolvConf, { hostName: options.hostName ?? 'pod' }),
    upstreamPort: 53,
    routing: {
      stubZones: parseStubZones(options.stubZones ?? '').rules,
      keepsPrivateNames: options.keepsPrivateNames ?? false,
      localZone: options.localZone,
    },
    mode: options.mode ?? chooseMode('auto', written, 'glibc.internal'),
    marker,
    domainsBehindMarker: domainsBehindMarker(parseResolvConf(written).search, 'glibc.internal'),
    hosts: options.hosts === undefined ? emptyHosts : parseHosts(options.hosts),
    trustAdInPodFile: readGlibcConfiguration(options.resolvConf, 'pod', 53).flags.has('trust-ad'),
    settings: { ...usualSettings, ...options.settings },
    ownAddresses: new Set([`${options.listen ?? '127.0.0.1'}:53`]),
  };
}
