/** A container with an address in the network of the machine (macvlan): other machines reach it by its name, this one does not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { runCommand } from '../../support/machine/command.ts';
import type { Checks } from '../checks.ts';
import { docker, endSidecar, startSidecar } from './sidecar.ts';

/** A cable to a machine whose nameserver is the sidecar: a network namespace. */
const cable = `
ip netns add far
ip link add lan type veth peer name eth0 netns far
ip address add 192.168.77.1/24 dev lan
ip link set lan up
ip -n far address add 192.168.77.9/24 dev eth0
ip -n far link set eth0 up
`;

export async function proveLan(checks: Checks): Promise<void> {
  await runCommand('sh', ['-euc', cable]);
  mkdirSync('/etc/netns/far', { recursive: true });
  writeFileSync('/etc/netns/far/resolv.conf', 'nameserver 192.168.77.1\n');
  await docker('network create --driver macvlan --opt parent=lan --subnet 192.168.77.0/24 lan');
  await docker('run -d --name page --network lan --ip 192.168.77.130 nginx');
  await startSidecar('--network host -e RESOLVER_LISTEN=192.168.77.1:53');
  const node = (script: string): string[] => [process.execPath, '--eval', `${script}.then(console.log)`];
  const look = node("require('dns').promises.lookup('page.docker').then(({ address }) => address)");
  const read = node(`fetch('http://192.168.77.130/').then((page) => page.text(), (error) => error.cause.code)`);
  const readByName = read.map((word) => word.replace('192.168.77.130', 'page.nginx.docker'));
  const far = async (command: readonly string[]): Promise<string> =>
    (await runCommand('ip', ['netns', 'exec', 'far', ...command])).trim();
  checks.same('macvlan: a name asked for by another machine', await far(look), '192.168.77.130');
  checks.same('macvlan: what the other machine reads of it', await far(readByName), 'It works');
  const here = await runCommand(process.execPath, read.slice(1));
  checks.same('macvlan: what this machine reads of it', here.trim(), 'EHOSTUNREACH');
  await endSidecar();
}
