/**
 * A private world for real resolvers: its own network, mounts and host name, the scripted upstream on
 * port 53 of documentation addresses, and two views of the same network:
 *
 * - `direct`: /etc/resolv.conf is the original file; the resolver talks to the scripted servers.
 * - `injected`: /etc/resolv.conf is the rewritten file; the resolver talks to the sidecar on 127.0.0.1.
 *
 * /etc/hosts and the host name are the same in both. A world is made once (about 100 ms) and used for
 * many cases: `prepare` replaces files and script in a few milliseconds.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  serverAddresses,
  serverAddressesV6,
  sidecarAddress,
  spareServers,
  worldHostName,
  worldHosts,
} from './addresses.ts';
import { createAgent, type Agent, type AgentProcess, type ProbeResult } from './agent.ts';
import { libcsFolder } from '../machine/made-once.ts';
import { runCommand } from '../machine/command.ts';
import type { Libc } from './libcs.ts';
import { provideNamespaces, type Namespaces } from './namespaces.ts';
import { rewrittenFile, type Mode } from './rewritten-file.ts';
import type { Query, Script } from '../../../cli/simulation/script.ts';
import { connectUpstream, type Upstream } from './upstream-client.ts';

export type View = 'direct' | 'injected';

export interface Setup {
  /** The original resolv.conf, byte for byte (latin1). */
  resolvConf: string;
  script: Script;
  /** How the rewritten file looks; default `marker`. */
  mode?: Mode;
  /** The original search domains stand behind the marker. */
  keepSearches?: boolean;
  /** Lines behind the two of localhost. */
  hosts?: string;
  hostName?: string;
  /** The nameserver of the rewritten file, default 127.0.0.1. */
  listen?: string;
  /** In the place of the rewritten file. */
  seen?: string;
}

export interface World {
  readonly folder: string;
  /** Of the scripted servers' process. */
  readonly pid: number;
  prepare(setup: Setup): Promise<void>;
  /** Starts the counting of the script and the list of queries anew. */
  restart(): Promise<void>;
  /** One probe command line in a fresh process; the last command's result. */
  lookup(libc: Libc, view: View, commands: string): Promise<ProbeResult>;
  /** The probe on this C library that stays, for lookups at the same moment. */
  agent(libc: Libc, view: View): Agent;
  /** The queries that the scripted servers got since `prepare` or `restart`. */
  queries(): Promise<Query[]>;
  /** GET of an address inside the world; status 0 while nothing listens there. */
  get(url: string): Promise<{ status: number; body: string }>;
  /** Starts a program inside the world. */
  start(view: View, command: readonly string[], env?: Record<string, string>): ChildProcess;
  close(): Promise<void>;
}

const upstreamProgram = join(import.meta.dirname, 'upstream.ts');

const addAddresses = [...serverAddresses, ...spareServers]
  .map((address) => `address add ${address}/32 dev lo`)
  .concat(serverAddressesV6.map((address) => `address add ${address}/128 dev lo nodad`));

/** Runs inside the new namespaces; "$0" is the world's folder, "$@" the program that stays. */
const make = `
ip -force -batch "$0/addresses" 2>/dev/null || true
ip link set lo up
hostname ${worldHostName}
mount --make-rprivate /
for file in resolv.conf hosts nsswitch.conf; do mount --bind "$0/$file" "/etc/$file"; done
if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
exec "$@"`;

/** Runs inside the world; "$0" is the resolv.conf to see, "$@" the program. It ends with its parent. */
const cover = 'mount --bind "$0" /etc/resolv.conf; exec setpriv --pdeathsig KILL "$@"';

export async function createWorld(): Promise<World> {
  const namespaces = await provideNamespaces();
  const folder = await mkdtemp(join(tmpdir(), 'world-'));
  const file = (name: string) => join(folder, name);
  await Promise.all([
    writeFile(file('resolv.conf'), ''),
    writeFile(file('injected.conf'), ''),
    writeFile(file('hosts'), worldHosts),
    writeFile(file('nsswitch.conf'), 'hosts: files dns\n'),
    writeFile(file('addresses'), addAddresses.join('\n') + '\n'),
  ]);
  const upstream = await startUpstream(namespaces, folder);
  const agents = new Map<string, Agent>();
  const children = new Set<ChildProcess>();
  let hostName = worldHostName;

  const start = (
    view: View,
    command: readonly string[],
    env: Record<string, string> = {},
    stdout: 'pipe' | 'inherit' = 'pipe',
  ) => {
    const seen = file(view === 'direct' ? 'resolv.conf' : 'injected.conf');
    const [program = '', ...args] = [
      ...namespaces.enter(upstream.pid),
      'unshare',
      '--mount',
      'sh',
      '-ec',
      cover,
      seen,
      ...command,
    ];
    const child = spawn(program, args, {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['pipe', stdout, view === 'direct' ? 'inherit' : 'pipe'],
    });
    children.add(child);
    child.on('close', () => children.delete(child));
    return child;
  };

  const agentOf = (libc: Libc, view: View) => {
    const key = `${libc.name} ${view}`;
    let agent = agents.get(key);
    if (agent === undefined) {
      const child = start(view, [...libc.probe, '--serve']);
      agent = createAgent(child as AgentProcess);
      agents.set(key, agent);
    }
    return agent;
  };

  return {
    folder,
    pid: upstream.pid,
    async prepare(setup) {
      const name = setup.hostName ?? worldHostName;
      if (name !== hostName) {
        const [program, ...args] = [...namespaces.enter(upstream.pid), 'hostname', name];
        await runCommand(program, args);
        hostName = name;
      }
      // Written in place: the files are bind mounts, which a rename would not reach.
      await Promise.all([
        writeFile(file('resolv.conf'), setup.resolvConf, 'latin1'),
        writeFile(
          file('injected.conf'),
          setup.seen ??
            rewrittenFile(setup.resolvConf, setup.mode ?? 'marker', setup.listen ?? sidecarAddress, setup.keepSearches),
        ),
        writeFile(file('hosts'), worldHosts + (setup.hosts ?? '')),
        upstream.load(setup.script),
      ]);
    },
    restart: upstream.restart,
    async lookup(libc, view, commands) {
      const results = await agentOf(libc, view).run(commands);
      const last = results.at(-1);
      if (last === undefined) throw new Error(`no result of: ${commands}`);
      return last;
    },
    agent: agentOf,
    queries: upstream.queries,
    get: upstream.get,
    start,
    async close() {
      for (const agent of agents.values()) agent.close();
      for (const child of children) child.kill('SIGKILL');
      await upstream.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startUpstream(namespaces: Namespaces, folder: string): Promise<Upstream> {
  const [program, ...args] = [
    ...namespaces.create,
    'sh',
    '-ec',
    make,
    folder,
    process.execPath,
    upstreamProgram,
    folder,
  ];
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: join(libcsFolder, '..', 'compile') },
  });
  return connectUpstream(child);
}
