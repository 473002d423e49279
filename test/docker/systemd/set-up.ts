/** What a machine has before the sidecar comes: a nameserver of its own, and Docker. */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../support/machine/command.ts';
import { startPodman, type Podman } from '../podman.ts';

export const upstreamAddress = '198.18.0.1';

/** A link with a nameserver, as any machine has one. */
export async function connectMachine(): Promise<void> {
  await runCommand('ip', ['link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'far']);
  await runCommand('ip', ['address', 'add', `${upstreamAddress}/24`, 'dev', 'wan']);
  for (const name of ['wan', 'far']) await runCommand('ip', ['link', 'set', name, 'up']);
  await runCommand('systemctl', ['start', 'dbus', 'systemd-resolved']);
  await runCommand('resolvectl', ['dns', 'wan', upstreamAddress]);
}

/** The bridge that Docker makes, which is there when the first container is; and the group that may open the socket. */
export async function startDocker(folder: string): Promise<Podman> {
  const networks = '/run/podman/networks';
  mkdirSync(networks, { recursive: true });
  const bridge = {
    ...{ name: 'docker', id: 'd0'.repeat(32), driver: 'bridge', network_interface: 'docker0' },
    ...{ subnets: [{ subnet: '172.17.0.0/16', gateway: '172.17.0.1' }], dns_enabled: false },
    ...{ ipam_options: { driver: 'host-local' }, created: new Date().toISOString() },
  };
  writeFileSync(join(networks, 'docker.json'), JSON.stringify(bridge));
  const podman = await startPodman({ folder, idle: join(folder, 'idle') });
  chownSync(podman.socket, 0, 998);
  chmodSync(podman.socket, 0o660);
  return podman;
}

/** There is no journal here: the unit has a file of its own. */
export const unitLog = '/run/alpine-resolver.log';

/** Below the unit, so that what the page has its reader install is as it is. */
export function keepUnitLog(): void {
  const folder = '/run/units/alpine-resolver.service.d';
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'log.conf'),
    `[Service]\nStandardOutput=append:${unitLog}\nStandardError=append:${unitLog}\n`,
  );
}
