/** A program that answers queries, and one that runs. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from 'dns-packet';
import { freePort } from '../../scripts/free-port.ts';
import { zoneName } from '../../test/support/load/zone.ts';
import type { RowKind } from '../results.ts';
import type { Bench } from '../bench.ts';

export interface Server {
  readonly name: string;
  readonly kind: RowKind;
  readonly version: string;
  /** How it is asked: under the search marker, or as the name is. */
  readonly asked: 'marked' | 'plain';
  command(setup: ServerSetup): Promise<ServerCommand>;
}

export interface ServerSetup {
  readonly port: number;
  readonly upstreamPort: number;
  readonly cached: boolean;
  /** For its configuration. */
  readonly folder: string;
  /** Loopback where they are missing. */
  readonly addresses?: { readonly listen: string; readonly upstream: string };
}

export const loopback = { listen: '127.0.0.1', upstream: '127.0.0.1' };

export interface ServerCommand {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts it on the server's processor and waits until it answers anything. */
export async function startServer(
  bench: Bench,
  server: Server,
  setup: Pick<ServerSetup, 'upstreamPort' | 'cached'>,
): Promise<RunningServer> {
  const port = await freePort();
  const { command, environment = {} } = await server.command({ ...setup, port, folder: bench.folder });
  const [program = '', ...args] = [...bench.onServer, ...command];
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let end: string | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2000)));
  child.on('error', (error) => (end = error.message));
  const ended = once(child, 'exit').then(([code, signal]) => (end = String(code ?? signal)));
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    if (end === undefined) child.kill('SIGKILL');
    await ended;
  };
  const deadline = performance.now() + startLimitMs;
  while (!(await answers(port))) {
    if (end === undefined && performance.now() < deadline) {
      await sleep(20);
      continue;
    }
    const what = end === undefined ? 'does not answer' : `ended with ${end}`;
    await stop();
    throw new Error(`${server.name} ${what}: ${output}`);
  }
  return { pid: child.pid ?? 0, port, stop };
}

const startLimitMs = 20_000;
const answerLimitMs = 200;

/** Any reply will do, but for that a nameserver which is silent otherwise has to know it. */
export const readyName = `ready.${zoneName}`;

async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const stop = new AbortController();
  // Nobody is at the port yet.
  socket.on('error', () => stop.abort());
  socket.connect(port, '127.0.0.1', () => {
    socket.send(encode({ type: 'query', id: 1, flags: 0x0100, questions: [{ name: readyName, type: 'A' }] }));
  });
  const timer = setTimeout(() => stop.abort(), answerLimitMs);
  const found = await once(socket, 'message', { signal: stop.signal }).then(
    () => true,
    () => false,
  );
  clearTimeout(timer);
  socket.close();
  return found;
}
