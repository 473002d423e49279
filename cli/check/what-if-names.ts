/** Which names a pod is played with, and what of them exists while all is well. */
import { candidateNames } from '../simulation/loss.ts';
import type { ExistingName } from './failure-scenarios.ts';
import type { Surroundings } from './pod-facts.ts';
import type { ReadSource } from './what-if-play.ts';

/** What the manifests or the cluster say of names, of all namespaces. */
export interface KnownNames {
  /** By namespace, as its pods ask for them. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  /** Hosts of Services of type ExternalName and of Ingresses, by namespace. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** Whole names of Services; those of type ExternalName with their hosts. */
  readonly whole: ReadonlyMap<string, string | undefined>;
  readonly clusterDomain: string;
}

export function knownNames({ services, ingressHosts }: Surroundings, clusterDomain: string): KnownNames {
  const byNamespace = Map.groupBy(services, ({ namespace }) => namespace);
  const external = services.flatMap(({ namespace, externalName: host }) =>
    host === undefined ? [] : [{ namespace, host }],
  );
  const hosts = Map.groupBy([...external, ...ingressHosts], ({ namespace }) => namespace);
  return {
    services: mapped(byNamespace, ({ name }) => name),
    hosts: mapped(hosts, ({ host }) => host),
    whole: new Map(
      services.map(({ name, namespace, externalName }) => [
        `${name}.${namespace}.svc.${clusterDomain}`.toLowerCase(),
        externalName,
      ]),
    ),
    clusterDomain,
  };
}

function mapped<Value>(
  groups: ReadonlyMap<string, readonly Value[]>,
  textOf: (value: Value) => string,
): Map<string, string[]> {
  return new Map([...groups].map(([key, values]) => [key, [...new Set(values.map(textOf))]]));
}

/**
 * Names of pods, of their namespace's Services and Ingresses; where no host is known, such as every pod may ask for, too.
 * @param named what the pods name themselves
 */
export function namesOf(
  named: ReadonlySet<string>,
  namespace: string,
  { services, hosts, clusterDomain }: KnownNames,
): string[] {
  const inNamespace = services.get(namespace) ?? [];
  const known = [...named, ...(hosts.get(namespace) ?? [])];
  if (known.length > 0) return [...new Set([...known, ...inNamespace])];
  const [service = 'svc', ...others] = inNamespace;
  return [
    service,
    ...others,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc.${clusterDomain}`,
    'example.com',
    'a.b.c.example.com',
    'no-such-name',
  ];
}

/** Of all that a lookup may ask for, as in `candidateNames`; every entry of either search list counts. */
export function askedNames(name: string, { glibc, musl }: Pick<ReadSource, 'glibc' | 'musl'>): string[] {
  return candidateNames(name, [...glibc.search, ...musl.search]);
}

/** Where a pod is, and what is known there. */
export interface NamePlace {
  readonly namespace: string;
  readonly read: ReadSource;
  readonly known: KnownNames;
}

/** Whatever is named otherwise than Services are, exists outside of the cluster. */
export function externalNames(names: readonly string[], place: NamePlace): Set<string> {
  const { clusterDomain } = place.known;
  const isExternal = (name: string): boolean =>
    name.includes('.') &&
    !name.endsWith(`.${clusterDomain}`) &&
    !candidateNames(name, place.read.glibc.search).some((each) => isService(each, place));
  return new Set(names.map((name) => name.replace(/\.$/, '').toLowerCase()).filter(isExternal));
}

/** Of what is asked for, Services and what is outside. */
export function existingNames(
  asked: readonly string[],
  external: ReadonlySet<string>,
  place: NamePlace,
): ExistingName[] {
  const { whole } = place.known;
  return [...new Set(asked)].flatMap((name): ExistingName[] => {
    if (isService(name, place)) {
      const host = whole.get(name);
      return [host === undefined ? { name, is: 'service' } : { name, is: 'alias', host }];
    }
    return external.has(name) ? [{ name, is: 'external' }] : [];
  });
}

/** Every namespace is taken to have one that is called `svc`. */
function isService(name: string, { namespace, known: { whole, clusterDomain } }: NamePlace): boolean {
  return whole.has(name) || name === `svc.${namespace}.svc.${clusterDomain}`.toLowerCase();
}
