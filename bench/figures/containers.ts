/** What a lookup of a container, or of several by one name, costs among a thousand, beside one of a name that is in memory. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad, type Load, type LoadResult } from '../../test/support/load/load.ts';
import { startLoadUpstream } from '../../test/support/load/upstream.ts';
import { zoneName } from '../../test/support/load/zone.ts';
import { startDockerHost } from '../../test/support/docker-host.ts';
import type { DockerContainerParts } from '../../test/support/docker-json.ts';
import { freePort } from '../../scripts/free-port.ts';
import { hostImageEnvironment } from '../../test/support/machine/image-environment.ts';
import { processorSeconds } from '../../test/support/machine/process-costs.ts';
import { sidecarBundle } from '../../test/support/machine/sidecar-process.ts';
import { ForeignTime, type Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import type { FigureResult } from '../results.ts';
import { loopback, startServer, type RunningServer, type Server } from '../servers/server.ts';
import { sidecarName } from '../servers/sidecar.ts';
import { ratio, spreadOf } from '../statistics.ts';
import { projectVersion } from '../versions.ts';

const count = 1000;

interface Form {
  readonly label: string;
  readonly pattern: string;
  readonly names?: number;
  readonly type?: number;
  /** In the answer sections of both replies. */
  readonly records: number;
  /** Its answers have more records than one in memory, so that they may not be held to its costs. */
  readonly isShared?: true;
  /** Asked of the sidecar without a Docker host. */
  readonly withoutDocker?: true;
}

/** Those that have an image of their own; of the others several have the same. */
const alone = 840;
const sharedImages = 20;

const inMemory = 'a name in memory';

const forms: readonly Form[] = [
  { label: 'a name in memory, without a Docker host', pattern: `n%u.${zoneName}`, records: 2, withoutDocker: true },
  { label: inMemory, pattern: `n%u.${zoneName}`, records: 2 },
  { label: '`CONTAINER.DOMAIN`', pattern: 'c%u.docker', records: 2 },
  { label: '`NAME.IMAGE.DOMAIN`', pattern: 'c%u.i%u.docker', names: alone, records: 2 },
  { label: '`IMAGE.DOMAIN`', pattern: 'i%u.docker', names: alone, records: 2 },
  { label: '`*.IMAGE.DOMAIN`', pattern: '*.i%u.docker', names: alone, records: 2 },
  { label: '`any.thing.CONTAINER.DOMAIN`', pattern: 'any.thing.c%u.docker', records: 2 },
  { label: 'an alias outside the domain', pattern: 'c%u.alias.test', records: 2 },
  {
    label: '`IMAGE.DOMAIN` of eight containers',
    pattern: 'shared%u.docker',
    ...{ names: sharedImages, records: (2 * (count - alone)) / sharedImages, isShared: true },
  },
  { label: 'a name that the domain does not have', pattern: 'none%u.docker', records: 0 },
  { label: 'PTR of an address', pattern: '%u.0.0.10.in-addr.arpa', names: 250, type: 12, records: 6 },
];

export async function measureContainers(bench: Bench): Promise<FigureResult> {
  const socket = join(bench.folder, 'docker.sock');
  const host = await startDockerHost(
    socket,
    Array.from({ length: count }, (_, number) => containerOf(number)),
  );
  const upstream = await startLoadUpstream({
    zone: [{ name: `*.${zoneName}`, kind: 'data', records: 1, ttl: 3600 }],
    folder: bench.folder,
    prefix: bench.onLoad,
  });
  const running: RunningServer[] = [];
  try {
    for (const server of [sidecarOn(socket), sidecarOn(undefined)])
      running.push(await startServer(bench, server, { upstreamPort: upstream.port, cached: true }));
    const [docker, plain] = running as [RunningServer, RunningServer];
    await allAreKnown(docker.port, bench);
    return resultOf(await run(bench, upstream.pid, (form) => (form.withoutDocker ? plain : docker)));
  } finally {
    for (const one of running) await one.stop();
    upstream.close();
    host.close();
  }
}

interface Runs {
  readonly taken: FigureResult['taken'];
  /** Of each form, the runs' queries per processor second. */
  readonly rates: ReadonlyMap<string, number[]>;
  readonly faults: ReadonlySet<string>;
}

/** One form after the other, round by round. */
async function run(bench: Bench, upstream: number, serverOf: (form: Form) => RunningServer): Promise<Runs> {
  const foreign = new ForeignTime();
  const rates = new Map<string, number[]>(forms.map(({ label }) => [label, []]));
  const faults = new Set<string>();
  for (const form of forms) {
    const { port } = serverOf(form);
    for (const opt of [0, 100])
      await runLoad({ ...loadOf(form, port, 60, 0), order: 'sequential', lookups: 2000, opt }, bench.onLoad);
    await runLoad(loadOf(form, port, bench.quick ? 0.3 : 1, 0), bench.onLoad);
  }
  for (let round = 1; round <= bench.rounds; round += 1) {
    for (const form of forms) {
      const { pid, port } = serverOf(form);
      await sleep(50);
      const before = processorSeconds(pid);
      const load = loadOf(form, port, bench.quick ? 0.5 : 2, round);
      const result = await foreign.during([pid, upstream], () => runLoad(load, bench.onLoad));
      rates.get(form.label)?.push(result.replies / (processorSeconds(pid) - before));
      for (const fault of faultsOf(form, result)) faults.add(fault);
    }
  }
  return { taken: takenNow(bench, [sidecarOn(undefined)], foreign), rates, faults };
}

function resultOf({ taken, rates, faults }: Runs): FigureResult {
  const cached = rates.get(inMemory) ?? [];
  const of = (label: string): number[] => rates.get(label) ?? [];
  return {
    taken,
    tables: [
      {
        key: 'forms',
        title: '',
        columns: [
          { key: 'rate', title: 'Queries per processor second', unit: 'thousand', digits: 1 },
          { key: 'times', title: 'Costs as many names in memory', unit: '', digits: 2 },
        ],
        rows: forms.map(({ label, withoutDocker }) => ({
          label,
          kind: withoutDocker ? ('peer' as const) : ('ours' as const),
          values: {
            rate: spreadOf(of(label).map((rate) => rate / 1000)),
            times: spreadOf(of(label).map((rate, index) => (cached[index] ?? 0) / rate)),
          },
        })),
      },
    ],
    goals: forms
      .filter(({ label, isShared }) => label !== inMemory && !isShared)
      .map(({ label }) => ({
        text: `Cost of ${label}, against one in memory`,
        unit: '×',
        found: ratio(cached, of(label)),
        bound: 1.2,
        sense: 'at most' as const,
      })),
    remarks: [...faults],
  };
}

/** Most have an image of their own, so that a question for one finds one. */
function containerOf(number: number): DockerContainerParts {
  const id = (number + 0x1000).toString(16).padStart(64, 'a');
  const ip = `10.0.${Math.floor(number / 250)}.${number % 250}`;
  return {
    ...{
      id,
      name: `c${number}`,
      image: number < alone ? `i${number}:1` : `shared${number % sharedImages}:1`,
      hostname: `h${number}`,
    },
    labels: { 'com.dnsdock.alias': `c${number}.alias.test` },
    networks: { bridge: { ip, ip6: `fd00::${number.toString(16)}` } },
  };
}

function sidecarOn(socket: string | undefined): Server {
  return {
    name: `${sidecarName}, ${socket === undefined ? 'without' : 'on'} a Docker host`,
    kind: 'ours',
    version: `${projectVersion()}, Node.js ${process.version}`,
    asked: 'plain',
    async command({ port, upstreamPort, addresses = loopback }) {
      return {
        command: [process.execPath, sidecarBundle],
        environment: {
          ...hostImageEnvironment(),
          RESOLVER_PROFILE: 'host',
          ...(socket !== undefined && { RESOLVER_DOCKER: `unix://${socket}` }),
          RESOLVER_LISTEN: `${addresses.listen}:${port}`,
          RESOLVER_ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
          RESOLVER_LOG_LEVEL: 'warn',
          RESOLVER_NAMESERVERS: addresses.upstream,
          RESOLVER_UPSTREAM_PORT: String(upstreamPort),
          RESOLVER_MAX_CACHE_BYTES: String(8 * 1024 * 1024),
        },
      };
    },
  };
}

/** The last one of them has a name. */
async function allAreKnown(port: number, { onLoad }: Bench): Promise<void> {
  for (let left = 200; left > 0; left--) {
    const load = {
      pattern: 'c%u.docker',
      names: count,
      order: 'sequential',
      lookups: count,
      port,
      seconds: 10,
    } as const;
    const { records } = await runLoad(load, onLoad);
    if (records === 2 * count) return;
    await sleep(50);
  }
  throw new Error('the sidecar does not know all containers');
}

function loadOf({ pattern, names = count, type }: Form, port: number, seconds: number, seed: number): Load {
  return { pattern, names, port, seconds, opt: 25, spin: 1, seed: seed + 1, ...(type !== undefined && { type }) };
}

/** A server that says something else is fast, too. */
function faultsOf({ label, records }: Form, { replies, lost, lookups, ...result }: LoadResult): string[] {
  const faults: string[] = [];
  if (lost > lookups / 1000) faults.push(`${label}: ${lost} of ${lookups + lost} lookups of a run were lost.`);
  if (result.records !== (replies / 2) * records) faults.push(`${label}: not all answers were right.`);
  return faults;
}
