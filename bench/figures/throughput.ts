/** Figures 1 and 2: queries per second of the server's processor time, from memory and without one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad, type Load, type LoadResult } from '../../test/support/load/load.ts';
import { startLoadUpstream } from '../../test/support/load/upstream.ts';
import { dataZone, mixedZone, zoneName } from '../../test/support/load/zone.ts';
import { processorSeconds } from '../../test/support/machine/process-costs.ts';
import { ForeignTime, type Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import type { FigureResult, Goal, Row } from '../results.ts';
import { echoes, echoInNode, forwarderFresh, forwarderPooled, forwarders } from '../servers/floors.ts';
import { startServer, type RunningServer, type Server } from '../servers/server.ts';
import { provideServers } from '../servers/servers.ts';
import { sidecarFresh, sidecarName, sidecarWithRoom } from '../servers/sidecar.ts';
import { ratio, spreadOf } from '../statistics.ts';

/** A thousand names that every server holds: pairs of which some are denied and some have aliases. */
export async function measureCached(bench: Bench): Promise<FigureResult> {
  const names = 1000;
  const { servers, missing } = await provideServers(bench, [sidecarWithRoom, ...(await echoes())]);
  const found = await measure(bench, servers, {
    cached: true,
    zone: mixedZone(names, 3600),
    load: { pattern: `n%u.${zoneName}`, names, opt: 25, spin: 1 },
    denied: 20,
  });
  const goals = [
    goalOf(found.rates, 0.6, echoInNode),
    goalOf(found.rates, 0.9, goDnsmasq),
    goalOf(found.rates, 1.2, 'CoreDNS'),
    goalOf(found.rates, 0.4, 'dnsmasq'),
  ];
  const isNamed = servers.some(({ name }) => name === goDnsmasq);
  const remarks = isNamed
    ? []
    : [`${goDnsmasq} is no module that Go's proxy has: \`--peer\` measures one that you built.`];
  return { ...found.measured, goals, remarks: [...missing, ...remarks, ...found.measured.remarks] };
}

const goDnsmasq = 'go-dnsmasq';

/** Names of which none comes again, and which nobody may keep. */
export async function measureNotCached(bench: Bench): Promise<FigureResult> {
  const { servers, missing } = await provideServers(bench, [sidecarFresh, ...forwarders]);
  const found = await measure(bench, servers, {
    cached: false,
    zone: dataZone(0),
    load: { pattern: `n%u.${zoneName}`, names: 100_000, order: 'sequential', opt: 25 },
    denied: 0,
  });
  const goals = [
    goalOf(found.rates, 0.45, forwarderFresh, sidecarFresh.name),
    goalOf(found.rates, 0.3, forwarderPooled),
  ];
  return { ...found.measured, goals, remarks: [...missing, ...found.measured.remarks] };
}

interface Plan {
  readonly cached: boolean;
  readonly zone: Parameters<typeof startLoadUpstream>[0]['zone'];
  readonly load: Omit<Load, 'port'>;
  /** How many of a hundred replies are denials. */
  readonly denied: number;
}

/** Per server, the runs' queries per processor second. */
type Rates = ReadonlyMap<string, number[]>;

async function measure(bench: Bench, servers: readonly Server[], plan: Plan) {
  const seconds = bench.quick ? 0.5 : 2;
  const upstream = await startLoadUpstream({ zone: plan.zone, folder: bench.folder, prefix: bench.onLoad });
  const running = new Map<Server, RunningServer>();
  const foreign = new ForeignTime();
  const runs = new Map<string, Run[]>(servers.map(({ name }) => [name, []]));
  const remarks: string[] = [];
  try {
    for (const server of servers)
      running.set(server, await startServer(bench, server, { upstreamPort: upstream.port, cached: plan.cached }));
    for (const [server, { port }] of running) await warmUp(bench, plan, server, port);
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const [server, { pid, port }] of running) {
        await sleep(50);
        const before = processorSeconds(pid);
        const load = loadOf(plan, server, port, seconds, round);
        const result = await foreign.during([pid, upstream.pid], () => runLoad(load, bench.onLoad));
        const serverSeconds = processorSeconds(pid) - before;
        runs
          .get(server.name)
          ?.push({ result, rate: result.replies / serverSeconds, busy: serverSeconds / result.seconds });
        remarks.push(...faultsOf(server, result, plan));
      }
    }
  } finally {
    for (const one of running.values()) await one.stop();
    upstream.close();
  }
  const rates: Rates = new Map([...runs].map(([name, list]) => [name, list.map(({ rate }) => rate)]));
  return {
    rates,
    measured: {
      taken: takenNow(bench, servers, foreign),
      tables: [{ key: 'throughput', title: '', columns, rows: servers.map((server) => rowOf(server, runs)) }],
      remarks: [...new Set(remarks)],
    },
  };
}

/** What is kept is there afterwards, and what is compiled while it runs is compiled. */
async function warmUp(bench: Bench, plan: Plan, server: Server, port: number): Promise<void> {
  const { names } = plan.load;
  const once = { order: 'sequential', lookups: Math.min(names, 2000), seconds: 60, spin: 0 } as const;
  for (const opt of [0, 100]) await runLoad({ ...loadOf(plan, server, port, 60, 0), ...once, opt }, bench.onLoad);
  await runLoad(loadOf(plan, server, port, bench.quick ? 0.5 : 2, 0), bench.onLoad);
}

interface Run {
  readonly result: LoadResult;
  /** Queries per second of the server's processor time. */
  readonly rate: number;
  /** Of its processor, how much the server used. */
  readonly busy: number;
}

const columns = [
  { key: 'rate', title: 'Queries per processor second', unit: 'thousand', digits: 1 },
  { key: 'busy', title: 'Processor used', unit: '%', digits: 0 },
  { key: 'median', title: 'Both halves answered, median', unit: 'ms', digits: 2 },
  { key: 'p99', title: '99 %', unit: 'ms', digits: 2 },
] as const;

function rowOf({ name, kind }: Server, runs: ReadonlyMap<string, readonly Run[]>): Row {
  const list = runs.get(name) ?? [];
  return {
    label: name,
    kind,
    values: {
      rate: spreadOf(list.map(({ rate }) => rate / 1000)),
      busy: spreadOf(list.map(({ busy }) => busy * 100)),
      median: spreadOf(list.map(({ result }) => result.medianUs / 1000)),
      p99: spreadOf(list.map(({ result }) => result.p99Us / 1000)),
    },
  };
}

function loadOf({ load }: Plan, { asked }: Server, port: number, seconds: number, seed: number): Load {
  const pattern = asked === 'marked' ? `${load.pattern}.glibc.internal` : load.pattern;
  return { ...load, pattern, port, seconds, seed: seed + 1 };
}

function goalOf(rates: Rates, bound: number, other: string, who = sidecarName): Goal {
  const [ours, theirs] = [rates.get(who) ?? [], rates.get(other)];
  const goal = { text: `${who} against ${other}`, unit: '×', bound, sense: 'at least' as const };
  return theirs === undefined || theirs.length === 0 ? goal : { ...goal, found: ratio(ours, theirs) };
}

/** A server that refuses is fast, too. */
function faultsOf({ name, kind }: Server, result: LoadResult, { denied }: Plan): string[] {
  if (kind === 'floor' && result.echoed === result.replies) return [];
  const { replies, noError, noSuchName, lost } = result;
  const share = (count: number): number => Math.round((100 * count) / Math.max(1, replies));
  const faults: string[] = [];
  if (lost > result.lookups / 1000) faults.push(`${name} lost ${lost} of ${result.lookups + lost} lookups of a run.`);
  if (share(noError + noSuchName) < 100) faults.push(`${name}: not all of its replies were answers or denials.`);
  if (Math.abs(share(noSuchName) - denied) > 3) faults.push(`${name} denied ${share(noSuchName)} % of the names.`);
  return faults;
}
