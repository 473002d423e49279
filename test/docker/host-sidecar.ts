/** The built sidecar as it runs on a Docker host. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sidecarBundle } from '../support/machine/sidecar-process.ts';

export interface HostSidecar {
  readonly pid: number;
  /** Log lines with this event. */
  events(name: string): readonly Readonly<Record<string, unknown>>[];
  /** Values of a metric, summed up. */
  metric(name: string): Promise<number>;
  stop(): Promise<number | string>;
}

const admin = 'http://127.0.0.1:9953';

export async function startHostSidecar(environment: Readonly<Record<string, string>>): Promise<HostSidecar> {
  const child = spawn(process.execPath, [sidecarBundle], {
    env: {
      PATH: process.env['PATH'],
      RESOLVER_PROFILE: 'host',
      RESOLVER_ALLOW_CLIENTS: 'loopback,attached',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  for (let left = 200; !(await isReady()); left--) {
    if (left === 0 || child.exitCode !== null) throw new Error(`the sidecar is not ready: ${output}`);
    await sleep(50);
  }
  return {
    pid: child.pid ?? 0,
    events: (name) =>
      output
        .split('\n')
        .filter((line) => line.includes(`"event":"${name}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    async metric(name) {
      const text = await (await fetch(`${admin}/metrics`)).text();
      const lines = text.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

export async function isReady(): Promise<boolean> {
  const response = await fetch(`${admin}/readyz`).catch(() => undefined);
  return response?.status === 200;
}
