/** The documented compose file, started and ended by Compose itself; and projects of its users, which find each other. */
import { runCommand } from '../../support/machine/command.ts';
import { projectFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import { ask, described } from '../../support/wire/ask.ts';
import type { Checks } from '../checks.ts';
import { shellBlocks } from '../page.ts';
import { look } from './look.ts';
import { docker, untilReady } from './sidecar.ts';

const documented = 'compose -f manifests/docker-host/compose.yaml';

export async function proveCompose(checks: Checks): Promise<void> {
  const [start = []] = shellBlocks('docs/docker.md', 'What it does with the API');
  await runCommand('sh', ['-euc', start.join('\n')], { cwd: projectFolder });
  await untilReady();
  for (const project of projects) await compose(project, 'up -d --scale db=2');
  await proveNames(checks);
  await proveProxy(checks);
  for (const project of projects) await compose(project, 'down');
  await until('the end of the projects', 10_000, async () =>
    (await found('db.docker')) === 'NXDOMAIN' ? true : undefined,
  );
  checks.same('Compose: names of projects that are no more', await found('db.shop.docker'), 'NXDOMAIN');
  await docker(`${documented} down`);
  for (const what of ['ps --all', 'network ls'])
    checks.same(`Compose: what it leaves, ${what}`, await docker(`${what} --quiet --filter name=alpine-resolver`), '');
}

interface Project {
  readonly name: string;
  readonly subnet: string;
}

/** Both have a service of the same name. */
const projects: readonly Project[] = [
  { name: 'shop', subnet: '172.31.1' },
  { name: 'blog', subnet: '172.31.2' },
];

function compose({ name, subnet }: Project, what: string): Promise<string> {
  const input = `
services:
  db: { image: nginx, stop_signal: SIGKILL }
networks:
  default: { ipam: { config: [{ subnet: ${subnet}.0/24 }] } }
`;
  return runCommand('docker', ['compose', '-p', name, '-f', '-', ...what.split(' ')], { input });
}

/** Where the client is, and what it finds. */
const rows: readonly (readonly [where: string, options: string, name: string, expected: string])[] = [
  ['in its project', '--network shop_default', 'db.shop.docker', '172.31.1.2 172.31.1.3'],
  ['in its project', '--network shop_default', 'db.docker', '172.31.1.2 172.31.1.3'],
  ['in the other project', '--network blog_default', 'db.docker', '172.31.2.2 172.31.2.3'],
  ['in the other project', '--network blog_default', 'db.shop.docker', '172.31.1.2 172.31.1.3'],
  ['in neither', '--network bridge', 'db.blog.docker', '172.31.2.2 172.31.2.3'],
  ['in neither', '--network bridge', 'db.docker', '172.31.1.2 172.31.1.3 172.31.2.2 172.31.2.3'],
];

async function proveNames(checks: Checks): Promise<void> {
  for (const [where, options, name, expected] of rows)
    checks.same(`Compose: ${name} asked for ${where}`, await look(`${options} --dns 172.17.0.1`, name), expected);
  const one = await found('shop-db-1.docker');
  checks.hold('Compose: one of two, asked for by the host', /^NOERROR A 172\.31\.1\.[23]$/.test(one) ? undefined : one);
  const page = await docker('run --rm --network blog_default --dns 172.17.0.1 alpine wget -qO- http://db.blog.docker/');
  checks.same('Compose: a service reached by its name', page, 'It works\n');
}

/** It lets pass what the sidecar asks for and nothing else, ends at once, and what changes meanwhile is found when it is back. */
async function proveProxy(checks: Checks): Promise<void> {
  const { status } = await fetch('http://172.30.53.2:2375/info');
  checks.same('Compose: what the proxy refuses', String(status), '403');
  const log = await docker(`${documented} logs --no-log-prefix socket`);
  const refused = [...log.matchAll(/"([A-Z]+ \S+) HTTP/g)].map(([, request]) => request);
  checks.same('Compose: what it has refused', refused.join(), 'GET /info');
  const before = await found('shop-db-1.docker');
  const startedMs = performance.now();
  await docker(`${documented} stop socket`);
  const tookMs = Math.round(performance.now() - startedMs);
  // Docker would kill it after ten seconds.
  checks.hold('Compose: the proxy ends although events are read', tookMs < 9000 ? undefined : `${tookMs} ms`);
  await docker('rename shop-db-1 renamed');
  checks.same('Compose: without the proxy counts what was known', await found('renamed.docker'), 'NXDOMAIN');
  await docker(`${documented} start socket`);
  const renamed = async (): Promise<true | undefined> =>
    (await found('renamed.docker')) === before ? true : undefined;
  checks.hold(
    'Compose: with the proxy again what is',
    await until('the new name', 20_000, renamed).then(() => undefined, String),
  );
}

/** What the host is answered. */
const found = async (name: string): Promise<string> => described(await ask(name, { port: 5300, host: '127.0.0.1' }));
