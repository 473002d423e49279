/** The built sidecar as a process of its own on loopback, and a small upstream for it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet';
import { projectFolder } from './paths.ts';
import { freePort } from '../../../scripts/free-port.ts';
import { imageEnvironment, imageNodeArguments } from './image-environment.ts';

export const sidecarBundle = join(projectFolder, 'dist', 'sidecar.cjs');

/** What starts it fails otherwise, each test in its own way. */
export function demandSidecarBundle(): void {
  if (!existsSync(sidecarBundle)) throw new Error('dist/sidecar.cjs is missing: npm run build');
}

export interface SidecarProcess {
  readonly child: ChildProcess;
  /** DNS on 127.0.0.1 and ::1. */
  readonly port: number;
  readonly admin: string;
  /** What it wrote so far. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Options of Node.js. */
  readonly nodeArguments?: readonly string[];
  /** In the place of the bundle: the program of an image that was staged. */
  readonly program?: string;
  /** Another file of Node.js than that of this process. */
  readonly node?: string;
  /** A command in front of it all. */
  readonly within?: readonly string[];
  /** Limit of open files. */
  readonly openFiles?: number;
  /** Another user, in a network of its own, where the kernel keeps ports below 1024 from users. */
  readonly userId?: number;
}

/** Starts the bundle, and no more. */
export function spawnSidecar(options: ProcessOptions): {
  readonly child: ChildProcess;
  readonly ended: Promise<number | string>;
  output(): string;
  errors(): string;
} {
  const {
    environment = {},
    args = [],
    nodeArguments = [],
    program = sidecarBundle,
    node = process.execPath,
    within = [],
    openFiles,
    userId,
  } = options;
  const plain = [...within, node, ...nodeArguments, program, ...args];
  const limited = openFiles === undefined ? plain : ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...plain];
  const [command = '', ...rest] = userId === undefined ? limited : asUser(userId, limited);
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, ended, output: () => output + errors, errors: () => errors };
}

/** Without any privilege but to read the project, which may lie in a folder that is root's alone. */
function asUser(id: number, program: readonly string[]): string[] {
  const kept = '--inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search';
  const lower = `ip link set lo up && exec setpriv --reuid=${id} --regid=${id} --clear-groups ${kept} "$@"`;
  return ['unshare', '--net', 'sh', '-c', lower, 'sh', ...program];
}

/** Starts it with free ports and waits until it is ready. */
export async function startSidecar(options: ProcessOptions = {}): Promise<SidecarProcess> {
  const port = await freePort();
  const adminPort = await freePort();
  const admin = `http://127.0.0.1:${adminPort}`;
  const started = spawnSidecar({
    ...options,
    environment: {
      RESOLVER_LISTEN: `127.0.0.1:${port},[::1]:${port}`,
      RESOLVER_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      RESOLVER_MODE: 'marker',
      ...options.environment,
    },
  });
  let end: number | string | undefined;
  void started.ended.then((how) => (end = how));
  while ((await fetch(`${admin}/readyz`).catch(() => undefined))?.status !== 200) {
    if (end !== undefined) throw new Error(`the sidecar ended with ${end}:\n${started.output()}`);
    await sleep(5);
  }
  return { ...started, port, admin };
}

/** Answers every A and AAAA query with one address, after `delayMs`; on other addresses the port is open and silent. */
export async function startUpstream(options: { delayMs?: number; silentAddresses?: readonly string[] } = {}): Promise<{
  readonly port: number;
  readonly queries: readonly string[];
  close(): void;
}> {
  const { delayMs = 0, silentAddresses = [] } = options;
  const queries: string[] = [];
  const socket: Socket = createSocket('udp4');
  let closed = false;
  socket.on('message', (bytes, from) => {
    const query = decode(bytes);
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    queries.push(`${question.name} ${question.type}`);
    const data = question.type === 'AAAA' ? '2001:db8::10' : '192.0.2.10';
    const type = question.type === 'AAAA' ? 'AAAA' : 'A';
    const reply = encode({
      type: 'response',
      ...(query.id === undefined ? {} : { id: query.id }),
      flags: RECURSION_DESIRED | RECURSION_AVAILABLE,
      questions: [question],
      answers: [{ type, name: question.name, ttl: 5, data }],
    });
    const send = (): void => {
      if (!closed) socket.send(reply, from.port, from.address, () => undefined);
    };
    if (delayMs === 0) send();
    else setTimeout(send, delayMs);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.setRecvBufferSize(4 * 1024 * 1024);
  const { port } = socket.address();
  const silent = silentAddresses.map((address) => createSocket('udp4').bind(port, address));
  await Promise.all(silent.map((other) => once(other, 'listening')));
  return {
    port,
    queries,
    close() {
      closed = true;
      for (const one of [socket, ...silent]) one.close();
    },
  };
}

/** What the sidecar's image gives Node.js. */
export function imageNode(): Pick<ProcessOptions, 'nodeArguments'> & { readonly environment: Record<string, string> } {
  return { nodeArguments: imageNodeArguments('sidecar'), environment: imageEnvironment('sidecar') };
}
