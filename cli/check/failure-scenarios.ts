/** What may go wrong with nameservers, as scripts of them. */
import type { ReplyScript, Script, ServerScript } from '../simulation/script.ts';

/** What exists while all is well. */
export interface HealthyWorld {
  /** Whole names, without a final dot: a Service has an IPv4 address, a name of the world outside has both. */
  readonly services: readonly string[];
  readonly externals: readonly string[];
  /** Names that are asked, to be searched. */
  readonly names: readonly string[];
  readonly servers: readonly string[];
  readonly search: readonly string[];
}

export interface FailureScenario {
  readonly title: string;
  /** Undefined: it cannot happen there. */
  script(world: HealthyWorld): Script | undefined;
}

type Names = Record<string, ReplyScript>;

const serviceAddress = '10.96.0.80';
const externalAddresses = ['192.0.2.80', '2001:db8::80'];
/** More than fit into a datagram, fewer than musl reads. */
const manyAddresses = Array.from({ length: 40 }, (_, i) => `192.0.2.${i + 1}`);

function healthyNames({ services, externals }: HealthyWorld): Names {
  return Object.fromEntries([
    ...services.map((name) => [name, { is: 'DATA', addresses: [serviceAddress] }]),
    ...externals.map((name) => [name, { is: 'DATA', addresses: externalAddresses }]),
  ]) as Names;
}

/** Every nameserver alike. */
function everywhere({ servers }: HealthyWorld, server: ServerScript): Script {
  return { servers: Object.fromEntries(servers.map((address) => [address, server])) };
}

/** The first nameserver is otherwise; there must be a second one. */
function firstIs(server: ServerScript): FailureScenario['script'] {
  return (world) => {
    const [first, second] = world.servers;
    if (first === undefined || second === undefined) return undefined;
    const { servers } = everywhere(world, { names: healthyNames(world) });
    return { servers: { ...servers, [first]: server } };
  };
}

/** What exists has this reply to AAAA. */
function aaaaIs(reply: ReplyScript): FailureScenario['script'] {
  return (world) => {
    const names = healthyNames(world);
    for (const name of [...world.services, ...world.externals]) names[`${name} AAAA`] = reply;
    return everywhere(world, { names });
  };
}

function truncated(tcp: ServerScript['tcp']): FailureScenario['script'] {
  return (world) => {
    const names = Object.fromEntries(
      [...world.services, ...world.externals].map((name) => [name, { is: 'DATA', addresses: manyAddresses }]),
    ) as Names;
    return everywhere(world, { names, ...(tcp !== undefined && { tcp }) });
  };
}

/** Of the last search domain, which is often that of a data centre. */
function lastSearchDomainFails(world: HealthyWorld): Script | undefined {
  const domain = world.search.at(-1);
  if (domain === undefined || domain.startsWith('.')) return undefined;
  const names = healthyNames(world);
  for (const name of world.names) names[`${name}.${domain}`.toLowerCase()] ??= 'SF';
  return everywhere(world, { names });
}

export const failureScenarios: readonly FailureScenario[] = [
  { title: 'all is well', script: (world) => everywhere(world, { names: healthyNames(world) }) },
  { title: 'the first nameserver is silent', script: firstIs({ otherwise: 'LOST', tcp: 'stall' }) },
  { title: 'the first nameserver refuses', script: firstIs({ otherwise: 'RF' }) },
  { title: 'the first nameserver knows nothing', script: firstIs({}) },
  { title: 'the servers of the last search domain fail', script: lastSearchDomainFails },
  { title: 'AAAA gets SERVFAIL', script: aaaaIs('SF') },
  { title: 'AAAA gets NXDOMAIN', script: aaaaIs('NX') },
  { title: 'AAAA gets no reply', script: aaaaIs('LOST') },
  { title: 'a long answer, over TCP', script: truncated(undefined) },
  { title: 'a long answer, and no TCP', script: truncated('refused') },
  { title: 'no nameserver replies', script: (world) => everywhere(world, { otherwise: 'LOST', tcp: 'stall' }) },
];
