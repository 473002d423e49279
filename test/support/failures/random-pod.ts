/** Random pods for the failures that `check` plays: their DNS configuration, their musl, and the names that they look up. */
import { createRandom, seedOf, type Random } from '../random.ts';
import { serverAddresses, serverAddressesV6 } from '../worlds/addresses.ts';

export interface RandomPod {
  readonly seed: number;
  /** A manifest of it and its Service. */
  readonly manifest: string;
  /** As `check --nameserver` is given: the cluster's DNS. */
  readonly clusterDns: string;
  readonly names: readonly string[];
}

/** Alpine's releases by the musl that they have, each of which is here as a real library. */
const alpineTags = ['3.14', '3.17', '3.18', '3.21', '3.24'] as const;

const searchDomains = [
  'shop.svc.cluster.local',
  'svc.cluster.local',
  'cluster.local',
  'corp.example',
  'dc1.example.net',
];

const names = [
  'cart',
  'cart.shop',
  'cart.shop.svc',
  'cart.shop.svc.cluster.local',
  'Cart.Shop.svc.cluster.local.',
  'example.com',
  'a.b.c.example.com',
  'www.example.org.',
  'no-such-name',
];
const namesPerPod = 2;

/** Options of resolv.conf that change how glibc asks. With `rotate` chance chooses the server that is asked first. */
const flags = [
  'single-request',
  'single-request-reopen',
  'edns0',
  'trust-ad',
  'no-aaaa',
  'no-tld-query',
  'use-vc',
] as const;
const flagProbability = 0.06;

/** The releases of Alpine take turns. */
export function randomPod(seed: number, index: number): RandomPod {
  const own = seedOf(seed, index);
  const random = createRandom(own);
  const servers = randomServers(random);
  const isOfCluster = random.chance(0.5);
  const tag = alpineTags[index % alpineTags.length] ?? alpineTags[0];
  return {
    seed: own,
    clusterDns: servers[0] ?? serverAddresses[0],
    manifest: manifestOf(tag, isOfCluster ? additions(random, servers) : whole(random, servers)),
    names: distinct(random, names, namesPerPod),
  };
}

function randomServers(random: Random): string[] {
  const count = Number(random.weighted({ 1: 35, 2: 45, 3: 20 }));
  return Array.from({ length: count }, (_, i) => {
    const addresses = random.chance(0.1) ? serverAddressesV6 : serverAddresses;
    return addresses[i] ?? addresses[0];
  });
}

/** `dnsPolicy: ClusterFirst`: the kubelet's file, and what a pod adds to it. */
function additions(random: Random, [, ...servers]: readonly string[]): string[] {
  const searches = random.chance(0.3) ? ['corp.example'] : [];
  return ['dnsPolicy: ClusterFirst', ...dnsConfig(servers, searches, randomOptions(random, 0.4))];
}

/** `dnsPolicy: None`: all of it is the pod's own. */
function whole(random: Random, servers: readonly string[]): string[] {
  const searches = distinct(random, searchDomains, Number(random.weighted({ 0: 15, 1: 30, 2: 30, 3: 25 })));
  return ['dnsPolicy: None', ...dnsConfig(servers, searches, randomOptions(random, 0.8))];
}

/** Short timeouts are frequent: with the usual ones most failures last longer than a test may. */
function randomOptions(random: Random, ndotsProbability: number): string[] {
  const timeout = random.weighted({ 1: 45, 2: 25, 3: 10, none: 20 });
  const attempts = random.weighted({ 1: 25, 2: 20, 3: 15, none: 40 });
  return [
    ...(random.chance(ndotsProbability) ? [`ndots:${random.weighted({ 0: 5, 1: 25, 2: 30, 3: 15, 5: 25 })}`] : []),
    ...(timeout === 'none' ? [] : [`timeout:${timeout}`]),
    ...(attempts === 'none' ? [] : [`attempts:${attempts}`]),
    ...flags.filter(() => random.chance(flagProbability)),
  ];
}

function dnsConfig(servers: readonly string[], searches: readonly string[], options: readonly string[]): string[] {
  const lines = [
    ...(servers.length > 0 ? [`nameservers: ${JSON.stringify(servers)}`] : []),
    ...(searches.length > 0 ? [`searches: ${JSON.stringify(searches)}`] : []),
    ...(options.length > 0 ? [`options: ${JSON.stringify(options.map(optionOf))}`] : []),
  ];
  return lines.length === 0 ? [] : ['dnsConfig:', ...lines.map((line) => `  ${line}`)];
}

function optionOf(text: string): { name: string; value?: string } {
  const [name = '', value] = text.split(':');
  return value === undefined ? { name } : { name, value };
}

function manifestOf(tag: string, dns: readonly string[]): string {
  const service = ['apiVersion: v1', 'kind: Service', 'metadata: {name: cart, namespace: shop}'];
  const pod = ['apiVersion: v1', 'kind: Pod', 'metadata: {name: web, namespace: shop}', 'spec:'];
  const spec = [...dns, `containers: [{name: web, image: 'alpine:${tag}'}]`].map((line) => `  ${line}`);
  return [...service, '---', ...pod, ...spec, ''].join('\n');
}

function distinct<Value>(random: Random, values: readonly Value[], count: number): Value[] {
  const chosen = new Set<Value>();
  while (chosen.size < count) chosen.add(random.pick(values));
  return [...chosen];
}
