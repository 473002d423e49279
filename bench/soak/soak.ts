/**
 * Millions of queries through the pipeline in simulated time, with names, configurations and failures that come and go. Writes
 * the heap after a full collection at some points, as lines of JSON. Started by the figure `soak` with `--expose-gc`.
 */
import {
  simulateSidecar,
  snapshotOf,
  type SimulatedSidecarOptions,
} from '../../test/support/simulation/simulated-sidecar.ts';
import { createZoneNetwork } from '../../test/support/simulation/zone-network.ts';
import { zoneTable, type ZoneTable } from '../../test/support/load/zone-answer.ts';
import type { Zone } from '../../test/support/load/zone.ts';
import { settingsAsInstalled } from '../simulation/as-installed.ts';
import { createPairClient } from '../simulation/pair-client.ts';
import { createRandom } from '../simulation/random.ts';
import type { SoakReport } from './report.ts';

const [queries = 0, ...points] = process.argv.slice(2).map(Number);

/** Real load is slower: lookups in flight are what a flood would have. */
const meanGapMs = 2;
const upstreamDelayMs = 3;
const lookupsPerConfiguration = 20_000;
const lookupsPerPhase = 3000;
const hotNames = 50;

const random = createRandom(1);
const phases: readonly ZoneTable[] = [[], [failing('silent')], [], [failing('fails')]].map((more) =>
  zoneTable(zone(more)),
);
let phase = 0;
const network = createZoneNetwork(() => phases[phase % phases.length] ?? new Map(), upstreamDelayMs);
const options = (number: number): SimulatedSidecarOptions => ({
  script: { servers: {} },
  network,
  resolvConf: resolvConf(number),
  hosts: `192.0.2.80 local-${number % 7}\n`,
  settings: settingsAsInstalled(),
});
const { pipeline } = simulateSidecar(options(0));
const client = createPairClient(pipeline);

let atMs = 0;
const lookups = Math.ceil(queries / 2);
for (let number = 0; number < lookups; number += 1) {
  if (number % lookupsPerConfiguration === lookupsPerConfiguration - 1) pipeline.configure(snapshotOf(options(number)));
  if (number % lookupsPerPhase === lookupsPerPhase - 1) phase += 1;
  atMs += random() * 2 * meanGapMs;
  network.runUntil(atMs);
  client.lookUp(nameOf(number));
  const reached = points.find((percent) => number + 1 === Math.round((lookups * percent) / 100));
  if (reached !== undefined) report(reached, number + 1);
}

function zone(more: Zone): Zone {
  return [
    { name: '*.hot.example', kind: 'data', records: 2, ttl: 30 },
    { name: '*.seen-once.example', kind: 'data', records: 2, ttl: 300 },
    { name: '*.absent.example', kind: 'denied', ttl: 30 },
    { name: '*.chain.example', kind: 'chain', records: 2, ttl: 60 },
    { name: '*.large.example', kind: 'large', records: 4, ttl: 60 },
    ...more,
    { name: '*', kind: 'denied', ttl: 30 },
  ];
}

function failing(kind: 'silent' | 'fails'): Zone[number] {
  return { name: '*.failing.example', kind, ttl: 0 };
}

function resolvConf(number: number): string {
  const search = `search team-${number % 1000}.example svc.example\n`;
  return `nameserver 192.0.2.1\nnameserver 192.0.2.${2 + (number % 3)}\n${search}options ndots:2 timeout:1 attempts:1\n`;
}

function nameOf(number: number): string {
  const chance = random();
  const marker = chance < 0.95 ? '.glibc.internal' : '';
  const churned = (kind: string): string => `n${number}.${kind}.example${marker}`;
  if (chance < 0.4) return `n${Math.floor(random() * hotNames)}.hot.example${marker}`;
  if (chance < 0.7) return churned('seen-once');
  if (chance < 0.82) return churned('absent');
  if (chance < 0.9) return churned('chain');
  if (chance < 0.93) return churned('large');
  if (chance < 0.95) return churned('failing');
  return churned('seen-once');
}

/** Everything in flight ends first: what waits is no leak. */
function report(percent: number, lookupsSoFar: number): void {
  atMs = network.now() + 120_000;
  network.runUntil(atMs);
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const found: SoakReport = {
    percent,
    queries: lookupsSoFar * 2,
    replies: client.replies,
    upstreamQueries: network.queries,
    simulatedSeconds: Math.round(network.now() / 1000),
    heapBytes: heapUsed,
    buffersBytes: external + arrayBuffers,
  };
  console.log(JSON.stringify(found));
}
