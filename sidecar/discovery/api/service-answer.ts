/** A service as answers show it: the members of dnsdock in their spelling, and what it did not have beside them. */
import { memberNameOf } from './read-service.ts';
import type { Override } from '../services/override.ts';
import { addressesOf, overridden, serviceOf, type Service } from '../services/service.ts';
import { effectiveService, effectiveServices, type Services } from '../services/services.ts';

export interface ServiceAnswer {
  readonly Name: string;
  readonly Image: string;
  readonly IPs: readonly string[];
  /** −1: that of the set. */
  readonly TTL: number;
  readonly Aliases: readonly string[];
  readonly Id: string;
  readonly Source: Service['source'];
  readonly Container?: string;
  readonly Project?: string;
  readonly Service?: string;
  readonly Networks: readonly { readonly Name: string; readonly IPs: readonly string[] }[];
  readonly Names: readonly NameAnswer[];
  /** Members that were changed by hand. */
  readonly Overridden: readonly string[];
  /** When it was started, or made, in milliseconds since 1970; of one that waits it is not known. */
  readonly StartedMs?: number;
  /** Of a container that is not answered for now there is nothing but what was said of it by hand. */
  readonly Waiting?: true;
}

/** A name that the service is found by, and where it comes from. */
export interface NameAnswer {
  readonly Name: string;
  readonly From: string;
}

/** The names of a service, without a final dot. */
export type NamesOf = (service: Service) => readonly NameAnswer[];

/** Undefined: there is none. */
export function serviceAnswer(services: Services, id: string, namesOf: NamesOf): ServiceAnswer | undefined {
  const service = effectiveService(services, id);
  if (service !== undefined) return answerOf(services, service, namesOf);
  const override = services.overrides.get(id);
  return override && waitingAnswer(id, override);
}

/** Of a container that is not answered for now. */
export function waitingAnswer(id: string, override: Override): ServiceAnswer {
  const known = overridden(serviceOf({ id, source: 'container', startedMs: 0 }), override);
  return { ...membersOf(known, [], override), Waiting: true };
}

/** What services look like as JSON, for as long as they are what they were: of thousands few change at a time. */
export type ServiceTexts = WeakMap<Service, string>;

/** An object of all of them as JSON: by id, in the order of their start. */
export function servicesText(services: Services, namesOf: NamesOf, texts: ServiceTexts): string {
  const members = effectiveServices(services).map((service) => {
    const known = texts.get(service);
    if (known !== undefined) return known;
    const text = `${JSON.stringify(service.id)}:${JSON.stringify(answerOf(services, service, namesOf))}`;
    texts.set(service, text);
    return text;
  });
  return `{${members.join(',')}}`;
}

function answerOf(services: Services, service: Service, namesOf: NamesOf): ServiceAnswer {
  const isManual = service.source === 'manual';
  const names = namesOf(service);
  // An entry made by hand may have the id of a container that waits.
  const override = isManual ? undefined : services.overrides.get(service.id);
  return { ...membersOf(service, isManual ? eachOnce(names) : names, override ?? {}), StartedMs: service.startedMs };
}

function membersOf(
  { id, name, image, aliases, ttlSeconds, source, container, compose, networks, addresses }: Service,
  names: readonly NameAnswer[],
  override: Override,
): Omit<ServiceAnswer, 'StartedMs' | 'Waiting'> {
  return {
    Name: name,
    Image: image,
    IPs: addressesOf({ addresses, networks }),
    TTL: ttlSeconds ?? -1,
    Aliases: aliases,
    Id: id,
    Source: source,
    ...(container !== undefined && { Container: container }),
    ...(compose !== undefined && { Project: compose.project, Service: compose.service }),
    Networks: networks.map((network) => ({ Name: network.name, IPs: network.addresses })),
    Names: names,
    Overridden: overriddenMembers(override),
  };
}

/** Without an image the name alone is what both forms give. */
function eachOnce(names: readonly NameAnswer[]): readonly NameAnswer[] {
  return [...new Map(names.map((name) => [name.Name, name])).values()];
}

function overriddenMembers(override: Override): string[] {
  return Object.entries(memberNameOf).flatMap(([field, member]) =>
    override[field as keyof Override] === undefined ? [] : member,
  );
}
