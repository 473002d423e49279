/** Which set-ups show the sidecar its client: by the addresses that it is given of a container in three networks. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checks } from '../checks.ts';
import { look } from './look.ts';
import { docker, endSidecar, startSidecar } from './sidecar.ts';

const networks = { shop: '172.30.1.0/24', back: '172.30.2.0/24' };
const all = '172.17.0.3 172.30.1.2 172.30.2.2';

/** Where the client is, and what it finds. */
type Row = readonly [where: string, options: string, name: string, expected: string];

/** The sidecar in the network of the host. */
const onHost: readonly Row[] = [
  ['in the default bridge', '--dns 172.17.0.1', 'both.docker', '172.17.0.3'],
  ['in a network, through 127.0.0.11', '--network shop --dns 172.17.0.1', 'both.docker', '172.30.1.2'],
  ['in another network', '--network back --dns 172.17.0.1', 'both.docker', '172.30.2.2'],
  ['in the network of another container', '--network container:both', 'both.docker', '172.17.0.3'],
  ['on the host, at the bridge', '--network host --dns 172.17.0.1', 'both.docker', '172.17.0.3'],
  ['on the host, at loopback', '--network host --dns 127.0.0.1', 'both.docker', all],
  ['in the default bridge', '--dns 172.17.0.1', 'machine.docker', '172.17.0.1'],
  ['in a network', '--network shop --dns 172.17.0.1', 'machine.docker', '172.30.1.1'],
];

/**
 * The sidecar in a container with an address in each network, and with a published port: who asks there has the address of a
 * gateway, whoever it is, and gets the addresses of that one's network.
 */
const inNetworks: readonly Row[] = [
  ['in the first network', '--network shop --dns 172.30.1.53', 'both.docker', '172.30.1.2'],
  ['in the second network', '--network back --dns 172.30.2.53', 'both.docker', '172.30.2.2'],
  ['on the host, at the published port', '--network host --dns 172.17.0.1', 'both.docker', '172.30.2.2'],
  ['in the default bridge, at the published port', '--dns 172.17.0.1', 'both.docker', '172.30.2.2'],
  ['in the second network, at the published port', '--network back --dns 172.17.0.1', 'both.docker', '172.30.2.2'],
];

export async function proveSetUps(checks: Checks): Promise<void> {
  for (const [name, subnet] of Object.entries(networks)) await docker(`network create --subnet ${subnet} ${name}`);
  await docker('run -d --name both --dns 172.17.0.1 nginx');
  for (const name of Object.keys(networks)) await docker(`network connect ${name} both`);
  await docker('run -d --name machine --network host nginx');
  await startSidecar('--network host -e RESOLVER_LISTEN=172.17.0.1:53,127.0.0.1:53');
  await proveRows('the sidecar on the host', onHost, checks);
  await endSidecar();
  const published = '-p 172.17.0.1:53:53/udp -p 172.17.0.1:53:53/tcp -p 127.0.0.1:9953:9953';
  await startSidecar(
    `--network shop --ip 172.30.1.53 ${published} -e RESOLVER_ADMIN_LISTEN=:9953 -e RESOLVER_LISTEN=:53 -e RESOLVER_ALLOW_CLIENTS=loopback,attached`,
  );
  await docker('network connect --ip 172.30.2.53 back dns');
  await untilListening('172.30.2.53:53');
  await proveRows('the sidecar in networks', inNetworks, checks);
  await endSidecar();
}

/** Within five seconds of the address. */
async function untilListening(address: string): Promise<void> {
  for (let left = 100; !(await docker('logs dns')).includes(`"${address}"`); left--) {
    if (left === 0) throw new Error(`the sidecar does not listen on ${address} within 10 s`);
    await sleep(100);
  }
}

async function proveRows(what: string, rows: readonly Row[], checks: Checks): Promise<void> {
  for (const [where, options, name, expected] of rows) {
    const found = await look(options, name);
    checks.same(`${what}, ${name} asked for ${where}`, found, expected);
  }
}
