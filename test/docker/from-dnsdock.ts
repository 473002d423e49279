/** docs/from-dnsdock.md, followed: its commands run as they stand there, with Podman in the place of Docker. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../support/machine/command.ts';
import { imageStage } from '../support/machine/image-environment.ts';
import { projectFolder } from '../support/machine/paths.ts';
import { ask } from '../support/wire/ask.ts';
import { listed, type Checks } from './checks.ts';
import { startClients, type DockerClient } from './clients.ts';
import type { Podman } from './podman.ts';
import { startUpstream } from './upstream.ts';
import type { WorldOptions } from './world.ts';

/** Of the page: where the sidecar listens, and the nameserver. */
const [server, nameserver] = ['172.17.0.1', '192.0.2.53'];
/** Docker's `bridge`. */
const network = 'podman';

const page = readFileSync(join(projectFolder, 'docs/from-dnsdock.md'), 'utf8');
const blocks = [...page.matchAll(/^ *```sh\n(.*?)```$/gms)].map(([, text = '']) => text);
/** The names of each row of its table, and the container that has them. */
const rows = [...page.matchAll(/^ +\| (`.*) \| (\w+) \|$/gm)].map(([, names = '', container = '']) => ({
  names: [...names.matchAll(/`([\w.]+\w)`/g)].map(([, name = '']) => name),
  container,
}));

export async function proveFromDnsdock(podman: Podman, options: WorldOptions, checks: Checks): Promise<void> {
  const [containers = '', old = '', logs = '', renewed = ''] = blocks;
  if (blocks.length !== 4 || rows.length < 5) return checks.fail('from dnsdock', 'the page has another form');
  await runCommand('ip', ['address', 'add', nameserver, 'dev', 'lo']);
  const upstream = await startUpstream(nameserver);
  const shell = await prepareShell(podman, options);
  const probes = options.probes.filter(({ name }) => name !== 'musl-1.2.2');
  const clients = await startClients(podman, { ...options, probes }, { [network]: server });
  try {
    await shell(containers);
    const follow: Follow = { podman, clients, checks };
    await shell(old);
    await proveNames('from dnsdock: with its arguments', follow);
    const told = (await shell(logs))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as OldArgument);
    checks.hold('from dnsdock: the log names what to set', listed(untold(told, old, renewed)));
    await shell(renewed);
    await proveNames('from dnsdock: with the variables of the page', follow);
    checks.hold('from dnsdock: no argument is left', (await shell(`${logs.trim()} || true`)).trim() || undefined);
  } finally {
    for (const client of clients) client.close();
    await shell('docker rm --force --time 0 --all');
    upstream.close();
  }
}

interface OldArgument {
  readonly argument: string;
  readonly message: string;
}

/** Arguments of the command that have no line, and variables in the lines that the page does not set in their place. */
function untold(told: readonly OldArgument[], old: string, renewed: string): string[] {
  const [, behindImage = ''] = old.split('docker-host:0.1.0');
  const given = [...behindImage.matchAll(/ (--[a-z]+)/g)].map(([, name = '']) => name);
  const silent = given.filter((name) => !told.some(({ argument }) => argument === name));
  const unset = told.filter(({ message }) => {
    const [, setting = ''] = /is read as (\w+=[^;\s]*[^;,\s])/.exec(message) ?? [];
    return setting === '' || !renewed.includes(`-e ${setting}`);
  });
  return [...silent.map((name) => `no line for ${name}`), ...unset.map(({ message }) => `not on the page: ${message}`)];
}

interface Follow {
  readonly podman: Podman;
  readonly clients: readonly DockerClient[];
  readonly checks: Checks;
}

async function proveNames(what: string, { podman, clients, checks }: Follow): Promise<void> {
  await waitForAnswers();
  const differences: string[] = [];
  const compare = async (client: DockerClient, name: string, expected: string): Promise<void> => {
    const found = (await client.look(name)).join(' ');
    if (found !== expected) differences.push(`${client.libc} ${name}: ${found}, not ${expected}`);
  };
  for (const client of clients) await compare(client, 'known.test', '192.0.2.77 2001:db8::77');
  for (const { names, container } of rows) {
    const expected = container === 'none' ? 'NONAME' : await addressOf(podman, container);
    for (const client of clients) for (const name of names) await compare(client, name, expected);
  }
  for (const [name, ttl] of [
    ['web.nginx.eu.dev.lan', 5],
    ['mysql.dev.lan', 30],
  ] as const) {
    const [record] = (await ask(name, { port: 53, host: server })).answers ?? [];
    const found = record !== undefined && 'ttl' in record ? record.ttl : undefined;
    if (found !== ttl) differences.push(`the TTL of ${name} is ${found}, not ${ttl}`);
  }
  checks.hold(what, listed(differences));
}

/** Until the containers have been read for the first time, their names are failures. */
async function waitForAnswers(): Promise<void> {
  for (let left = 100; left > 0; left--) {
    const reply = await Promise.race([ask('mysql.dev.lan', { port: 53, host: server }), sleep(200)]);
    if (reply && (reply as { rcode?: string }).rcode === 'NOERROR') return;
    await sleep(100);
  }
}

async function addressOf(podman: Podman, container: string): Promise<string> {
  const json = (await podman.call('GET', `/containers/${container}/json`)) as {
    NetworkSettings: { Networks: Readonly<Record<string, { IPAddress: string }>> };
  };
  return json.NetworkSettings.Networks[network]?.IPAddress ?? '';
}

/** Runs the lines of a block, where `docker` is Podman, and the images of the page are there; gives what they print. */
async function prepareShell(podman: Podman, { folder }: WorldOptions): Promise<(block: string) => Promise<string>> {
  const archive = join(folder, 'root.tar');
  const importImage = (name: string, changes: readonly string[]) =>
    runCommand('podman', [...podman.flags, 'import', ...changes.map((change) => `--change=${change}`), archive, name]);
  const image = /registry\.example\/\S+/.exec(page)?.[0] ?? '';
  await importImage('localhost/nginx:latest', ['CMD ["/idle"]']);
  await importImage(image, imageStage('sidecar', 'docker-host'));
  const binds = [
    ...['/usr', '/lib', '/lib64'].map((path) => [path, path]),
    [dirname(process.execPath), '/nodejs/bin'],
    [join(projectFolder, 'dist'), '/app/dist'],
  ].map(([from, to]) => `-v ${from}:${to}:ro`);
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const docker = join(bin, 'docker');
  writeFileSync(
    docker,
    `#!/bin/sh
case "$1" in run) shift; set -- run ${binds.join(' ')} "$@" ;; esac
exec podman ${podman.flags.join(' ')} "$@"
`,
  );
  chmodSync(docker, 0o755);
  return (block) => runCommand('sh', ['-euc', `PATH=${bin}:$PATH\n${block}`]);
}
