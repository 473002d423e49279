/** On the machine with systemd the page is followed, and everything that it promises is asked for. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, tryRun } from '../../support/machine/command.ts';
import { projectFolder } from '../../support/machine/paths.ts';
import { ask, described } from '../../support/wire/ask.ts';
import type { Checks } from '../checks.ts';
import { isReady } from '../host-sidecar.ts';
import { shellBlocks } from '../page.ts';
import { start, type Podman } from '../podman.ts';
import { startUpstream, type Upstream } from '../upstream.ts';
import { connectMachine, startDocker, upstreamAddress } from './set-up.ts';

const unit = 'alpine-resolver.service';

export async function proveSystemd(folder: string, checks: Checks): Promise<void> {
  await connectMachine();
  const upstream = await startUpstream(upstreamAddress);
  const podman = await startDocker(folder);
  try {
    const [install = [], resolved = [], api = []] = shellBlocks('docs/docker.md', 'systemd');
    await follow(install);
    await proveUnit(podman, checks);
    await proveResolved(resolved, { upstream, checks });
    await proveApi(api, checks);
    await runCommand('systemctl', ['stop', unit]);
    checks.same('it ends with success', await shown('Result'), 'success');
    const links = await runCommand('ip', ['-brief', 'link']);
    checks.hold('and nothing of it is left', links.includes('docker-dns') ? links : undefined);
  } finally {
    upstream.close();
    await podman.stop();
  }
}

/** What the page has its reader type, but for what takes the network. */
async function follow(lines: readonly string[]): Promise<void> {
  const script = lines.filter((line) => !line.startsWith('npm ')).join('\n');
  await runCommand('sh', ['-euc', script], { cwd: projectFolder });
}

const shown = async (property: string): Promise<string> =>
  (await runCommand('systemctl', ['show', '--value', `--property=${property}`, unit])).trim();

const addressOf = async (name: string, port: number, host?: string): Promise<string> =>
  described(await ask(name, { port, ...(host === undefined ? {} : { host }) }));

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let left = 300; !(await condition()); left--) {
    if (left === 0) throw new Error(`${what}: not within 30 s`);
    await sleep(100);
  }
}

async function proveUnit(podman: Podman, checks: Checks): Promise<void> {
  const file = `/etc/systemd/system/${unit}`;
  const { stdout, stderr, code } = await tryRun('systemd-analyze', ['verify', file]);
  checks.same('systemd-analyze verify has nothing to say', `${code} ${stdout}${stderr}`.trim(), '0');
  const exposure = await runCommand('systemd-analyze', ['security', '--no-pager', unit]);
  const level = Number(/exposure level.*: ([\d.]+)/.exec(exposure)?.[1] ?? 10);
  checks.hold(`its exposure is ${level} of 10`, level <= 2 ? undefined : 'more than 2');
  await until('a start without the bridge has failed', async () => Number(await shown('NRestarts')) > 0);
  await start(podman, 'web', { HostConfig: { NetworkMode: 'docker' } });
  await until('it is ready when the bridge is there', isReady);
  checks.same('it starts when the bridge is there', await shown('ActiveState'), 'active');
  const status = readFileSync(`/proc/${await shown('MainPID')}/status`, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
  checks.hold('it is not root', Number(field('Uid')) > 0 ? undefined : status);
  checks.same(
    'it may bind ports, and nothing else',
    `${field('CapEff')} ${field('CapBnd')}`,
    `${bindOnly} ${bindOnly}`,
  );
  checks.same(
    'it gains nothing, and its system calls are filtered',
    `${field('NoNewPrivs')} ${field('Seccomp')}`,
    '1 2',
  );
  checks.same('it answers at the bridge', await addressOf('web.docker', 53, '172.17.0.1'), webAnswer);
}

/** CAP_NET_BIND_SERVICE. */
const bindOnly = (1 << 10).toString(16).padStart(16, '0');
const webAnswer = 'NOERROR A 172.17.0.2';

async function proveResolved(lines: readonly string[], { upstream, checks }: { upstream: Upstream; checks: Checks }) {
  const before = await tryRun('getent', ['ahostsv4', 'web.docker']);
  checks.same('before, the host does not know the name', `${before.code}`, '2');
  await follow(lines.filter((line) => !line.startsWith('getent')));
  await until('it is ready again', isReady);
  upstream.asked.length = 0;
  const found = await runCommand('getent', ['ahostsv4', 'web.docker']);
  checks.same('systemd-resolved has the host find it', found.split(/\s/)[0] ?? '', '172.17.0.2');
  checks.same('and asked itself it says the same', await addressOf('web.docker', 53, '127.0.0.53'), webAnswer);
  checks.same('no other nameserver heard of it', upstream.asked.join(), '');
  checks.same('other names go to the servers of the host', await addressOf('known.test', 53, '127.0.0.53'), known);
  checks.same('once, past the sidecar', upstream.asked.join(), 'known.test');
  await runCommand('resolvectl', ['flush-caches']);
  checks.same('and so do they where the sidecar is asked', await addressOf('known.test', 5300), known);
  checks.same('in no loop', upstream.asked.join(), 'known.test,known.test');
}

const known = 'NOERROR A 192.0.2.77';

async function proveApi(lines: readonly string[], checks: Checks): Promise<void> {
  await follow(lines);
  await until('it is ready with the API', isReady);
  const headers = { Authorization: `Bearer ${readFileSync('/etc/alpine-resolver/token', 'utf8').trim()}` };
  const made = await fetch('http://127.0.0.1:8080/services/printer', {
    ...{ method: 'PUT', headers: { ...headers, 'Content-Type': 'application/json' } },
    body: '{"Name": "printer", "IPs": ["10.0.0.9"], "Aliases": ["print.lan"]}',
  });
  checks.hold('a service is made by hand', made.ok ? undefined : `${made.status} ${await made.text()}`);
  await runCommand('systemctl', ['restart', unit]);
  await until('it is ready after a restart', isReady);
  checks.same('and is there after a restart', await addressOf('print.lan', 5300), 'NOERROR A 10.0.0.9');
}
