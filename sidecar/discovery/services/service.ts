/** What is answered for by name: a container, or an entry that somebody made by hand. */
import type { Override } from './override.ts';

export interface Service {
  /** Of a container its 64 hexadecimal digits; of an entry made by hand whatever it was given. */
  readonly id: string;
  readonly source: 'container' | 'manual';
  /** Labels in front of those of the image; empty: none. */
  readonly name: string;
  /** Labels in front of the domain; a region stands behind it. Empty: none. */
  readonly image: string;
  /** Whole names, inside the domain or anywhere else, without a final dot. */
  readonly aliases: readonly string[];
  /** As Docker has it. */
  readonly container: string | undefined;
  readonly compose: ComposeNames | undefined;
  readonly hostname: string | undefined;
  readonly namespace: Namespace;
  /** By the name of the network. */
  readonly networks: readonly ServiceNetwork[];
  /** In place of those of the networks, for every client. */
  readonly addresses: readonly string[] | undefined;
  /** Addresses of networks that begin otherwise are left out. */
  readonly prefix: string | undefined;
  /** Name of the network whose addresses clients outside all of its networks get. */
  readonly preferredNetwork: string | undefined;
  readonly ports: readonly ServicePort[];
  /** Undefined: that of the whole set. */
  readonly ttlSeconds: number | undefined;
  readonly tags: readonly string[];
  readonly region: string | undefined;
  /** When it was started, or made, in milliseconds of the wall clock: the order of answers. */
  readonly startedMs: number;
}

/** Labels of a project of Compose. */
export interface ComposeNames {
  readonly project: string;
  readonly service: string;
}

/** Whose network the container has: one of its own, that of the machine, or that of another container, by its id. */
export type Namespace = 'own' | 'host' | { readonly of: string };

export interface ServiceNetwork {
  readonly name: string;
  /** Of both families, as canonical texts. */
  readonly addresses: readonly string[];
  /** `172.17.0.0/16`: clients with an address in them are in this network. */
  readonly subnets: readonly string[];
  readonly gateways: readonly string[];
  /** Names of the container in this network. */
  readonly aliases: readonly string[];
}

export interface ServicePort {
  /** Inside the container. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** What it is called in SRV questions, beside its number and its usual name. */
  readonly name: string | undefined;
}

/** With everything that is left out empty. */
export function serviceOf(parts: Pick<Service, 'id' | 'source' | 'startedMs'> & Partial<Service>): Service {
  return {
    name: '',
    image: '',
    aliases: [],
    container: undefined,
    compose: undefined,
    hostname: undefined,
    namespace: 'own',
    networks: [],
    addresses: undefined,
    prefix: undefined,
    preferredNetwork: undefined,
    ports: [],
    ttlSeconds: undefined,
    tags: [],
    region: undefined,
    ...parts,
  };
}

/** All addresses that it may be answered with, each once. */
export function addressesOf({ addresses, networks }: Pick<Service, 'addresses' | 'networks'>): readonly string[] {
  return addresses ?? [...new Set(networks.flatMap((network) => network.addresses))];
}

/** The service without the addresses that begin otherwise than it wants them. */
export function withPrefix(service: Service): Service {
  const { prefix, networks } = service;
  if (prefix === undefined) return service;
  const begun = (address: string): boolean => address.startsWith(prefix);
  return {
    ...service,
    networks: networks.map((network) => ({ ...network, addresses: network.addresses.filter(begun) })),
  };
}

/** The service with what an override says in place of its own. */
export function overridden(service: Service, { name, image, aliases, addresses, ttlSeconds }: Override): Service {
  return {
    ...service,
    name: name ?? service.name,
    image: image ?? service.image,
    aliases: aliases ?? service.aliases,
    addresses: addresses ?? service.addresses,
    ttlSeconds: ttlSeconds ?? service.ttlSeconds,
  };
}
