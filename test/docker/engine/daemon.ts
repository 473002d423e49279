/** The documented daemon.json: all containers ask the sidecar, and the sidecar's own one servers that are named for it. */
import { join } from 'node:path';
import { projectFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import type { Checks } from '../checks.ts';
import { upstreamAddress } from '../upstream.ts';
import { look } from './look.ts';
import { docker, endSidecar, startSidecar } from './sidecar.ts';
import type { RunningEngine } from './start.ts';

export async function proveDaemon(engine: RunningEngine, checks: Checks): Promise<void> {
  await engine.restart([`--config-file=${join(projectFolder, 'manifests/docker-host/daemon.json')}`]);
  await docker('run -d --name all nginx');
  const onHost = '--network host -e RESOLVER_LISTEN=172.17.0.1:53';
  await startSidecar(`${onHost} -e RESOLVER_NAMESERVERS=${upstreamAddress}`);
  for (const [name, expected] of [
    ['all.docker', '172.17.0.2'],
    ['all', '172.17.0.2'],
    ['known.test', '192.0.2.77'],
  ] as const)
    checks.same(`daemon.json: ${name} asked for by a container`, await look('--network bridge', name), expected);
  await docker('network create --subnet 172.30.9.0/24 ninth');
  await docker('network connect ninth all');
  checks.same('daemon.json: in a network', await look('--network ninth', 'all.docker'), '172.30.9.2');
  await endSidecar();
  await startSidecar(onHost);
  const dead = async (): Promise<true | undefined> =>
    /"server-dead".*"172\.17\.0\.1.*"loop"/.test(await docker('logs dns')) ? true : undefined;
  checks.hold(
    'daemon.json: the sidecar is told to ask itself where no servers are named',
    await until('the line that says so', 10_000, dead).then(() => undefined, String),
  );
  await endSidecar();
}
