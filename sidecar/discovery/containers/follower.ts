/**
 * Keeps the services as the containers are: listens to events, lists all containers behind each gap, and looks anew at each one
 * that something happened to. What was known stays in force while the API does not answer.
 */
import type { DiscoveryMetrics } from '../../../shared/report/discovery-metric-table.ts';
import type { Log } from '../../../shared/report/log.ts';
import type { Metrics } from '../../../shared/report/metrics.ts';
import { discover, lose, synchronise } from '../services/services.ts';
import type { Service, ServiceNetwork } from '../services/service.ts';
import type { ServicesStore } from '../services/store.ts';
import { machineNetworks } from './container-networks.ts';
import { readContainer, type ReadContainer } from './container.ts';
import { DockerStatusError, type DockerApi } from './docker-api.ts';
import { demandOf } from './event.ts';
import { listOf, member, textOf, type Json } from './json.ts';
import { createLooks } from './looks.ts';
import { createOddityReport } from './oddity-report.ts';
import { retryDelayMs } from './retry-delay.ts';

export interface FollowerDependencies {
  readonly api: DockerApi;
  readonly store: ServicesStore;
  readonly healthRequired: boolean;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Milliseconds of the wall clock of a time as Docker writes it; not a number: none. */
  readonly readTime: (text: string) => number;
  readonly log: Log;
  readonly metrics: Metrics<DiscoveryMetrics>;
}

export interface Follower {
  start(): void;
  stop(): void;
  /** All containers have been seen once. */
  readonly hasSynchronised: boolean;
}

/** Containers that are looked at at once. */
const maxLooks = 8;

/** All containers are listed and compared this often, should an event have been lost. */
const recheckMs = 30_000;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function createFollower(deps: FollowerDependencies): Follower {
  const { api, store, log, metrics, healthRequired } = deps;
  const tellOddities = createOddityReport(log, metrics);
  let networks: readonly ServiceNetwork[] = [];
  /** What the list said of each container when it was last compared. */
  let listed: ReadonlyMap<string, string> = new Map();
  let stream: { close(): void } | undefined;
  let stopTimer = (): void => undefined;
  let failures = 0;
  let isStopped = true;
  let hasSynchronised = false;
  /** Rises with each connection: what an earlier one began has no effect any more. */
  let epoch = 0;

  const looks = createLooks(maxLooks, async (id) => {
    const begun = epoch;
    try {
      const read = await inspect(id);
      if (begun === epoch) take(read ?? { id, container: '', service: undefined, oddities: [] });
    } catch (error) {
      if (begun === epoch) lost(error as Error);
    }
  });

  function take(read: ReadContainer): void {
    tellOddities(read);
    const { current } = store;
    store.replace(read.service === undefined ? lose(current, read.id) : discover(current, read.service));
  }

  /** Undefined: there is no such container. One that the API itself cannot read is looked at again later, and stays as it is. */
  async function inspect(id: string): Promise<ReadContainer | undefined> {
    try {
      return readInspected(await api.get(`/containers/${encodeURIComponent(id)}/json`));
    } catch (error) {
      if (!(error instanceof DockerStatusError)) throw error;
      if (error.status === 404) return undefined;
      deps.setTimer(unreadableMs, () => isStopped || looks.want(id));
      return { id, container: '', service: store.current.discovered.get(id), oddities: [unreadable(error)] };
    }
  }

  function readInspected(inspected: Json): ReadContainer {
    const started = deps.readTime(textOf(member(inspected, 'State', 'StartedAt')));
    const startedMs = Number.isNaN(started) ? 0 : started;
    return readContainer(inspected, { startedMs, healthRequired, machineNetworks: networks });
  }

  async function connect(): Promise<void> {
    const begun = ++epoch;
    // What happens from here on is looked at when all have been listed.
    looks.pause();
    looks.clear();
    try {
      const opened = await api.events({
        event: (event) => void (begun === epoch && demanded(event)),
        ended: (error) => void (begun === epoch && lost(error)),
      });
      if (begun !== epoch) return opened.close();
      stream = opened;
      const all = await readAll();
      if (begun !== epoch) return;
      synchronised(all);
    } catch (error) {
      if (begun === epoch) lost(error as Error);
    }
  }

  async function readAll(): Promise<readonly ReadContainer[]> {
    networks = machineNetworks(await api.get('/networks'));
    const list = listOf(await api.get('/containers/json'));
    listed = digests(list);
    const ids = [...listed.keys()];
    const found: ReadContainer[] = [];
    const read = async (): Promise<void> => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
        const inspected = await inspect(id);
        if (inspected !== undefined) found.push(inspected);
      }
    };
    await Promise.all(Array.from({ length: maxLooks }, read));
    return found;
  }

  function synchronised(all: readonly ReadContainer[]): void {
    for (const read of all) tellOddities(read);
    const services = all.flatMap(({ service }): readonly Service[] => (service === undefined ? [] : [service]));
    store.replace(synchronise(store.current, services));
    failures = 0;
    hasSynchronised = true;
    metrics.inc('alpine_resolver_docker_synchronisations_total');
    metrics.set('alpine_resolver_docker_connected', 1);
    log.info('docker-synchronised', { containers: all.length, services: services.length });
    looks.resume();
    stopTimer = deps.setTimer(recheckMs, () => void recheck(epoch));
  }

  function demanded(event: Json): void {
    metrics.inc('alpine_resolver_docker_events_total');
    const { container, networks: isOfNetworks } = demandOf(event, { healthRequired });
    if (container !== undefined) looks.want(container);
    if (isOfNetworks) void readNetworks(epoch);
  }

  /** Containers in the network of the machine are reached by the gateways of its bridges. */
  async function readNetworks(begun: number): Promise<void> {
    try {
      const found = machineNetworks(await api.get('/networks'));
      if (begun !== epoch) return;
      networks = found;
      for (const { id, namespace } of store.current.discovered.values()) if (namespace === 'host') looks.want(id);
    } catch (error) {
      if (begun === epoch) lost(error as Error);
    }
  }

  async function recheck(begun: number): Promise<void> {
    try {
      const now = digests(listOf(await api.get('/containers/json')));
      if (begun !== epoch) return;
      const ids = new Set([...now.keys(), ...listed.keys()]);
      for (const id of ids) if (now.get(id) !== listed.get(id)) looks.want(id);
      listed = now;
      stopTimer = deps.setTimer(recheckMs, () => void recheck(epoch));
    } catch (error) {
      if (begun === epoch) lost(error as Error);
    }
  }

  function lost(error: Error): void {
    epoch++;
    stream?.close();
    stream = undefined;
    stopTimer();
    looks.pause();
    looks.clear();
    if (isStopped) return;
    const retryMs = retryDelayMs(failures);
    metrics.set('alpine_resolver_docker_connected', 0);
    // Once for each gap: the attempts behind it are counted.
    if (failures === 0) log.warn('docker-lost', { services: store.current.discovered.size, retryMs, error });
    failures++;
    metrics.inc('alpine_resolver_docker_failures_total');
    stopTimer = deps.setTimer(retryMs, () => void connect());
  }

  return {
    start() {
      isStopped = false;
      void connect();
    },
    stop() {
      isStopped = true;
      epoch++;
      stopTimer();
      stream?.close();
      looks.clear();
    },
    get hasSynchronised() {
      return hasSynchronised;
    },
  };
}

/** A container that the API cannot read is looked at again after this time. */
const unreadableMs = 5000;

function unreadable(error: DockerStatusError): ReadContainer['oddities'][number] {
  return { reason: 'unreadable', detail: error.message };
}

/** Of each container what changes where its names or addresses do. */
function digests(list: readonly Json[]): ReadonlyMap<string, string> {
  return new Map(
    list.flatMap((container) => {
      const id = textOf(member(container, 'Id'));
      const parts = [member(container, 'Names'), member(container, 'State'), member(container, 'NetworkSettings')];
      return id === '' ? [] : [[id, JSON.stringify(parts)]];
    }),
  );
}
