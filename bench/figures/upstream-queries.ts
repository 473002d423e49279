/** Figure 4: how many queries reach the nameserver, where glibc would send one for each candidate of each lookup. */
import { readGlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../../cli/models/glibc.ts';
import type { Zone } from '../../test/support/load/zone.ts';
import { zoneTable } from '../../test/support/load/zone-answer.ts';
import { simulateSidecar } from '../../test/support/simulation/simulated-sidecar.ts';
import { createZoneNetwork } from '../../test/support/simulation/zone-network.ts';
import type { Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import type { FigureResult, Goal, Row } from '../results.ts';
import { sidecar, sidecarName } from '../servers/sidecar.ts';
import { createPairClient } from '../simulation/pair-client.ts';
import { settingsAsInstalled } from '../simulation/as-installed.ts';
import { createRandom } from '../simulation/random.ts';
import { median, spreadOf } from '../statistics.ts';

export async function measureUpstreamQueries(bench: Bench): Promise<FigureResult> {
  const lookups = bench.quick ? 1000 : 10_000;
  const byTtl = new Map<number, { sidecar: number[]; glibc: number[] }>();
  for (const ttl of ttls) {
    const counts = { sidecar: [] as number[], glibc: [] as number[] };
    for (let seed = 1; seed <= bench.rounds; seed += 1) {
      const names = chosenNames(lookups, createRandom(seed));
      counts.sidecar.push(countThroughSidecar(names, ttl));
      counts.glibc.push(await countOfGlibc(names, ttl));
    }
    byTtl.set(ttl, counts);
  }
  const rowOf = (label: string, kind: Row['kind'], who: 'sidecar' | 'glibc'): Row => ({
    label,
    kind,
    values: Object.fromEntries([...byTtl].map(([ttl, counts]) => [`ttl${ttl}`, spreadOf(counts[who])])),
  });
  const goalOf = (ttl: number, bound: number): Goal => {
    const { sidecar: ours, glibc } = byTtl.get(ttl) ?? { sidecar: [], glibc: [] };
    const shares = ours.map((count, seed) => (100 * count) / (glibc[seed] ?? Number.NaN));
    return { text: `TTL ${ttl} s, of what glibc sends`, unit: '%', found: median(shares), bound, sense: 'at most' };
  };
  return {
    taken: takenNow(bench, [sidecar]),
    tables: [
      {
        key: 'queries',
        title: '',
        columns: ttls.map((ttl) => ({ key: `ttl${ttl}`, title: `TTL ${ttl} s`, unit: 'queries', digits: 0 })),
        rows: [rowOf(sidecarName, 'ours', 'sidecar'), rowOf('glibc', 'floor', 'glibc')],
      },
    ],
    goals: [goalOf(30, 13), goalOf(300, 3)],
    remarks: [],
  };
}

const ttls = [30, 300] as const;
const internalNames = 30;
const externalNames = 20;
const durationMs = 600_000;
const upstreamDelayMs = 1;
const resolvConf =
  'nameserver 192.0.2.1\nsearch shop.svc.cluster.local svc.cluster.local cluster.local internal.example\noptions ndots:5\n';

/** Internal ones are found at the first search domain, external ones as they are, after all four. */
function chosenNames(lookups: number, random: () => number): string[] {
  return Array.from({ length: lookups }, () => {
    const index = Math.floor(random() * (internalNames + externalNames));
    return index < internalNames ? `service-${index}` : `api.partner-${index}.example.com`;
  });
}

function zoneOf(ttl: number): Zone {
  return [
    { name: '*.shop.svc.cluster.local', kind: 'v4', records: 1, ttl },
    { name: '*.com.shop.svc.cluster.local', kind: 'denied', ttl },
    { name: '*.example.com', kind: 'v4', records: 2, ttl },
    { name: '*', kind: 'denied', ttl },
  ];
}

function countThroughSidecar(names: readonly string[], ttl: number): number {
  const table = zoneTable(zoneOf(ttl));
  const network = createZoneNetwork(() => table, upstreamDelayMs);
  const settings = { ...settingsAsInstalled(), maxNegativeCacheSeconds: ttl };
  const { pipeline } = simulateSidecar({ script: { servers: {} }, resolvConf, network, settings });
  const client = createPairClient(pipeline);
  for (const [index, name] of names.entries()) {
    network.runUntil((index * durationMs) / names.length);
    client.lookUp(`${name}.glibc.internal`);
  }
  network.runUntil(durationMs + durationMs);
  if (client.replies !== 2 * names.length)
    throw new Error(`${client.replies} replies to ${2 * names.length} queries in simulated time`);
  return network.queries;
}

/** It keeps nothing: each lookup of a name costs what the first costs. */
async function countOfGlibc(names: readonly string[], ttl: number): Promise<number> {
  const table = zoneTable(zoneOf(ttl));
  const configuration = readGlibcConfiguration(resolvConf, 'pod', 53);
  const costs = new Map<string, number>();
  for (const name of new Set(names)) {
    const network = createZoneNetwork(() => table, upstreamDelayMs);
    const { outcome } = await network.run(lookUpAsGlibc(name, 'both', { configuration, network }));
    if (outcome !== 'OK') throw new Error(`glibc finds ${name}: ${outcome}`);
    costs.set(name, network.queries);
  }
  return names.reduce((sum, name) => sum + (costs.get(name) ?? 0), 0);
}
