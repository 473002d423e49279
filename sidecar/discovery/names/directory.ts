/** All names and addresses of the services that are in force, kept up to date by what has changed. */
import { addressesOf } from '../services/service.ts';
import { effectiveService, isContainerId, type Services } from '../services/services.ts';
import { createAddressIndex } from './address-index.ts';
import type { Labels } from './labels.ts';
import { createNameIndex, type NameMatch } from './name-index.ts';
import { createReachedServices, type DirectoryEntry, type Reached } from './reached.ts';
import { namesOf, type NameRules } from './service-names.ts';
import { createViews } from './views.ts';

export interface Directory {
  /** What is in force from now on, and was before. */
  apply(services: Services, before: Services): void;
  find(question: Labels): NameMatch;
  /** Of what was found, what this client gets. */
  reached(match: NameMatch, client: string): Reached;
  /** The services that have the address, in the order of their start; undefined: nobody has it. */
  withAddress(address: Uint8Array): readonly DirectoryEntry[] | undefined;
  readonly services: Services;
}

export function createDirectory(initial: Services, rules: NameRules, zoneDepth: number): Directory {
  const index = createNameIndex(zoneDepth);
  const entries = new Map<string, DirectoryEntry>();
  const addresses = createAddressIndex();
  const views = createViews();
  const reached = createReachedServices((id) => entries.get(id));
  let current = initial;

  function update(id: string): void {
    const before = entries.get(id);
    if (before !== undefined) {
      views.remove(before.service.networks);
      addresses.remove(before);
    }
    const service = effectiveService(current, id);
    // Without an address it has no name either.
    if (service === undefined || addressesOf(service).length === 0) {
      entries.delete(id);
      index.set(id, []);
      return;
    }
    const entry = { service, names: namesOf(service, rules) };
    entries.set(id, entry);
    index.set(id, entry.names);
    views.add(service.networks);
    addresses.add(entry);
  }

  const nothing: Services = {
    ...initial,
    discovered: new Map(),
    unnamed: new Map(),
    manual: new Map(),
    overrides: new Map(),
  };
  for (const id of changedIds(initial, nothing)) update(id);

  return {
    apply(services, before) {
      current = services;
      reached.forget();
      for (const id of changedIds(services, before)) update(id);
    },
    find: (question) => index.find(question),
    reached: (match, client) => reached.of(match, views.of(client)),
    withAddress: addresses.of,
    get services() {
      return current;
    },
  };
}

/** What differs, and what is in the network of such a container. */
function changedIds(services: Services, before: Services): Set<string> {
  const changed = new Set([
    ...differences(services.discovered, before.discovered),
    ...differences(services.unnamed, before.unnamed),
    ...differences(services.manual, before.manual),
    ...differences(services.overrides, before.overrides),
  ]);
  const guests = [...services.discovered.values()].flatMap(({ id, namespace }) =>
    typeof namespace === 'string' ? [] : { id, of: namespace.of },
  );
  for (let size = 0; size !== changed.size;) {
    size = changed.size;
    for (const { id, of } of guests) if (mayDependOn(changed, of)) changed.add(id);
  }
  return changed;
}

/** Which container has a name may be something else with each change. */
function mayDependOn(changed: ReadonlySet<string>, of: string): boolean {
  return changed.has(of) || !isContainerId(of);
}

function differences<Value>(now: ReadonlyMap<string, Value>, before: ReadonlyMap<string, Value>): string[] {
  if (now === before) return [];
  const ids = [...now.keys()].filter((id) => now.get(id) !== before.get(id));
  for (const id of before.keys()) if (!now.has(id)) ids.push(id);
  return ids;
}
