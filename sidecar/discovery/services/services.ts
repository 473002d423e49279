/**
 * All services as one value: those that were discovered, those that were made by hand, and what was said by hand of discovered
 * ones. Each operation gives a new value, or the fault that left the old one as it was.
 */
import {
  canonicalAddress,
  entryFault,
  isTtl,
  charactersOf,
  maxCharactersOfAll,
  memberFault,
  type ManualEntry,
  type MemberFault,
  type Override,
} from './override.ts';
import { overridden, serviceOf, withPrefix, type Service } from './service.ts';

export interface Services {
  /** Rises with each change. */
  readonly generation: number;
  /** Of services without one of their own. */
  readonly ttlSeconds: number;
  /** By id, as all of them. */
  readonly discovered: ReadonlyMap<string, Service>;
  readonly manual: ReadonlyMap<string, Service>;
  /** Containers that run and are not answered for; others may be in their networks. */
  readonly unnamed: ReadonlyMap<string, Service>;
  /** Of discovered services. */
  readonly overrides: ReadonlyMap<string, Override>;
}

export type ServicesFault =
  | { readonly code: 'unknown' }
  /** The beginning of several ids. */
  | { readonly code: 'ambiguous' }
  /** A discovered service is no entry that could be made or removed. */
  | { readonly code: 'discovered' }
  | { readonly code: 'full'; readonly max: number; readonly of: 'services' | 'characters' }
  | { readonly code: 'bad-id' }
  | { readonly code: 'bad-ttl' }
  | ({ readonly code: 'bad-member' } & MemberFault);

export type Changed =
  | { readonly ok: true; readonly services: Services }
  | { readonly ok: false; readonly fault: ServicesFault };

/** Entries that are made by hand. */
export const maxManual = 10_000;

export function emptyServices(ttlSeconds = 0): Services {
  return {
    ...{ generation: 0, ttlSeconds, discovered: new Map(), manual: new Map() },
    ...{ unnamed: new Map(), overrides: new Map() },
  };
}

/**
 * The container as it is now; one of the same id is replaced, and what was said of it by hand stays. The same value where it is
 * known like that.
 */
export function discover(services: Services, service: Service): Services {
  if (isSame(services.discovered.get(service.id), service)) return services;
  return next(services, {
    discovered: new Map(services.discovered).set(service.id, service),
    ...(services.unnamed.has(service.id) && { unnamed: without(services.unnamed, service.id) }),
  });
}

/**
 * The container is there and is not answered for: what was said of it waits for it, and who is in its network, where it runs, stays
 * there. The same value where it is known like that.
 */
export function hide(services: Services, id: string, running?: Service): Services {
  const { discovered, unnamed } = services;
  const before = unnamed.get(id);
  const isKnown = isSame(before, running);
  if (isKnown && !discovered.has(id)) return services;
  const others = without(unnamed, id);
  return next(services, {
    discovered: without(discovered, id),
    ...(!isKnown && { unnamed: running === undefined ? others : new Map(others).set(id, running) }),
  });
}

/** There is no such container any more, and with it goes what was said of it. The same value where neither was known. */
export function lose(services: Services, id: string): Services {
  if (!services.overrides.has(id)) return hide(services, id);
  return next(hide(services, id), { overrides: without(services.overrides, id) });
}

/**
 * `found` are all containers that serve, and what was said of others waits for them, but for those that are gone. The same value
 * where they are known like that.
 */
export function synchronise(
  services: Services,
  found: readonly Service[],
  {
    gone = [],
    unnamed: others = [],
  }: { readonly gone?: readonly string[]; readonly unnamed?: readonly Service[] } = {},
): Services {
  const discovered = keptOf(services.discovered, found);
  const unnamed = keptOf(services.unnamed, others);
  const lost = gone.filter((id) => services.overrides.has(id));
  const overrides = lost.reduce(without, services.overrides);
  if (discovered === services.discovered && unnamed === services.unnamed && lost.length === 0) return services;
  return next(services, { discovered, unnamed, overrides });
}

/** Makes or replaces an entry; `nowMs` is kept as its start where it is new. */
export function putManual(services: Services, id: string, entry: ManualEntry, nowMs: number): Changed {
  if (isContainers(services, id)) return refuse({ code: 'discovered' });
  if (!isId(id)) return refuse({ code: 'bad-id' });
  const fault = entryFault(entry);
  if (fault !== undefined) return refuse({ code: 'bad-member', ...fault });
  const before = services.manual.get(id);
  if (before === undefined && services.manual.size >= maxManual)
    return refuse({ code: 'full', max: maxManual, of: 'services' });
  const made = serviceOf({ id, source: 'manual', startedMs: before?.startedMs ?? nowMs });
  return acceptSaid(services, { manual: new Map(services.manual).set(id, overridden(made, canonical(entry))) });
}

/**
 * Changes an entry, or says something of a discovered service, or of one of which something waits: what was said of it before stays
 * beside it, but for what is taken back.
 */
export function patch(
  services: Services,
  id: string,
  override: Override,
  takenBack: readonly (keyof Override)[] = [],
): Changed {
  const fault = memberFault(override);
  if (fault !== undefined) return refuse({ code: 'bad-member', ...fault });
  const said = canonical(override);
  if (services.discovered.has(id) || isWaiting(services, id)) {
    const whole = leftOut({ ...services.overrides.get(id), ...said }, takenBack);
    const overrides = without(services.overrides, id);
    return acceptSaid(services, { overrides: isEmpty(whole) ? overrides : new Map(overrides).set(id, whole) });
  }
  const entry = services.manual.get(id);
  if (entry === undefined) return refuse({ code: 'unknown' });
  const changed = { ...overridden(entry, said), ...pick(unsaid, takenBack) };
  const whole = entryFault({ ...changed, addresses: changed.addresses ?? [], ttlSeconds: changed.ttlSeconds ?? 0 });
  if (whole !== undefined) return refuse({ code: 'bad-member', ...whole });
  return acceptSaid(services, { manual: new Map(services.manual).set(id, changed) });
}

/** Removes an entry that was made by hand. */
export function removeManual(services: Services, id: string): Changed {
  if (services.discovered.has(id)) return refuse({ code: 'discovered' });
  if (!services.manual.has(id)) return refuse({ code: 'unknown' });
  return accept(services, { manual: without(services.manual, id) });
}

/** Something is said of a container that is not answered for now; an entry of its id would be what the id means. */
export function isWaiting({ discovered, manual, overrides }: Services, id: string): boolean {
  return overrides.has(id) && !discovered.has(id) && !manual.has(id);
}

/** The id of a container that is known, whether it is answered for or not: an entry would be hidden behind it one day. */
export function isContainers(services: Services, id: string): boolean {
  const { discovered, unnamed, manual } = services;
  return discovered.has(id) || (unnamed.has(id) && !manual.has(id)) || isWaiting(services, id);
}

/** Takes back all that was said by hand of a discovered service. */
export function forgetOverride(services: Services, id: string): Changed {
  if (!services.overrides.has(id)) return refuse({ code: 'unknown' });
  return accept(services, { overrides: without(services.overrides, id) });
}

/** What a file kept of what was made and said by hand. */
export interface KeptServices {
  readonly manual: ReadonlyMap<string, ManualEntry & { readonly madeMs: number }>;
  readonly overrides: ReadonlyMap<string, Override>;
  /** Undefined: it was never set. */
  readonly ttlSeconds: number | undefined;
}

/** All of it, or nothing. Overrides wait for their containers: until the first synchronisation none is known. */
export function restore(services: Services, { manual, overrides, ttlSeconds }: KeptServices): Changed {
  const entries = new Map<string, Service>();
  for (const [id, entry] of manual) {
    const fault = entryFault(entry);
    if (!isId(id)) return refuse({ code: 'bad-id' });
    if (fault !== undefined) return refuse({ code: 'bad-member', ...fault });
    const { madeMs, ...said } = entry;
    entries.set(id, overridden(serviceOf({ id, source: 'manual', startedMs: madeMs }), canonical(said)));
  }
  if (entries.size > maxManual) return refuse({ code: 'full', max: maxManual, of: 'services' });
  const said = new Map<string, Override>();
  for (const [id, override] of overrides) {
    const fault = memberFault(override);
    if (fault !== undefined) return refuse({ code: 'bad-member', ...fault });
    said.set(id, canonical(override));
  }
  if (ttlSeconds !== undefined && !isTtl(ttlSeconds)) return refuse({ code: 'bad-ttl' });
  const all = { manual: entries, overrides: said, ttlSeconds: ttlSeconds ?? services.ttlSeconds };
  return acceptSaid(services, all);
}

/** Of all services without a TTL of their own. */
export function setTtl(services: Services, ttlSeconds: number): Changed {
  return isTtl(ttlSeconds) ? accept(services, { ttlSeconds }) : refuse({ code: 'bad-ttl' });
}

export type FoundId =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly fault: ServicesFault };

/** The id itself, or the first four or more hexadecimal digits of a container's, also of one that waits. */
export function findId({ discovered, manual, overrides }: Services, text: string): FoundId {
  const containers = new Set([...discovered.keys(), ...overrides.keys()]);
  if (containers.has(text) || manual.has(text)) return { ok: true, id: text };
  const begun = text.toLowerCase();
  const ids = [...containers].filter((id) => id.startsWith(begun));
  const [id] = ids;
  if (begun.length < minPrefix || id === undefined) return { ok: false, fault: { code: 'unknown' } };
  return ids.length === 1 ? { ok: true, id } : { ok: false, fault: { code: 'ambiguous' } };
}

const minPrefix = 4;

/** As it is answered for; undefined where there is none. */
export function effectiveService(services: Services, id: string): Service | undefined {
  const found = services.discovered.get(id);
  if (found === undefined) return services.manual.get(id);
  const override = services.overrides.get(id);
  const owned = withPrefix(withOwner(found, services));
  return override === undefined ? owned : overridden(owned, override);
}

/** All of them, in the order of their start. */
export function effectiveServices(services: Services): readonly Service[] {
  const ids = [...new Set([...services.discovered.keys(), ...services.manual.keys()])];
  return ids.flatMap((id) => effectiveService(services, id) ?? []).toSorted(byStart);
}

export function byStart(left: Service, right: Service): number {
  return left.startedMs - right.startedMs || (left.id < right.id ? -1 : Number(left.id > right.id));
}

/** As Docker makes them. */
export function isContainerId(text: string): boolean {
  return /^[\da-f]{64}$/.test(text);
}

/** What an entry has of which nothing is said. */
const unsaid = { name: '', image: '', aliases: [], addresses: [], ttlSeconds: undefined } as const;

function pick<Whole extends object>(whole: Whole, keys: readonly (keyof Whole)[]): Partial<Whole> {
  return Object.fromEntries(keys.map((key) => [key, whole[key]])) as Partial<Whole>;
}

function leftOut(override: Override, keys: readonly (keyof Override)[]): Override {
  return Object.fromEntries(Object.entries(override).filter(([key]) => !keys.includes(key as keyof Override)));
}

function isEmpty(override: Override): boolean {
  return Object.keys(override).length === 0;
}

/** Each that is known like that stays the same value, and so do all of them where all are. */
function keptOf(known: ReadonlyMap<string, Service>, found: readonly Service[]): ReadonlyMap<string, Service> {
  const kept = found.map((service): [string, Service] => {
    const before = known.get(service.id);
    return [service.id, isSame(before, service) ? before : service];
  });
  const isKnown = kept.length === known.size && kept.every(([id, service]) => known.get(id) === service);
  return isKnown ? known : new Map(kept);
}

/** Owners of owners are followed so far: Docker itself allows one step. */
const maxOwners = 4;

/** A container in the network of another one has that one's addresses. */
function withOwner(service: Service, services: Services): Service {
  let owner: Service | undefined = service;
  for (let left = maxOwners; left > 0 && owner !== undefined; left--) {
    if (typeof owner.namespace === 'string') break;
    owner = ownerIn(services, owner.namespace.of);
  }
  if (owner === service || owner === undefined || typeof owner.namespace !== 'string') return service;
  const networks = owner.networks.map((network) => ({ ...network, aliases: [] }));
  return { ...service, namespace: owner.namespace, networks };
}

/** Docker has its id there, and its API takes a name, too. */
function ownerIn({ discovered, unnamed }: Services, of: string): Service | undefined {
  const byId = discovered.get(of) ?? unnamed.get(of);
  if (byId !== undefined || isContainerId(of)) return byId;
  return [...discovered.values(), ...unnamed.values()].find(({ container }) => container === of);
}

/** Members of services are made in one order. */
function isSame<Known extends Service | undefined>(left: Service | undefined, right: Known): left is Known {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** What goes into a path of the API. Clients take dots alone for a step of the path, and never send them. */
function isId(id: string): boolean {
  return /^[\w.:-]{1,128}$/.test(id) && !/^\.+$/.test(id);
}

/** Each address once. */
function canonical<Said extends Override>(said: Said): Said {
  const { addresses } = said;
  if (addresses === undefined) return said;
  return { ...said, addresses: [...new Set(addresses.flatMap((text) => canonicalAddress(text) ?? []))] };
}

function next(services: Services, changed: Partial<Services>): Services {
  return { ...services, ...changed, generation: services.generation + 1 };
}

function accept(services: Services, changed: Partial<Services>): Changed {
  return { ok: true, services: next(services, changed) };
}

/** Not where all that is said by hand would then be too much. */
function acceptSaid(services: Services, changed: Partial<Services>): Changed {
  const { manual, overrides } = { ...services, ...changed };
  let characters = 0;
  for (const said of [...manual.values(), ...overrides.values()]) characters += charactersOf(said);
  return characters > maxCharactersOfAll
    ? refuse({ code: 'full', max: maxCharactersOfAll, of: 'characters' })
    : accept(services, changed);
}

function refuse(fault: ServicesFault): Changed {
  return { ok: false, fault };
}

function without<Value>(map: ReadonlyMap<string, Value>, id: string): ReadonlyMap<string, Value> {
  const rest = new Map(map);
  rest.delete(id);
  return rest;
}
