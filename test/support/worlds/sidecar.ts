/** The real sidecar, `dist/sidecar.cjs`, inside a world. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder } from '../machine/paths.ts';
import { dnsPort, sidecarAddress } from './addresses.ts';
import type { View, World } from './world.ts';

export interface Sidecar {
  readonly pid: number;
  /** What it wrote to stdout and stderr so far. */
  log(): string;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** SIGTERM; resolves to the exit code, or the signal that ended it. */
  stop(): Promise<number | string>;
}

export const sidecarBundlePath = join(projectFolder, 'dist', 'sidecar.cjs');

const readyPollMs = 5;
const readyLimitMs = 30_000;
const admin = '127.0.0.1:9953';

export function isSidecarBuilt(): boolean {
  return existsSync(sidecarBundlePath);
}

export function requireSidecar(): void {
  if (!isSidecarBuilt()) throw new Error(`${sidecarBundlePath} is not there; build it with: npm run build`);
}

/** Gives a copy of the bundle: a build in the middle of a run must not change what is tested. */
export async function withSidecarCopy<Result>(use: (bundle: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sidecar-'));
  try {
    const bundle = join(folder, 'sidecar.cjs');
    await copyFile(sidecarBundlePath, bundle);
    return await use(bundle);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The sidecar's environment in scope `containers`, where its own /etc/resolv.conf is the original file. */
const ownFile = { RESOLVER_RESOLV_CONF: '/etc/resolv.conf', RESOLVER_MODE: 'marker' };

/**
 * Starts it without caches and candidates ahead of their turn (the suites that are about them say so) on the world's original resolv.conf and waits until it is ready.
 *
 * @param view what it sees itself: the file that the containers see (scope `pod`), or the original (scope `containers`)
 */
export async function startSidecar(
  world: World,
  env: Record<string, string> = {},
  view: View = 'injected',
  bundle = sidecarBundlePath,
): Promise<Sidecar> {
  const child = world.start(view, [process.execPath, bundle], {
    RESOLVER_LISTEN: `${sidecarAddress}:${dnsPort}`,
    RESOLVER_ADMIN_LISTEN: admin,
    RESOLVER_RESOLV_CONF: join(world.folder, 'resolv.conf'),
    RESOLVER_MAX_CACHE_BYTES: '0',
    RESOLVER_MAX_SEARCH_AHEAD: '0',
    ...(view === 'direct' ? { ...ownFile, RESOLVER_POD_RESOLV_CONF: join(world.folder, 'injected.conf') } : {}),
    ...env,
  });
  let log = '';
  const listen = (text: string) => (log += text);
  child.stdout?.setEncoding('utf8').on('data', listen);
  child.stderr?.setEncoding('utf8').on('data', listen);
  const ended = once(child, 'close').then(([code, signal]): number | string => code ?? signal);
  let end: number | string | undefined;
  void ended.then((how) => (end = how));
  for (const startMs = performance.now(); ; await sleep(readyPollMs)) {
    if ((await world.get(`http://${admin}/readyz`)).status === 200) break;
    if (end !== undefined) throw new Error(`the sidecar ended with ${end}:\n${log}`);
    if (performance.now() - startMs > readyLimitMs) {
      child.kill('SIGKILL');
      throw new Error(`the sidecar is not ready:\n${log}`);
    }
  }
  return {
    pid: child.pid ?? 0,
    log: () => log,
    metrics: async () => (await world.get(`http://${admin}/metrics`)).body,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
