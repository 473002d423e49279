/** Figure 5: what a server takes of the memory, at rest and under loads that fill it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad, type Load } from '../../test/support/load/load.ts';
import { startLoadUpstream, type LoadUpstream } from '../../test/support/load/upstream.ts';
import { dataZone, mixedZone, zoneName, type Zone } from '../../test/support/load/zone.ts';
import { processMemory, sampleMemory } from '../../test/support/machine/process-costs.ts';
import { ForeignTime, type Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import type { FigureResult, Goal, Row } from '../results.ts';
import { readyName, startServer, type RunningServer, type Server } from '../servers/server.ts';
import { provideServers } from '../servers/servers.ts';
import { sidecarName } from '../servers/sidecar.ts';
import { spreadOf } from '../statistics.ts';

export async function measureMemory(bench: Bench): Promise<FigureResult> {
  const { servers, missing } = await provideServers(bench, []);
  const foreign = new ForeignTime();
  const found = new Map<string, Samples>(servers.map(({ name }) => [name, emptySamples()]));
  for (let round = 1; round <= bench.rounds; round += 1) {
    for (const server of servers) {
      const samples = found.get(server.name);
      if (samples === undefined) continue;
      for (const [key, value] of Object.entries(await foreign.during([], () => peaks(bench, server))))
        samples[key as keyof Samples].push(value);
    }
  }
  // The minute afterwards begins for each when its load has ended, and is the same minute for many.
  const resting: Promise<void>[] = [];
  for (let round = 1; round <= bench.rounds; round += 1)
    for (const server of servers)
      for (const key of ['after', 'afterWithQueries'] as const) {
        const rest = await foreign.during([], () => loadOnce(bench, server));
        resting.push(rest(key === 'afterWithQueries').then((value) => void found.get(server.name)?.[key].push(value)));
      }
  await Promise.all(resting);
  const ours = found.get(sidecarName) ?? emptySamples();
  return {
    taken: takenNow(bench, servers, foreign),
    tables: [{ key: 'memory', title: '', columns, rows: servers.map((server) => rowOf(server, found)) }],
    goals: [
      goalOf('idle', ours.idle, 12),
      goalOf('highest under load', ours.load, 28),
      goalOf('highest in a flood of new names', ours.flood, 28),
      goalOf('highest behind silent servers', ours.silent, 28),
      goalOf('a minute after 200,000 queries over 100,000 names', ours.after, 20),
      goalOf('the same, while 20 queries a second go on', ours.afterWithQueries, 20),
    ],
    remarks: missing,
  };
}

interface Samples {
  readonly idle: number[];
  readonly idleResident: number[];
  readonly load: number[];
  readonly loadResident: number[];
  readonly flood: number[];
  readonly silent: number[];
  readonly after: number[];
  readonly afterWithQueries: number[];
}

function emptySamples(): Samples {
  return {
    ...{ idle: [], idleResident: [], load: [], loadResident: [] },
    ...{ flood: [], silent: [], after: [], afterWithQueries: [] },
  };
}

const columns = [
  { key: 'idle', title: 'Idle', unit: 'MiB', digits: 1 },
  { key: 'load', title: 'Load', unit: 'MiB', digits: 1 },
  { key: 'flood', title: 'Flood', unit: 'MiB', digits: 1 },
  { key: 'silent', title: 'Silent servers', unit: 'MiB', digits: 1 },
  { key: 'after', title: 'A minute after', unit: 'MiB', digits: 1 },
  { key: 'afterWithQueries', title: 'The same at 20 queries/s', unit: 'MiB', digits: 1 },
  { key: 'idleResident', title: 'Resident, idle', unit: 'MiB', digits: 1 },
  { key: 'loadResident', title: 'Resident, load', unit: 'MiB', digits: 1 },
] as const;

function rowOf({ name, kind }: Server, found: ReadonlyMap<string, Samples>): Row {
  const samples = Object.entries(found.get(name) ?? emptySamples()) as [string, number[]][];
  return { label: name, kind, values: Object.fromEntries(samples.map(([key, values]) => [key, spreadOf(values)])) };
}

function goalOf(text: string, samples: readonly number[], bound: number): Goal {
  return { text, unit: 'MiB', found: spreadOf(samples).median, bound, sense: 'at most' };
}

/** Each load meets a server that has just begun, but for the first, which follows the rest. */
async function peaks(
  bench: Bench,
  server: Server,
): Promise<Omit<Record<keyof Samples, number>, 'after' | 'afterWithQueries'>> {
  const seconds = bench.quick ? 1 : 5;
  const steady = await withServer(bench, server, mixedZone(1000, 3600), async ({ pid, port }) => {
    // The garbage of the start is collected after ten.
    await sleep(bench.quick ? 500 : 13_000);
    const idle = processMemory(pid);
    const peak = await peakDuring(pid, bench, loadOf(server, port, { names: 1000, opt: 25, seconds }));
    return { idle, peak };
  });
  const flood = await withServer(bench, server, dataZone(300), ({ pid, port }) =>
    peakDuring(pid, bench, loadOf(server, port, { names: 1_000_000, order: 'sequential', open: 1000, seconds })),
  );
  const silent = await withServer(bench, server, silentZone, ({ pid, port }) =>
    peakDuring(
      pid,
      bench,
      loadOf(server, port, { names: 1_000_000, order: 'sequential', open: 1000, timeout: 200, seconds }),
    ),
  );
  return {
    idle: mebibytes(steady.idle.anonymousBytes),
    idleResident: mebibytes(steady.idle.residentBytes),
    load: mebibytes(steady.peak.anonymousBytes),
    loadResident: mebibytes(steady.peak.residentBytes),
    flood: mebibytes(flood.anonymousBytes),
    silent: mebibytes(silent.anonymousBytes),
  };
}

const silentZone: Zone = [
  { name: readyName, kind: 'data', records: 1, ttl: 0 },
  { name: '*', kind: 'silent', ttl: 0 },
];

async function peakDuring(pid: number, bench: Bench, load: Load) {
  const sampler = sampleMemory(pid);
  await runLoad(load, bench.onLoad);
  sampler.stop();
  return sampler.peak();
}

/** Loads a new server; the function that it returns lets that one rest, and gives the memory that it has then. */
async function loadOnce(bench: Bench, server: Server): Promise<(withQueries: boolean) => Promise<number>> {
  const lookups = bench.quick ? 2000 : 100_000;
  const rest = bench.quick ? 2 : 60;
  const upstream = await startLoadUpstream({ zone: dataZone(300), folder: bench.folder, prefix: bench.onLoad });
  const { pid, port, stop } = await startServer(bench, server, { upstreamPort: upstream.port, cached: true });
  const load = loadOf(server, port, { names: 100_000, order: 'sequential', opt: 25, lookups, seconds: 600 });
  await runLoad(load, bench.onLoad);
  return async (withQueries) => {
    const trickle = loadOf(server, port, { names: 50, rate: 10, ports: 64, seconds: rest });
    await (withQueries ? runLoad(trickle, bench.onLoad) : sleep(rest * 1000));
    const { anonymousBytes } = processMemory(pid);
    await stop();
    upstream.close();
    return mebibytes(anonymousBytes);
  };
}

async function withServer<Result>(
  bench: Bench,
  server: Server,
  zone: Zone,
  work: (running: RunningServer) => Promise<Result>,
): Promise<Result> {
  const upstream: LoadUpstream = await startLoadUpstream({ zone, folder: bench.folder, prefix: bench.onLoad });
  try {
    const running = await startServer(bench, server, { upstreamPort: upstream.port, cached: true });
    try {
      return await work(running);
    } finally {
      await running.stop();
    }
  } finally {
    upstream.close();
  }
}

function loadOf({ asked }: Server, port: number, load: Omit<Load, 'port' | 'pattern'>): Load {
  const name = `n%u.${zoneName}`;
  return { ...load, port, pattern: asked === 'marked' ? `${name}.glibc.internal` : name };
}

function mebibytes(bytes: number): number {
  return bytes / 1024 / 1024;
}
