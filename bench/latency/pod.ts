/** A network like that of a pod: real C libraries in it, each with a resolv.conf, a nameserver outside, and a server inside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiled } from '../../test/support/load/programs.ts';
import { startLoadUpstream, type LoadUpstream } from '../../test/support/load/upstream.ts';
import type { Zone } from '../../test/support/load/zone.ts';
import { runCommand } from '../../test/support/machine/command.ts';
import { provideLibcs } from '../../test/support/worlds/libcs.ts';
import { provideNamespaces } from '../../test/support/worlds/namespaces.ts';
import type { Bench } from '../bench.ts';
import type { ServerCommand } from '../servers/server.ts';

/** The cluster's nameserver, as the pod's original configuration names it. */
export const upstreamAddress = '192.0.2.1';
const dnsPort = 53;

export type Library = 'musl' | 'glibc';

export interface Pod {
  readonly versions: Readonly<Record<Library, string>>;
  upstream(zone: Zone, delayUs: number): Promise<LoadUpstream>;
  /** Runs a server inside until it is stopped; it answers when this resolves. */
  start(command: ServerCommand, resolvConf: string): Promise<{ readonly pid: number; stop(): Promise<void> }>;
  /** Milliseconds of each lookup by `getaddrinfo`, names going round; one that fails is an error. */
  lookUp(library: Library, resolvConf: string, names: LookedUp): Promise<number[]>;
  close(): void;
}

export interface LookedUp {
  /** A name with one `%u`. */
  readonly pattern: string;
  readonly names: number;
  readonly count: number;
}

export async function createPod(bench: Bench): Promise<Pod> {
  const { create, enter } = await provideNamespaces();
  const clients = await provideClients();
  const holder = await holdNetwork(create);
  const inside = enter(holder.pid ?? 0);
  let files = 0;

  const lookUp: Pod['lookUp'] = async (library, resolvConf, { pattern, names, count }) => {
    const file = join(bench.folder, `resolv-${(files += 1)}.conf`);
    await writeFile(file, resolvConf);
    const covered = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', file];
    const client = [...clients[library].command, pattern, String(names), String(count)];
    const [command = '', ...args] = [...inside, ...covered, ...bench.onLoad, ...client];
    const { failed, times } = JSON.parse(await runCommand(command, args)) as { failed: number; times: number[] };
    if (failed > 0) throw new Error(`${failed} of ${count} lookups of ${pattern} by ${library} failed`);
    return times.map((microseconds) => microseconds / 1000);
  };
  return {
    versions: { musl: clients.musl.version, glibc: clients.glibc.version },
    upstream: (zone, delayUs) =>
      startLoadUpstream({
        ...{ zone, delayUs, folder: bench.folder, address: upstreamAddress, port: dnsPort },
        prefix: [...inside, ...bench.onLoad],
      }),
    async start({ command, environment = {} }, resolvConf) {
      const [program = '', ...args] = [...inside, ...bench.onServer, ...command];
      const env = { PATH: process.env['PATH'], ...environment };
      const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
      // glibc gives up at once where nobody listens.
      const answers = () => lookUp('glibc', resolvConf, { pattern: readyName, names: 1, count: 1 });
      await untilIt(answers, child);
      return { pid: child.pid ?? 0, stop: () => ended(child) };
    },
    lookUp,
    close: () => void holder.kill(),
  };
}

/** Exists in every zone of these measurements. */
export const readyName = 'ready%u.test.';

interface ClientProgram {
  readonly command: readonly string[];
  readonly version: string;
}

/** The machine's glibc, and musl of the generation that Alpine has now. */
async function provideClients(): Promise<Record<Library, ClientProgram>> {
  const source = join(import.meta.dirname, '../../test/support/load/lookups.c');
  const { available, missing } = await provideLibcs(['glibc', 'musl-1.2.5']);
  const { glibc, 'musl-1.2.5': musl } = available;
  if (glibc === undefined || musl === undefined) throw new Error(Object.values(missing).join('; '));
  const loader = musl.probe.slice(0, -1);
  return {
    glibc: { command: [await compiled(source)], version: glibc.version },
    musl: { command: [...loader, await compiled(source, ['musl-gcc'])], version: musl.version },
  };
}

async function holdNetwork(create: readonly string[]): Promise<ChildProcess> {
  const setup = `ip link set lo up && ip address add ${upstreamAddress}/32 dev lo && echo ready && exec cat`;
  const [command, ...args] = [...create, 'sh', '-c', setup];
  // `cat` ends with this process, whose end it reads.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

const startLimitMs = 10_000;

async function untilIt(answers: () => Promise<unknown>, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  for (;;) {
    try {
      await answers();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline) throw error;
      await sleep(20);
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
