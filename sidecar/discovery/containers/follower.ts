/**
 * Keeps the services as the containers are: listens to events, lists all containers behind each gap, and looks anew at each one
 * that something happened to. What was known stays in force while the API does not answer.
 */
import type { DiscoveryMetrics } from '../../../shared/report/discovery-metric-table.ts';
import type { Log } from '../../../shared/report/log.ts';
import type { Metrics } from '../../../shared/report/metrics.ts';
import { discover, hide, lose, synchronise, type Services } from '../services/services.ts';
import type { ServicesStore } from '../services/store.ts';
import { createContainerReader, maxLooks, type AllContainers } from './container-reader.ts';
import type { ReadContainer } from './container.ts';
import type { DockerApi } from './docker-api.ts';
import { demandOf } from './event.ts';
import type { Json } from './json.ts';
import { createLooks } from './looks.ts';
import { createOddityReport } from './oddity-report.ts';
import { retryDelayMs } from './retry-delay.ts';

export interface FollowerDependencies {
  readonly api: DockerApi;
  readonly store: ServicesStore;
  readonly healthRequired: boolean;
  /** A name that would take answers from others. */
  readonly isOthers: (name: string) => boolean;
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

/** All containers are listed and compared this often, should an event have been lost. */
const recheckMs = 30_000;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function createFollower(deps: FollowerDependencies): Follower {
  const { api, store, log, metrics, healthRequired } = deps;
  const keep = keepIn(store, createOddityReport(log, metrics));
  const secondLooks = createSecondLooks(deps.setTimer, (id) => void (isStopped || looks.want(id)));
  const reader = createContainerReader({
    ...deps,
    ...secondLooks,
    known: keep.known,
    saidOf: () => store.current.overrides.keys(),
  });
  let stream: { close(): void } | undefined;
  let stopTimer = (): void => undefined;
  let failures = 0;
  let isStopped = true;
  let hasSynchronised = false;
  /** Rises with each connection: what an earlier one began has no effect any more. */
  let epoch = 0;

  const looks = createLooks(maxLooks, (id) =>
    inEpoch(epoch, async (isOver) => {
      const read = await reader.inspect(id);
      if (!isOver()) keep.one(id, read);
    }),
  );

  /** What fails while its connection lasts loses it. */
  async function inEpoch(begun: number, run: (isOver: () => boolean) => Promise<void>): Promise<void> {
    try {
      await run(() => begun !== epoch);
    } catch (error) {
      if (begun === epoch) lost(error as Error);
    }
  }

  function connect(): Promise<void> {
    const begun = ++epoch;
    // What happens from here on is looked at when all have been listed.
    looks.pause();
    looks.clear();
    return inEpoch(begun, async (isOver) => {
      const opened = await api.events({
        event: (event) => void (isOver() || demanded(event)),
        ended: (error) => void (isOver() || lost(error)),
      });
      if (isOver()) return opened.close();
      stream = opened;
      const all = await reader.readAll();
      if (!isOver()) synchronised(all);
    });
  }

  function synchronised(all: AllContainers): void {
    const services = keep.all(all);
    failures = 0;
    hasSynchronised = true;
    tellSynchronised(deps, { containers: all.running.length, services });
    looks.resume();
    recheckLater();
  }

  function demanded(event: Json): void {
    metrics.inc('alpine_resolver_docker_events_total');
    const { container, networks: isOfNetworks } = demandOf(event, { healthRequired });
    if (container !== undefined) looks.want(container);
    if (isOfNetworks) void inEpoch(epoch, readNetworks);
  }

  /** Containers in the network of the machine are reached by the gateways of its bridges. */
  async function readNetworks(isOver: () => boolean): Promise<void> {
    const found = await reader.readNetworks();
    if (isOver()) return;
    reader.networks = found;
    for (const id of onMachine(store.current)) looks.want(id);
  }

  async function recheck(isOver: () => boolean): Promise<void> {
    const now = await reader.list();
    if (isOver()) return;
    for (const id of reader.compare(now)) looks.want(id);
    recheckLater();
  }

  function recheckLater(): void {
    stopTimer = deps.setTimer(recheckMs, () => void inEpoch(epoch, recheck));
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

/**
 * A container that the API cannot read is looked at again: soon, because most of it is a matter of a moment, and then less and
 * less often. One wait for each, however often it is asked for meanwhile.
 */
function createSecondLooks(setTimer: FollowerDependencies['setTimer'], look: (id: string) => void) {
  const failures = new Map<string, number>();
  const waiting = new Set<string>();
  return {
    unreadable(id: string): void {
      if (waiting.has(id)) return;
      const before = failures.get(id) ?? 0;
      failures.set(id, before + 1);
      waiting.add(id);
      setTimer(retryDelayMs(before), () => {
        waiting.delete(id);
        look(id);
      });
    },
    readable: (id: string): void => void failures.delete(id),
    isUnreadable: (id: string): boolean => failures.has(id),
  };
}

function tellSynchronised(
  { log, metrics }: Pick<FollowerDependencies, 'log' | 'metrics'>,
  found: { readonly containers: number; readonly services: number },
): void {
  metrics.inc('alpine_resolver_docker_synchronisations_total');
  metrics.set('alpine_resolver_docker_connected', 1);
  log.info('docker-synchronised', found);
}

/** Ids of those in the network of the machine. */
function onMachine({ discovered, unnamed }: Services): readonly string[] {
  const all = [...discovered.values(), ...unnamed.values()];
  return all.filter(({ namespace }) => namespace === 'host').map(({ id }) => id);
}

/** What was read of containers, in the place of what was known of them. */
function keepIn(store: ServicesStore, tellOddities: (read: ReadContainer) => void) {
  return {
    known(id: string): Pick<ReadContainer, 'service' | 'unnamed'> {
      return { service: store.current.discovered.get(id), unnamed: store.current.unnamed.get(id) };
    },
    /** `read` is undefined where there is no such container. */
    one(id: string, read: ReadContainer | undefined): void {
      const { current } = store;
      if (read === undefined) return store.replace(lose(current, id));
      tellOddities(read);
      const { id: readId, service, unnamed } = read;
      store.replace(service === undefined ? hide(current, readId, unnamed) : discover(current, service));
    },
    /** How many of them are answered for. */
    all({ running, gone }: AllContainers): number {
      running.forEach(tellOddities);
      const services = running.flatMap(({ service }) => service ?? []);
      const unnamed = running.flatMap((read) => read.unnamed ?? []);
      store.replace(synchronise(store.current, services, { gone, unnamed }));
      return services.length;
    },
  };
}
