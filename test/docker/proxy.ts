/** The proxy of the page, as it stands there: a real HAProxy in front of Docker's socket. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { provideDebianPrograms } from '../support/machine/debian-programs.ts';
import { projectFolder } from '../support/machine/paths.ts';

export interface SocketProxy {
  /** Lines of its log: what it has refused. */
  readonly refused: readonly string[];
  start(): Promise<void>;
  /** Ends every connection. */
  stop(): Promise<void>;
}

export const proxyAddress = { host: '127.0.0.1', port: 2375 };

const configuration = join(projectFolder, 'manifests/docker-host/haproxy.cfg');

export async function createSocketProxy(): Promise<SocketProxy> {
  const programs = await provideDebianPrograms();
  const refused: string[] = [];
  let child: ChildProcess | undefined;
  return {
    refused,
    async start() {
      child = spawn(programs.path('haproxy'), ['-f', configuration], {
        env: { ...process.env, ...programs.env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout?.setEncoding('utf8').on('data', (text: string) => refused.push(...text.trimEnd().split('\n')));
      for (let left = 100; !(await isListening()); left--) {
        if (left === 0 || child.exitCode !== null) throw new Error('the proxy did not start');
        await sleep(50);
      }
    },
    async stop() {
      if (child === undefined || child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      child = undefined;
    },
  };
}

async function isListening(): Promise<boolean> {
  const socket = connect(proxyAddress);
  const opened = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return opened;
}

/** The status of a request through the proxy, exactly as it is written. */
export async function statusThroughProxy(method: string, path: string): Promise<number> {
  const socket = connect(proxyAddress);
  socket.end(`${method} ${path} HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const part of socket) text += String(part);
  return Number(/^HTTP\S* (\d+)/.exec(text)?.[1] ?? 0);
}
