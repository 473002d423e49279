/** Figure 3: how long `getaddrinfo` of real C libraries takes: directly, through the sidecar, and with dnsmasq in its place. */
import type { Zone } from '../../test/support/load/zone.ts';
import { ForeignTime, type Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import { createPod, upstreamAddress, type Library, type LookedUp, type Pod } from '../latency/pod.ts';
import type { Column, FigureResult, Goal, ResultTable, RowKind } from '../results.ts';
import { debianServers } from '../servers/debian-servers.ts';
import { sidecar, sidecarCommand } from '../servers/sidecar.ts';
import type { Server } from '../servers/server.ts';
import { median, quantile, ratio, spreadOf } from '../statistics.ts';

export async function measureLatency(bench: Bench): Promise<FigureResult> {
  const dnsmasq = (await debianServers()).find(({ name }) => name === 'dnsmasq');
  if (dnsmasq === undefined) throw new Error('there is no dnsmasq');
  const pod = await createPod(bench);
  const foreign = new ForeignTime();
  try {
    const cold = await foreign.during([], () => measureCold(bench, pod, dnsmasq));
    const notCached = await foreign.during([], () => measureLoopback(bench, pod, dnsmasq, false));
    const warm = await foreign.during([], () => measureLoopback(bench, pod, dnsmasq, true));
    const libraries = (['musl', 'glibc'] as const).map((name) => ({ name, version: pod.versions[name] }));
    return {
      taken: takenNow(bench, [sidecar, dnsmasq, ...libraries], foreign),
      tables: [
        tableOf('cold', 'Cold, an external name, 5 ms to the nameserver', coldColumns, cold),
        tableOf('not-cached', 'Not cached, found at the fourth of four search domains', loopbackColumns, notCached),
        tableOf('warm', 'Warm, found at the fourth of four search domains', loopbackColumns, warm),
      ],
      goals: [...coldGoals(cold), ...notCachedGoals(notCached), ...warmGoals(warm)],
      remarks: [],
    };
  } finally {
    pod.close();
  }
}

interface Way {
  readonly label: string;
  readonly kind: RowKind;
  readonly library: Library;
  /** What the program's container has as /etc/resolv.conf. */
  readonly resolvConf: string;
}

const coldSearch =
  'search default.svc.cluster.local svc.cluster.local cluster.local internal.example\noptions ndots:5\n';
const loopbackSearch = 'search one.example two.example three.example four.example\noptions ndots:5\n';
const sidecarAddress = '127.0.0.1';
const dnsmasqAddress = '127.0.0.2';
/** As the webhook writes it. */
const marked = `nameserver ${sidecarAddress}\nsearch glibc.internal\noptions ndots:15 timeout:10 attempts:5\n`;

const direct = 'glibc, directly';
const muslThroughSidecar = 'musl through alpine-resolver';
const muslThroughDnsmasq = 'musl through dnsmasq, searching by itself';

function waysWith(search: string): readonly Way[] {
  return [
    { label: muslThroughSidecar, kind: 'ours', library: 'musl', resolvConf: marked },
    { label: 'glibc through alpine-resolver', kind: 'ours', library: 'glibc', resolvConf: marked },
    { label: direct, kind: 'floor', library: 'glibc', resolvConf: `nameserver ${upstreamAddress}\n${search}` },
    { label: 'musl, directly', kind: 'floor', library: 'musl', resolvConf: `nameserver ${upstreamAddress}\n${search}` },
    { label: muslThroughDnsmasq, kind: 'peer', library: 'musl', resolvConf: `nameserver ${dnsmasqAddress}\n${search}` },
  ];
}

/** By the way's label, and the column's key: a value for each round. */
type Found = ReadonlyMap<Way, Readonly<Record<string, readonly number[]>>>;

const delayMs = 5;
const otherLabels = ['dev', 'app', 'io', 'cloud', 'page'];

/** New servers for each round, and names that nobody asked before. */
async function measureCold(bench: Bench, pod: Pod, dnsmasq: Server): Promise<Found> {
  const ways = waysWith(coldSearch);
  const found = new Map(
    ways.map((way) => [way, { com: [] as number[], first: [] as number[], later: [] as number[] }]),
  );
  const zone: Zone = [...['com', ...otherLabels].map((label) => anything(label, 300)), readyZone];
  const names = bench.quick ? 5 : 40;
  for (let round = 0; round < bench.rounds; round += 1) {
    await withServers(
      { bench, pod, dnsmasq, zone, search: coldSearch, cached: true, delayUs: delayMs * 1000 },
      async () => {
        for (const [index, way] of ways.entries()) {
          const trips = async (pattern: string): Promise<number[]> =>
            (await lookUp(pod, way, { pattern, names, count: names })).map((time) => time / delayMs);
          const samples = found.get(way);
          samples?.com.push(median(await trips(`www.w${index}n%u.com`)));
          // The ways through the sidecar share what it learns: each has a last label, and so a shape, of its own.
          const [first = 0, ...later] = await trips(`api.n%u.example.${otherLabels[index]}`);
          samples?.first.push(first);
          samples?.later.push(median(later));
        }
      },
    );
  }
  return found;
}

async function measureLoopback(bench: Bench, pod: Pod, dnsmasq: Server, warm: boolean): Promise<Found> {
  const ways = waysWith(loopbackSearch);
  const found = new Map(ways.map((way) => [way, { median: [] as number[], p99: [] as number[] }]));
  const ttl = warm ? 300 : 0;
  const zone: Zone = [anything('four.example', ttl), { name: '*', kind: 'denied', ttl }, readyZone];
  const names = warm ? 50 : 100_000;
  const count = bench.quick ? 200 : 2000;
  await withServers({ bench, pod, dnsmasq, zone, search: loopbackSearch, cached: warm, delayUs: 0 }, async () => {
    for (let round = 0; round <= bench.rounds; round += 1)
      for (const way of ways) {
        const times = await lookUp(pod, way, { pattern: 'n%u.app', names, count: count + 50 });
        // The first round, and the first of each round, fill caches and are compiled.
        if (round === 0) continue;
        const counted = times.slice(50);
        found.get(way)?.median.push(median(counted));
        found.get(way)?.p99.push(quantile(counted, 0.99));
      }
  });
  return found;
}

function lookUp(pod: Pod, { library, resolvConf }: Way, names: LookedUp): Promise<number[]> {
  return pod.lookUp(library, resolvConf, names);
}

function anything(below: string, ttl: number) {
  return { name: `*.${below}`, kind: 'v4', records: 1, ttl } as const;
}

const readyZone = anything('test', 300);

interface Servers {
  readonly bench: Bench;
  readonly pod: Pod;
  readonly dnsmasq: Server;
  readonly zone: Zone;
  readonly search: string;
  readonly cached: boolean;
  readonly delayUs: number;
}

async function withServers(servers: Servers, work: () => Promise<void>): Promise<void> {
  const { bench, pod, dnsmasq, zone, search, cached, delayUs } = servers;
  const upstream = await pod.upstream(zone, delayUs);
  const running: { stop(): Promise<void> }[] = [];
  const setupAt = (listen: string) => ({
    ...{ port: 53, upstreamPort: 53, cached, folder: bench.folder },
    addresses: { listen, upstream: upstreamAddress },
  });
  try {
    running.push(await pod.start(await sidecarCommand(setupAt(sidecarAddress), search), marked));
    running.push(await pod.start(await dnsmasq.command(setupAt(dnsmasqAddress)), `nameserver ${dnsmasqAddress}\n`));
    await work();
  } finally {
    for (const one of running) await one.stop();
    upstream.close();
  }
}

const coldColumns: readonly Column[] = [
  { key: 'com', title: 'Under com, from the first name on', unit: 'round trips', digits: 2 },
  { key: 'first', title: 'Under another, the first of its shape', unit: 'round trips', digits: 2 },
  { key: 'later', title: 'The others of that shape', unit: 'round trips', digits: 2 },
];

const loopbackColumns: readonly Column[] = [
  { key: 'median', title: 'Median', unit: 'ms', digits: 3 },
  { key: 'p99', title: '99 %', unit: 'ms', digits: 2 },
];

function tableOf(key: string, title: string, columns: readonly Column[], found: Found): ResultTable {
  const rows = [...found].map(([{ label, kind }, samples]) => ({
    label,
    kind,
    values: Object.fromEntries(Object.entries(samples).map(([column, values]) => [column, spreadOf(values)])),
  }));
  return { key, title, columns, rows };
}

function valuesOf(found: Found, label: string, column: string): readonly number[] {
  return [...found].find(([way]) => way.label === label)?.[1][column] ?? [];
}

function coldGoals(found: Found): Goal[] {
  return ['com', 'later'].map((column) => ({
    text: `cold, ${column === 'com' ? 'under com' : 'from the second of a shape on'}`,
    unit: 'round trips',
    found: median(valuesOf(found, muslThroughSidecar, column)),
    bound: 1.5,
    sense: 'at most',
  }));
}

function notCachedGoals(found: Found): Goal[] {
  const theirs = valuesOf(found, direct, 'median');
  const more = valuesOf(found, muslThroughSidecar, 'median').map(
    (value, round) => value - (theirs[round] ?? Number.NaN),
  );
  const p99 = median(valuesOf(found, muslThroughSidecar, 'p99'));
  return [
    {
      text: 'not cached, median above that of glibc directly',
      unit: 'ms',
      found: median(more),
      bound: 0.4,
      sense: 'at most',
    },
    { text: 'not cached, 99 %', unit: 'ms', found: p99, bound: 2.5, sense: 'at most' },
  ];
}

function warmGoals(found: Found): Goal[] {
  const ours = valuesOf(found, muslThroughSidecar, 'median');
  const share = ratio(ours, valuesOf(found, muslThroughDnsmasq, 'median'));
  const p99 = median(valuesOf(found, muslThroughSidecar, 'p99'));
  return [
    { text: 'warm, median', unit: 'ms', found: median(ours), bound: 0.17, sense: 'at most' },
    { text: 'warm, 99 %', unit: 'ms', found: p99, bound: 1, sense: 'at most' },
    { text: `warm, against ${muslThroughDnsmasq}`, unit: '×', found: share, bound: 0.6, sense: 'at most' },
  ];
}
