/** From what Docker says of a container to the service that it is, and what is odd about it. */
import type { ContainerOddity } from '../../../shared/report/container-oddities.ts';
import { isName, maxItems } from '../services/override.ts';
import {
  addressesOf,
  serviceOf,
  withPrefix,
  type ComposeNames,
  type Namespace,
  type Service,
  type ServiceNetwork,
  type ServicePort,
} from '../services/service.ts';
import { containerNetworks } from './container-networks.ts';
import { imageLabel } from './image-label.ts';
import { entriesOf, member, textOf, textsOf, type Json } from './json.ts';
import { faultOfCount, readSaid, type Said, type SaidFault } from './said.ts';

export interface ContainerReading {
  /** When it was started, in milliseconds of the wall clock. */
  readonly startedMs: number;
  readonly healthRequired: boolean;
  /** By which addresses containers reach the machine. */
  readonly machineNetworks: readonly ServiceNetwork[];
  /** A name that would take answers from others. */
  readonly isOthers: (name: string) => boolean;
}

export interface ReadContainer {
  readonly id: string;
  /** As Docker has it. */
  readonly container: string;
  /** Undefined: it is not answered for. */
  readonly service: Service | undefined;
  /** It runs, others may be in its network, and it is not answered for itself. */
  readonly unnamed?: Service | undefined;
  readonly oddities: readonly Oddity[];
}

export interface Oddity {
  readonly reason: ContainerOddity;
  readonly detail: string;
}

/** `inspected`: the answer to `GET /containers/{id}/json`. */
export function readContainer(inspected: Json, reading: ContainerReading): ReadContainer {
  const id = textOf(member(inspected, 'Id'));
  const container = textOf(member(inspected, 'Name')).replaceAll('/', '');
  const labels = new Map(
    entriesOf(member(inspected, 'Config', 'Labels')).map(([name, value]) => [name, textOf(value)]),
  );
  const said = readSaid(labels, textsOf(member(inspected, 'Config', 'Env')));
  const state = member(inspected, 'State');
  if (id === '' || !runs(state)) return { id, container, service: undefined, oddities: [] };
  const namespace = namespaceOf(textOf(member(inspected, 'HostConfig', 'NetworkMode')));
  const { ports, faults } = portsOf(inspected, said);
  const { networks, tooMany } = withFewAliases(networksOf(inspected, namespace, reading));
  const own = imageLabel(textOf(member(inspected, 'Config', 'Image')), textOf(member(inspected, 'Image')));
  const service = serviceOf({
    ...{ id, source: 'container', startedMs: reading.startedMs, container, namespace, networks },
    name: said.name ?? container,
    image: [said.image ?? own, said.region ?? ''].filter((part) => part !== '').join('.'),
    aliases: said.aliases.filter((alias) => !reading.isOthers(alias)),
    compose: composeOf(labels),
    hostname: textOf(member(inspected, 'Config', 'Hostname')) || undefined,
    addresses: said.addresses,
    prefix: said.prefix,
    preferredNetwork: said.network,
    ports,
    ttlSeconds: said.ttlSeconds,
    tags: said.tags,
    region: said.region,
  });
  if (!serves(state, reading.healthRequired) || said.ignored)
    return { id, container, service: undefined, unnamed: service, oddities: [] };
  const oddities = odditiesOf(service, said, [
    ...[...said.faults, ...tooMany, ...faults],
    ...said.aliases.filter(reading.isOthers).map(faultOfOthers),
  ]);
  const isReachable = typeof namespace !== 'string' || addressesOf(withPrefix(service)).length > 0;
  return { id, container, service: isReachable ? service : undefined, oddities };
}

function runs(state: Json): boolean {
  return is(state, 'Running') && !is(state, 'Restarting') && !is(state, 'Dead');
}

/** A container that runs. */
function serves(state: Json, healthRequired: boolean): boolean {
  const health = textOf(member(state, 'Health', 'Status'));
  return !is(state, 'Paused') && (!healthRequired || ['', 'none', 'healthy'].includes(health));
}

function is(state: Json, name: string): boolean {
  return member(state, name) === true;
}

function namespaceOf(mode: string): Namespace {
  if (mode === 'host') return 'host';
  const [, of] = /^container:(.+)$/.exec(mode) ?? [];
  return of === undefined ? 'own' : { of };
}

function networksOf(
  inspected: Json,
  namespace: Namespace,
  { machineNetworks }: ContainerReading,
): readonly ServiceNetwork[] {
  return namespace === 'host' ? machineNetworks : containerNetworks(member(inspected, 'NetworkSettings'));
}

/** Whoever makes a container says how many names it has in its networks, and the same ones may stand in each. */
function withFewAliases(networks: readonly ServiceNetwork[]): {
  readonly networks: readonly ServiceNetwork[];
  readonly tooMany: readonly SaidFault[];
} {
  const all = new Set(networks.flatMap(({ aliases }) => aliases));
  if (all.size <= maxItems) return { networks, tooMany: [] };
  const few = new Set([...all].slice(0, maxItems));
  return {
    networks: networks.map((network) => ({ ...network, aliases: network.aliases.filter((alias) => few.has(alias)) })),
    tooMany: [faultOfCount('aliases in networks', all.size)],
  };
}

function faultOfOthers(alias: string): SaidFault {
  return {
    source: 'an alias',
    value: alias,
    accepted: 'a name that is neither the domain, nor above it, nor one of the reverse trees',
  };
}

function composeOf(labels: ReadonlyMap<string, string>): ComposeNames | undefined {
  // Podman's own tool for Compose files has the labels of its own besides.
  for (const prefix of ['com.docker.compose', 'io.podman.compose']) {
    const [project, service] = [labels.get(`${prefix}.project`), labels.get(`${prefix}.service`)];
    if (project !== undefined && service !== undefined) return { project, service };
  }
  return undefined;
}

interface Ports {
  readonly ports: readonly ServicePort[];
  readonly faults: readonly SaidFault[];
}

/** Those that a label names first, then what is published, and exposed by the image or the container. */
function portsOf(inspected: Json, { portNames }: Said): Ports {
  const published = entriesOf(member(inspected, 'NetworkSettings', 'Ports')).map(([key]) => key);
  const exposed = entriesOf(member(inspected, 'Config', 'ExposedPorts')).map(([key]) => key);
  const keys = [...new Set([...portNames.keys(), ...published, ...exposed])];
  const ports = keys.slice(0, maxPorts).flatMap((key): ServicePort[] => {
    const [, digits = '', protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(key) ?? [];
    const port = Number(digits);
    if (port < 1 || port > 65_535) return [];
    const name = portNames.get(`${port}/${protocol}`);
    return [{ port, protocol: protocol as ServicePort['protocol'], name }];
  });
  return { ports, faults: keys.length > maxPorts ? [faultOfCount('ports', keys.length, maxPorts)] : [] };
}

/** `EXPOSE 1-65535` is one line of an image. */
const maxPorts = 1024;

function odditiesOf(service: Service, said: Said, faults: readonly SaidFault[]): Oddity[] {
  const { container, namespace } = service;
  const oddities: Oddity[] = faults.map(({ source, value, accepted }) => ({
    reason: 'bad-value',
    detail: `${source.slice(0, maxShown)}: "${value.slice(0, maxShown)}" is not accepted; expected ${accepted}`,
  }));
  if (container !== undefined && container !== '' && !isName(container))
    oddities.push({ reason: 'odd-name', detail: `"${container.slice(0, maxShown)}" cannot be part of a domain name` });
  if (typeof namespace === 'string' && addressesOf(withPrefix(service)).length === 0)
    oddities.push({ reason: 'no-address', detail: whyWithoutAddress(namespace, said) });
  return oddities;
}

function whyWithoutAddress(namespace: Namespace, { prefix }: Said): string {
  if (prefix !== undefined) return `no address begins with ${prefix.slice(0, maxShown)}`;
  return namespace === 'host' ? 'it is in the network of the machine, which has no bridge' : 'no network gives it one';
}

/** Characters of somebody else's text in a line of the log. */
const maxShown = 80;
