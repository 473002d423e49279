/** The bundle for Docker hosts: answers for the names of containers, which it finds and follows. */
import type { Part } from '../../shared/program/lifecycle.ts';
import type { Log } from '../../shared/report/log.ts';
import { readSidecarEnvironment } from '../../shared/settings/read-old-variables.ts';
import { discoverySettings, type DiscoverySettings, type SidecarSettings } from '../../shared/settings/settings.ts';
import type { LocalData } from '../ports/local-data.ts';
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
  readonly parts: readonly Part[];
  exposition(): string;
}

/** As the sidecar reads its own alone. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): ReturnType<typeof readSidecarEnvironment<typeof discoverySettings>> {
  return readSidecarEnvironment(environment, discoverySettings);
}

export function createDiscovery({ settings }: DiscoveryDependencies): Discovery {
  const services = createServicesStore(emptyServices(settings.servicesTtlSeconds));
  return { services, localData: { answer: () => undefined }, parts: [], exposition: () => `` };
}
