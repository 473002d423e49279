/** The built sidecar on loopback, with the heap that its image gives it, and what it says of itself. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll } from 'vitest';
import { sidecarAmounts } from '../../shared/settings/sidecar-amounts.ts';
import { parseQuantity, unit } from '../../shared/values/quantity.ts';
import {
  imageNode,
  demandSidecarBundle,
  startSidecar,
  type ProcessOptions,
  type SidecarProcess,
} from '../support/machine/sidecar-process.ts';
import { startUpstream, type Behaviour, type TestUpstream, type UpstreamQuery } from './upstream.ts';

export interface Rig {
  /** Ends with the test. */
  sidecar(environment: Record<string, string>, options?: ProcessOptions): Promise<RunningSidecar>;
  upstream(
    behave?: (query: UpstreamQuery) => Behaviour,
    where?: { address?: string; port?: number },
  ): Promise<TestUpstream>;
  folder(): string;
  /** Runs when the test is over, the last first. */
  after(end: () => void): void;
}

export interface RunningSidecar extends SidecarProcess {
  metrics(): Promise<Metrics>;
  /** Of the process, now and at most so far, in MiB. */
  memory(): { readonly now: number; readonly peak: number };
}

export interface Metrics {
  /** Sum of the metric over the label sets that contain these. */
  get(name: string, labels?: Readonly<Record<string, string>>): number;
}

/** What a container of the sidecar may use (the injected limit), in MiB. */
export const memoryLimitMebibytes = Number((parseQuantity(sidecarAmounts.memory.limit) ?? 0n) / unit) / 2 ** 20;

export function useRig(): Rig {
  const ends: (() => void)[] = [];
  beforeAll(() => {
    demandSidecarBundle();
  });
  afterEach(() => {
    for (const end of ends.splice(0).toReversed()) end();
  });
  return {
    async sidecar(environment, options = {}) {
      const image = imageNode();
      const started = await startSidecar({
        ...image,
        ...options,
        environment: { ...image.environment, ...environment },
      });
      ends.push(() => started.child.kill('SIGKILL'));
      return {
        ...started,
        metrics: async () => readMetrics(await (await fetch(`${started.admin}/metrics`)).text()),
        memory: () => readMemory(started.child.pid ?? 0),
      };
    },
    async upstream(behave, where) {
      const started = await startUpstream(behave, where);
      ends.push(started.close);
      return started;
    },
    folder() {
      const path = mkdtempSync(join(tmpdir(), 'weak-spots-'));
      ends.push(() => rmSync(path, { recursive: true, force: true }));
      return path;
    },
    after: (end) => void ends.push(end),
  };
}

/** The environment for one upstream, and resolv.conf lines behind its nameserver line. */
export function using(upstream: Pick<TestUpstream, 'address' | 'port'>, more = ''): Record<string, string> {
  return {
    RESOLVER_ORIGINAL_RESOLV_CONF: `nameserver ${upstream.address}\n${more}`,
    RESOLVER_UPSTREAM_PORT: String(upstream.port),
  };
}

function readMetrics(text: string): Metrics {
  const samples = [...text.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)];
  return {
    get(name, labels = {}) {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const found = samples.filter(
        ([, sample, set = '']) => sample === name && wanted.every((one) => set.includes(one)),
      );
      return found.reduce((sum, [, , , value]) => sum + Number(value), 0);
    },
  };
}

function readMemory(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
}
