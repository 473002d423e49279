/** Docker in the namespaces of this process, with the images that the page names. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, tryRun } from '../../support/machine/command.ts';
import { projectFolder } from '../../support/machine/paths.ts';
import type { Engine } from './stage.ts';

export const engineLog = '/run/dockerd.log';

/** Control groups are the kernel's own: this one is taken away at the end. */
const controlGroup = '/alpine-resolver-docker';

/** No number of a group that root is in. */
const socketGroup = '998';

export interface RunningEngine {
  /** Without any of its containers, and with these arguments besides. */
  restart(more: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startEngine(engine: Engine): Promise<RunningEngine> {
  Object.assign(process.env, engine.env);
  let end = await startDaemon([]);
  await makeImages(engine);
  return {
    async restart(more) {
      await end();
      end = await startDaemon(more);
    },
    async stop() {
      await end();
      await runCommand('rmdir', [`/sys/fs/cgroup${controlGroup}`]);
    },
  };
}

/** Resolves to what ends it. */
async function startDaemon(more: readonly string[]): Promise<() => Promise<void>> {
  const log = openSync(engineLog, 'a');
  const folders = ['--data-root=/run/dockerd/data', '--exec-root=/run/dockerd/exec', '--pidfile=/run/dockerd/pid'];
  const others = [
    '--host=unix:///run/docker.sock',
    `--group=${socketGroup}`,
    '--storage-driver=overlay2',
    `--cgroup-parent=${controlGroup}`,
  ];
  const child = spawn('dockerd', [...folders, ...others, ...more], { stdio: ['ignore', log, log] });
  const ended = once(child, 'exit');
  for (let left = 200; (await tryRun('docker', ['version'])).code !== 0; left--) {
    if (left === 0 || child.exitCode !== null) throw new Error('Docker did not start');
    await sleep(100);
  }
  return async () => {
    // Docker itself would wait ten seconds for programs that take no signal.
    await runCommand('sh', ['-euc', 'docker ps --all --quiet | xargs -r docker rm --force']);
    child.kill('SIGTERM');
    await ended;
  };
}

/** The image of the host is what its Dockerfile makes of the bundles, which are built already. */
async function makeImages({ runtime, alpine, haproxy }: Engine): Promise<void> {
  const load = (root: string, name: string): Promise<string> =>
    runCommand('sh', ['-euc', 'tar -C "$0" -c . | docker import - "$1"', root, name]);
  await load(alpine, 'alpine');
  await load(runtime, 'runtime');
  const context = '/run/context';
  mkdirSync(context);
  cpSync(join(projectFolder, 'dist'), join(context, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map'),
  });
  cpSync(join(projectFolder, 'LICENSE'), join(context, 'LICENSE'));
  writeFileSync(
    join(context, 'web.cjs'),
    "require('http').createServer((_, reply) => reply.end('It works\\n')).listen(80);\n",
  );
  const [, stage = ''] = readFileSync(join(projectFolder, 'Dockerfile.sidecar'), 'utf8').split(' AS docker-host\n');
  const [own = ''] = stage.split('\nFROM ');
  const lines = own.replace('--from=build-discovery ', '').replaceAll('/src/dist/', 'dist/');
  const build = (name: string, text: string): Promise<string> =>
    runCommand('docker', ['build', '--quiet', '--tag', name, '--file', '-', context], {
      input: `FROM runtime\n${text}`,
    });
  const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string };
  await build(`registry.example/alpine-resolver/docker-host:${version}`, lines);
  await build('nginx', 'COPY web.cjs /\nEXPOSE 80/tcp\nCMD ["/usr/local/bin/node", "/web.cjs"]\n');
  cpSync(haproxy, join(context, 'haproxy'), { recursive: true, verbatimSymlinks: true });
  // As its own image has it: the program does not end before its streams at SIGUSR1.
  await build('haproxy:lts-alpine', `COPY haproxy /\nSTOPSIGNAL SIGUSR1\nCMD ${JSON.stringify(haproxyCommand)}\n`);
}

const haproxyCommand = ['/usr/sbin/haproxy', '-W', '-db', '-f', '/usr/local/etc/haproxy/haproxy.cfg'];
