/** The bundle for Docker hosts: answers for the names of containers, which it finds and follows. */
import type { Part } from '../../shared/program/lifecycle.ts';
import type { Log } from '../../shared/report/log.ts';
import { readSidecarEnvironment } from '../../shared/settings/read-old-variables.ts';
import { discoverySettings, type DiscoverySettings, type SidecarSettings } from '../../shared/settings/settings.ts';
import { discoveryMetrics, type DiscoveryMetrics } from '../../shared/report/discovery-metric-table.ts';
import { createMetrics, type Metrics } from '../../shared/report/metrics.ts';
import type { LocalData } from '../ports/local-data.ts';
import type { RecordedQuery } from '../ports/recorded-query.ts';
import { apiFaults } from './api-faults.ts';
import { createApiPart } from './api-part.ts';
import { createFollower } from './containers/follower.ts';
import { createDockerClient } from './docker/client.ts';
import { readTlsFiles } from './docker/tls-files.ts';
import { dockerFaults } from './docker-faults.ts';
import { createLocalNames, nameRulesOf } from './local-names.ts';
import { labelsOfText } from './names/labels.ts';
import { isOthers, zoneOf } from './names/service-names.ts';
import { emptyServices } from './services/services.ts';
import { createServicesStore, type ServicesStore } from './services/store.ts';

/** Of the sidecar and of discovery. */
export type HostSettings = SidecarSettings & DiscoverySettings;

export interface DiscoveryDependencies {
  readonly settings: HostSettings;
  readonly log: Log;
  /** Of the wall clock, in milliseconds. */
  readonly wallNow: () => number;
}

export interface Discovery {
  readonly services: ServicesStore;
  readonly localData: LocalData;
  readonly localZone: string;
  connect(query: RecordedQuery): void;
  readonly parts: readonly Part[];
  exposition(): string;
}

/** As the sidecar reads its own alone. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): ReturnType<typeof readSidecarEnvironment<typeof discoverySettings>> {
  const read = readSidecarEnvironment(environment, discoverySettings);
  return { ...read, issues: [...read.issues, ...dockerFaults(read.values), ...apiFaults(read.values)] };
}

/** The old program's arguments, as variables. */
export { readOldArguments as readArguments } from '../../shared/settings/read-old-arguments.ts';
export { oldArgumentLines as argumentLines } from '../../shared/settings/old-argument-lines.ts';
export const argumentSettings = discoverySettings;

export function createDiscovery(deps: DiscoveryDependencies): Discovery {
  const { settings, log, wallNow } = deps;
  const store = createServicesStore(emptyServices(settings.servicesTtlSeconds));
  const metrics = createMetrics(discoveryMetrics);
  const containers = settings.docker && followContainers(settings, { store, log, metrics });
  const isReady = (): boolean => containers?.isReady() ?? true;
  const { localData, directory } = createLocalNames({ settings, store, isReady, wallNow, metrics });
  metrics.onCollect(() => {
    metrics.set('alpine_resolver_services', store.current.discovered.size, { source: 'container' });
    metrics.set('alpine_resolver_services', store.current.manual.size, { source: 'manual' });
  });
  const api = createApiPart({ ...deps, store, metrics, directory });
  return {
    services: store,
    localData,
    localZone: zoneOf(nameRulesOf(settings)),
    connect: api.connect,
    // What was said of containers is there before they are.
    parts: [...api.parts, ...(containers ? [containers.part] : [])],
    exposition: metrics.exposition,
  };
}

interface ContainersDependencies {
  readonly store: ServicesStore;
  readonly log: Log;
  readonly metrics: Metrics<DiscoveryMetrics>;
}

/** Finds the containers of a Docker host, and follows them. */
function followContainers(
  settings: HostSettings,
  deps: ContainersDependencies,
): { readonly part: Part; isReady(): boolean } | undefined {
  const { docker, dockerTlsVerify, dockerCertPath, health } = settings;
  if (docker === undefined) return undefined;
  const zone = labelsOfText(zoneOf(nameRulesOf(settings))) ?? [];
  const folder = dockerTlsVerify === undefined ? undefined : dockerCertPath;
  const api = createDockerClient({
    endpoint: docker,
    readTls: folder === undefined ? undefined : () => readTlsFiles(folder),
  });
  const follower = createFollower({
    ...deps,
    api,
    healthRequired: health === 'required',
    isOthers: (name) => isOthers(labelsOfText(name) ?? [], zone),
    readTime: Date.parse,
    setTimer(afterMs, run) {
      const timer = setTimeout(run, afterMs);
      return () => clearTimeout(timer);
    },
  });
  const part: Part = {
    name: 'containers',
    start: follower.start,
    stop() {
      follower.stop();
      api.close();
    },
  };
  return { part, isReady: () => follower.hasSynchronised };
}
