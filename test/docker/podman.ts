/** Podman's service in the namespaces of this process, and what is done to its containers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, tryRun } from '../support/machine/command.ts';
import type { WorldOptions } from './world.ts';

export interface Podman {
  readonly socket: string;
  /** In front of a command of Podman. */
  readonly flags: readonly string[];
  /** A request of the API; the answer as JSON. Throws where it is an error. */
  call(method: string, path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

export const imageName = 'localhost/nginx:1';
const socket = '/run/docker.sock';

/** Networks without a server of Podman's own, which would take port 53 of their gateways. */
const networks = [
  ['--disable-dns', '--subnet=10.89.0.0/24', 'front'],
  ['--disable-dns', '--subnet=10.89.1.0/24', '--ipv6', '--subnet=fd00:89:1::/64', 'back'],
  ['--disable-dns', '--subnet=fd00:89:2::/64', 'six'],
];

/** The machine is to have been prepared. */
export async function startPodman(options: Pick<WorldOptions, 'folder' | 'idle'>): Promise<Podman> {
  const configuration = join(options.folder, 'containers.conf');
  writeFileSync(
    configuration,
    '[containers]\ncgroups = "disabled"\nlog_driver = "k8s-file"\n[network]\ndefault_subnet = "172.17.0.0/16"\n',
  );
  process.env['CONTAINERS_CONF'] = configuration;
  const folders = { root: '/run/podman/storage', runroot: '/run/podman/run', tmpdir: '/run/podman/tmp' };
  for (const path of [...Object.values(folders), '/run/podman/networks']) mkdirSync(path, { recursive: true });
  const flags = [
    ...Object.entries(folders).map(([name, path]) => `--${name}=${path}`),
    ...['--network-config-dir=/run/podman/networks', '--events-backend=file', '--storage-driver=vfs'],
    '--cgroup-manager=cgroupfs',
  ];
  await runCommand('podman', [...flags, 'import', await makeArchive(options), imageName]);
  for (const network of networks) await runCommand('podman', [...flags, 'network', 'create', ...network]);
  const service = spawn('podman', [...flags, 'system', 'service', '-t', '0', `unix://${socket}`], { stdio: 'ignore' });
  const ended = once(service, 'exit');
  for (let left = 200; !existsSync(socket); left--) {
    if (left === 0) throw new Error('the service of Podman did not start');
    await sleep(50);
  }
  return {
    socket,
    flags,
    call,
    async stop() {
      service.kill('SIGTERM');
      await ended;
    },
  };
}

/** Creates a container and starts it; gives its id. */
export async function start(podman: Podman, name: string, more: Record<string, unknown> = {}): Promise<string> {
  const path = `/containers/create?name=${name}`;
  const { Id: id } = (await podman.call('POST', path, { Image: imageName, Cmd: ['/idle'], ...more })) as { Id: string };
  await podman.call('POST', `/containers/${id}/start`);
  return id;
}

/** The namespaces of this process as both parts need them. */
export async function prepareMachine(): Promise<void> {
  await runCommand('ip', ['link', 'set', 'lo', 'up']);
  for (const path of ['/run', '/dev/shm']) await runCommand('mount', ['-t', 'tmpfs', 'tmpfs', path]);
  // crun takes no machine that has both kinds of control groups.
  await tryRun('umount', ['-R', '/sys/fs/cgroup']);
  await runCommand('mount', ['-t', 'cgroup2', 'none', '/sys/fs/cgroup']);
}

/** The root of the image: the program that waits, and nothing else. */
async function makeArchive({ folder, idle }: Pick<WorldOptions, 'folder' | 'idle'>): Promise<string> {
  const root = join(folder, 'root');
  const archive = join(folder, 'root.tar');
  mkdirSync(join(root, 'etc'), { recursive: true });
  copyFileSync(idle, join(root, 'idle'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:\n');
  await runCommand('tar', ['-C', root, '-cf', archive, '.']);
  return archive;
}

function call(method: string, path: string, body?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { Host: 'docker', 'Content-Type': 'application/json' };
    const asked = request({ socketPath: socket, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 400) reject(new Error(`${method} ${path}: ${statusCode} ${text.slice(0, 200)}`));
        else resolve(/^[{[]/.test(text) ? JSON.parse(text) : text);
      });
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
