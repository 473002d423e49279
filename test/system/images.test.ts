/** All images, built from their Dockerfiles on bases that are made here: what is in them, and that they run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder } from '../support/machine/paths.ts';
import { createBuildah, npmCacheVolume, offlineBuild } from '../support/machine/buildah.ts';
import { freePort } from '../../scripts/free-port.ts';
import { certificates, stageNode, stageNodeWithNpm } from '../support/machine/stage.ts';
import { isInstalled } from '../support/machine/command.ts';

const folder = join(projectFolder, '.cache', 'images', String(process.pid));
const buildah = createBuildah(join(folder, 'storage'));
const canRun = process.getuid?.() === 0 && isInstalled('buildah');

const baseImages = { build: 'localhost/base-build', runtime: 'localhost/base-runtime' };

interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
}

interface Program {
  readonly name: 'sidecar' | 'docker-host' | 'webhook';
  readonly dockerfile?: string;
  /** Files under /app. */
  readonly files: readonly string[];
  readonly environment: (ports: readonly number[]) => Record<string, string>;
}

const programs: readonly Program[] = [
  {
    name: 'sidecar',
    files: [
      ...['LICENSE', 'dist', 'dist/sidecar.cjs', 'dist/sidecar.code', 'dist/sidecar.licences.txt'],
      'dist/start.cjs',
    ],
    environment: ([port, adminPort]) => ({
      RESOLVER_LISTEN: `127.0.0.1:${port}`,
      RESOLVER_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 192.0.2.1\n',
    }),
  },
  {
    name: 'docker-host',
    dockerfile: 'Dockerfile.sidecar',
    files: [
      ...['LICENSE', 'dist', 'dist/discovery.cjs', 'dist/discovery.licences.txt'],
      ...['dist/sidecar.cjs', 'dist/sidecar.licences.txt'],
    ],
    environment: ([port, adminPort]) => ({
      RESOLVER_LISTEN: `127.0.0.1:${port}`,
      RESOLVER_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      RESOLVER_NAMESERVERS: '192.0.2.1',
    }),
  },
  {
    name: 'webhook',
    files: ['LICENSE', 'dist', 'dist/webhook.cjs', 'dist/webhook.licences.txt'],
    environment: ([port, adminPort]) => ({
      WEBHOOK_LISTEN: `127.0.0.1:${port}`,
      WEBHOOK_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      WEBHOOK_CLUSTER: 'none',
      WEBHOOK_NAMESERVERS: '192.0.2.1',
      WEBHOOK_CLUSTER_DOMAIN: 'cluster.local',
      WEBHOOK_DRAIN_SECONDS: '0',
    }),
  },
];

describe.runIf(canRun)('images', () => {
  beforeAll(async () => {
    await buildBase(baseImages.runtime, 'ENV LANG=C', stageNode);
    await buildBase(baseImages.build, `ENV NODE_EXTRA_CA_CERTS=${certificates}`, stageNodeWithNpm);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each(programs)('image $name', ({ name, dockerfile = `Dockerfile.${name}`, files, environment }) => {
    let root: string;
    let config: ImageConfig;
    beforeAll(async () => {
      const tag = `localhost/${name}`;
      await buildah([
        ...offlineBuild,
        `--build-arg=BUILD_IMAGE=${baseImages.build}`,
        `--build-arg=RUNTIME_IMAGE=${baseImages.runtime}`,
        await npmCacheVolume(),
        `--tag=${tag}`,
        `--file=${join(projectFolder, dockerfile)}`,
        `--target=${name}`,
        projectFolder,
      ]);
      const container = (await buildah(['from', '--pull-never', tag])).stdout.trim();
      config = await inspect(container);
      root = (await buildah(['mount', container])).stdout.trim();
    });

    /** The image's entry point in the image's root, which is read-only as in a pod, as its user and with its environment. */
    function start(args: readonly string[], settings: Record<string, string> = {}): ChildProcess {
      const imageEnvironment = Object.fromEntries(config.Env.map((entry) => entry.split(/=(.*)/s, 2)));
      const asUser = ['/usr/sbin/chroot', `--userspec=${config.User}`, root, ...config.Entrypoint, ...args];
      return spawn('/usr/bin/unshare', ['--mount', '/bin/sh', '-c', inReadOnly, 'sh', root, ...asUser], {
        env: { ...imageEnvironment, ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    }

    test('runs as a numeric user that is not root', () => {
      expect(config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    });

    test('adds nothing but the bundle and licences to its base', async () => {
      const found = await readdir(join(root, 'app'), { recursive: true });
      expect(found.toSorted()).toEqual(files);
    });

    test('has no shell', () => {
      expect(existsSync(join(root, 'bin/sh'))).toBe(false);
    });

    test('--version prints the version of the package', async () => {
      const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string };
      const { code, output } = await end(start(['--version']));
      expect({ code, output }).toEqual({ code: 0, output: `${version}\n` });
    });

    test('starts, becomes ready and ends with code 0 on SIGTERM', async () => {
      const ports = [await freePort(), await freePort()];
      const child = start([], environment(ports));
      const ended = end(child);
      const status = await readyStatus(`http://127.0.0.1:${ports[1]}/readyz`, child);
      child.kill('SIGTERM');
      const { code, output } = await ended;
      expect({ status, code, output }).toEqual({ status: 200, code: 0, output: expect.any(String) });
    });

    if (name !== 'sidecar') return;
    test('a start compiles nothing that the image has', async () => {
      expect(await unusedCode()).toEqual([]);
      expect(await unusedCode({ NODE_OPTIONS: '--jitless' })).toEqual(['it was compiled with other options of V8']);
    });

    test('a bundle that was changed runs as it is now, and not as it was compiled', async () => {
      const bundle = join(root, 'app/dist/sidecar.cjs');
      const before = readFileSync(bundle, 'utf8');
      const purpose = 'answers the DNS queries of the pod';
      writeFileSync(bundle, before.replace(purpose, purpose.toUpperCase()));
      try {
        expect((await end(start(['--help']))).output).toContain(purpose.toUpperCase());
        expect(await unusedCode()).toEqual(['it was compiled of another bundle, or for another Node.js']);
      } finally {
        writeFileSync(bundle, before);
      }
    });

    /** Why it was not used, from the log of a start. */
    async function unusedCode(settings: Record<string, string> = {}): Promise<unknown[]> {
      const ports = [await freePort(), await freePort()];
      const child = start([], { ...environment(ports), ...settings });
      const ended = end(child);
      await readyStatus(`http://127.0.0.1:${ports[1]}/readyz`, child);
      child.kill('SIGTERM');
      const lines = (await ended).output.trim().split('\n');
      const events = lines.map((line) => JSON.parse(line) as { event: string; why?: string });
      return events.filter(({ event }) => event === 'compiled-code-unused').map(({ why }) => why);
    }
  });
});

/** Of the folder that is the first argument; the rest is the command. */
const inReadOnly = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';

async function buildBase(name: string, instruction: string, fill: (root: string) => Promise<void>): Promise<void> {
  const stage = join(folder, 'stage');
  await mkdir(join(stage, 'root'), { recursive: true });
  await fill(join(stage, 'root'));
  await writeFile(join(stage, 'Dockerfile'), `FROM scratch\nCOPY root/ /\n${instruction}\n`);
  await buildah([...offlineBuild, `--tag=${name}`, stage]);
  await rm(stage, { recursive: true });
}

async function inspect(container: string): Promise<ImageConfig> {
  const { stdout } = await buildah(['inspect', container]);
  return (JSON.parse(stdout) as { Docker: { config: ImageConfig } }).Docker.config;
}

async function end(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The first answer other than "not ready"; undefined when the program has ended. */
async function readyStatus(url: string, child: ChildProcess): Promise<number | undefined> {
  while (child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined && response.status !== 503) return response.status;
    await sleep(20);
  }
  return undefined;
}
