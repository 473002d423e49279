/**
 * `npm run bench:compare -- BEFORE.cjs AFTER.cjs [BEFORE.cjs AFTER.cjs ...] [--rounds N]`: what a change costs a sidecar that
 * does not use it. Each bundle is started in turn with the same variables; start and replies are measured in processor time,
 * which other programs falsify least. Of several pairs, one for each commit of a feature, the differences are added up.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runLoad } from '../test/support/load/load.ts';
import { startLoadUpstream } from '../test/support/load/upstream.ts';
import { mixedZone, zoneName } from '../test/support/load/zone.ts';
import { freePort } from '../scripts/free-port.ts';
import { imageEnvironment, imageNodeArguments } from '../test/support/machine/image-environment.ts';
import { processMemory, processorSeconds } from '../test/support/machine/process-costs.ts';
import { closeBench, createBench, type Bench } from './bench.ts';
import { startServer, type Server } from './servers/server.ts';
import { spreadOf } from './statistics.ts';

const names = 1000;
const loadSeconds = 2;
const restMs = 3000;

/** Of one run of one bundle. */
interface Cost {
  readonly startMs: number;
  readonly idleKiB: number;
  /** Processor time per reply, once everything is compiled and remembered. */
  readonly replyNs: number;
}

const figures = [
  { key: 'startMs', title: 'start, ms of processor time' },
  { key: 'idleKiB', title: 'memory of its own at rest, KiB' },
  { key: 'replyNs', title: 'processor time per reply, ns' },
] as const satisfies readonly { key: keyof Cost; title: string }[];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
if (positionals.length === 0 || positionals.length % 2 !== 0)
  throw new Error('pairs of bundles are needed: BEFORE.cjs AFTER.cjs');
const bench = createBench({ quick: false, rounds: Number(values.rounds), peers: [] });
const upstream = await startLoadUpstream({ zone: mixedZone(names, 3600), folder: bench.folder, prefix: bench.onLoad });
try {
  const costs = new Map(positionals.map((path) => [path, [] as Cost[]]));
  for (let round = 0; round < bench.rounds; round += 1)
    for (const [path, found] of costs) found.push(await costOf(bench, path, upstream.port));
  for (const { key, title } of figures) {
    const medians = positionals.map((path) => spreadOf((costs.get(path) ?? []).map((cost) => cost[key])).median);
    const differences = medians.flatMap((before, index) =>
      index % 2 === 0 ? [(medians[index + 1] ?? 0) - before] : [],
    );
    const sum = differences.reduce((total, one) => total + one, 0);
    const share = (100 * sum) / (medians[0] ?? 1);
    console.log(
      `${title}: ${medians.map((one) => one.toFixed(1)).join(' ')}; in all ${sum.toFixed(1)} (${share.toFixed(1)} %)`,
    );
  }
} finally {
  upstream.close();
  closeBench(bench);
}

async function costOf(on: Bench, path: string, upstreamPort: number): Promise<Cost> {
  const server = await startServer(on, serverOf(path), { upstreamPort, cached: true });
  const startMs = processorSeconds(server.pid) * 1000;
  try {
    await sleep(restMs);
    const idleKiB = processMemory(server.pid).anonymousBytes / 1024;
    const load = { port: server.port, pattern: `n%u.${zoneName}.glibc.internal`, names, opt: 25 };
    await runLoad({ ...load, order: 'sequential', lookups: 2 * names, seconds: 60 }, on.onLoad);
    await runLoad({ ...load, seconds: loadSeconds }, on.onLoad);
    const before = processorSeconds(server.pid);
    const { replies } = await runLoad({ ...load, seconds: loadSeconds }, on.onLoad);
    return { startMs, idleKiB, replyNs: ((processorSeconds(server.pid) - before) / replies) * 1e9 };
  } finally {
    await server.stop();
  }
}

/** As the image runs it, with the variables that every release knows. */
function serverOf(path: string): Server {
  return {
    ...{ name: path, kind: 'ours', version: '', asked: 'marked' },
    command: async ({ port, upstreamPort }) => ({
      command: [process.execPath, ...imageNodeArguments('sidecar'), resolve(path)],
      environment: {
        ...imageEnvironment('sidecar'),
        RESOLVER_LISTEN: `127.0.0.1:${port}`,
        RESOLVER_ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
        RESOLVER_MODE: 'marker',
        RESOLVER_LOG_LEVEL: 'warn',
        RESOLVER_ORIGINAL_RESOLV_CONF: `nameserver 127.0.0.1\nsearch ${zoneName}\noptions ndots:1\n`,
        RESOLVER_UPSTREAM_PORT: String(upstreamPort),
      },
    }),
  };
}
