/** What may go wrong with nameservers, as scripts of them. */
import type { ReplyDetails, ReplyScript, Script, ServerScript } from '../simulation/script.ts';

/** What a lookup meets while all is well. */
export interface HealthyWorld {
  /** Whole names that exist, lower case, without a final dot. */
  readonly existing: readonly ExistingName[];
  /** What is looked up, without a final dot. */
  readonly name: string;
  readonly servers: readonly string[];
  readonly search: readonly string[];
}

export interface ExistingName {
  readonly name: string;
  /** A Service has an IPv4 address, a name of the world outside has both; an alias is a Service of type ExternalName. */
  readonly is: 'service' | 'external' | 'alias';
  /** Of an alias. */
  readonly host?: string;
}

export interface FailureScenario {
  readonly title: string;
  /** What is played, for the reference page. */
  readonly meaning: string;
  /** Undefined: it cannot happen there. */
  script(world: HealthyWorld): Script | undefined;
  /** The name was looked up at the beginning, and what counts is a lookup so long after it. */
  readonly askedAgainMs?: number;
  /** In the place of the sidecar's own `serve-stale-seconds`. */
  readonly serveStaleSeconds?: number;
  /** Replies hold more than a datagram does. */
  readonly isLong?: boolean;
}

type Names = Record<string, ReplyScript>;

const serviceAddress = '10.96.0.80';
const externalAddresses = ['192.0.2.80', '2001:db8::80'];
/** More than fit into a datagram, fewer than musl reads. */
const manyAddresses = Array.from({ length: 40 }, (_, i) => `192.0.2.${i + 1}`);

/** @param otherwise what replies have beside, or in the place of, what is usual */
function namesOf({ existing }: HealthyWorld, otherwise: Partial<ReplyDetails> = {}): Names {
  const replyOf = ({ is, host }: ExistingName): ReplyScript => ({
    is: 'DATA',
    addresses: is === 'service' ? [serviceAddress] : externalAddresses,
    ...(host !== undefined && { chain: [host] }),
    ...otherwise,
  });
  return Object.fromEntries(existing.map((each) => [each.name, replyOf(each)]));
}

/** Every nameserver alike. */
function everywhere({ servers }: HealthyWorld, server: ServerScript): Script {
  return { servers: Object.fromEntries(servers.map((address) => [address, server])) };
}

export function healthy(world: HealthyWorld): Script {
  return everywhere(world, { names: namesOf(world) });
}

/** The first nameserver is otherwise than the others; there must be a second one. */
function firstIs(server: ServerScript, others = healthy): FailureScenario['script'] {
  return (world) => {
    const [first, second] = world.servers;
    if (first === undefined || second === undefined) return undefined;
    return { servers: { ...others(world).servers, [first]: server } };
  };
}

const laterMs = 50;

/** musl, which asks all nameservers at once, takes what comes first: these say what they know a little later. */
function healthyLater(world: HealthyWorld): Script {
  const otherwise: ReplyScript = { is: 'NX', delayMs: laterMs };
  return everywhere(world, { names: namesOf(world, { delayMs: laterMs }), otherwise });
}

/** What exists has this reply to AAAA. */
function aaaaIs(reply: ReplyScript): FailureScenario['script'] {
  return (world) => {
    const names = namesOf(world);
    for (const { name } of world.existing) names[`${name} AAAA`] = reply;
    return everywhere(world, { names });
  };
}

function truncated(tcp: ServerScript['tcp']): FailureScenario['script'] {
  return (world) =>
    everywhere(world, { names: namesOf(world, { addresses: manyAddresses }), ...(tcp !== undefined && { tcp }) });
}

/** Of the last search domain, which is often that of a data centre. */
function lastSearchDomainFails(world: HealthyWorld): Script | undefined {
  const domain = world.search.at(-1);
  if (domain === undefined || domain.startsWith('.')) return undefined;
  const names = namesOf(world);
  names[`${world.name}.${domain}`.toLowerCase()] ??= 'SF';
  return everywhere(world, { names });
}

/** Of CoreDNS. */
const clusterTtlSeconds = 30;
/** It does not end when a timeout does. */
const away = { fromMs: 3000, untilMs: 63_000 };
/** Answers from the beginning are just over. */
const askedAgainMs = 31_000;

function clusterDnsAway(world: HealthyWorld): Script {
  const soa = { owner: 'cluster.local', minimum: clusterTtlSeconds };
  const otherwise: ReplyScript = { is: 'NX', soa, ttl: clusterTtlSeconds };
  return everywhere(world, { names: namesOf(world, { ttl: clusterTtlSeconds }), otherwise, away });
}

/** What the settings page recommends at most. */
const staleSeconds = 300;

/** In the order in which they are shown. */
export const failureScenarios: readonly FailureScenario[] = [
  { title: 'all is well', meaning: 'every nameserver replies at once', script: healthy },
  {
    title: 'the first nameserver is silent',
    meaning: 'it says nothing, over UDP or TCP; needs a second one',
    script: firstIs({ otherwise: 'LOST', tcp: 'stall' }),
  },
  {
    title: 'the first nameserver refuses',
    meaning: 'REFUSED to everything; needs a second one',
    script: firstIs({ otherwise: 'RF' }),
  },
  {
    title: 'the first nameserver knows nothing',
    meaning:
      'NXDOMAIN to everything, and before the others reply, as a server with a view of its own; needs a second one',
    script: firstIs({}, healthyLater),
  },
  {
    title: 'the servers of the last search domain fail',
    meaning: 'SERVFAIL to the name under that domain, as where the servers of a data centre are down',
    script: lastSearchDomainFails,
  },
  { title: 'AAAA gets SERVFAIL', meaning: 'of every name that exists; A is answered', script: aaaaIs('SF') },
  { title: 'AAAA gets NXDOMAIN', meaning: 'of every name that exists; A is answered', script: aaaaIs('NX') },
  { title: 'AAAA gets no reply', meaning: 'of every name that exists; A is answered', script: aaaaIs('LOST') },
  {
    title: 'a long answer, over TCP',
    meaning: `${manyAddresses.length} addresses: truncated over UDP, whole over TCP`,
    script: truncated(undefined),
    isLong: true,
  },
  {
    title: 'a long answer, and no TCP',
    meaning: `${manyAddresses.length} addresses: truncated over UDP, and connections are refused`,
    script: truncated('refused'),
    isLong: true,
  },
  {
    title: 'no nameserver replies',
    meaning: 'all say nothing, over UDP or TCP, for as long as is asked',
    script: (world) => everywhere(world, { otherwise: 'LOST', tcp: 'stall' }),
  },
  {
    title: 'cluster DNS is away for a minute, no stale answers',
    meaning:
      'all say nothing for a minute; the name was looked up before, and again half a minute later, when its lifetime of 30 s is over; `serve-stale-seconds` is 0',
    script: clusterDnsAway,
    askedAgainMs,
    serveStaleSeconds: 0,
  },
  {
    title: 'cluster DNS is away for a minute, with stale answers',
    meaning: `the same, and \`serve-stale-seconds\` is ${staleSeconds}`,
    script: clusterDnsAway,
    askedAgainMs,
    serveStaleSeconds: staleSeconds,
  },
];

/** Each datagram is lost with this chance, in so many runs. */
export const loss = {
  title: '5 % loss: share that succeeds, and 99th percentile',
  meaning:
    '1,000 runs, in which each query and each reply over UDP is lost with a chance of 5 %, from the same seeds for all: how many found the name (or that there is none), and the time within which 99 of 100 ended',
  share: 0.05,
  runs: 1000,
} as const;
