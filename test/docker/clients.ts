/** Containers that stay, with a real C library in each, and lookups from within them. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { runCommand } from '../support/machine/command.ts';
import { createAgent, type Agent, type ProbeResult } from '../support/worlds/agent.ts';
import { imageName, type Podman } from './podman.ts';
import type { WorldOptions } from './world.ts';

export interface DockerClient {
  readonly name: string;
  readonly libc: string;
  /** By which the sidecar sees it. */
  readonly network: string;
  /** `OK` and the addresses in one order, or how it ended. */
  look(name: string): Promise<readonly string[]>;
  run(command: string): Promise<ProbeResult>;
  close(): void;
}

export const gateways: Readonly<Record<string, string>> = { front: '10.89.0.1', back: '10.89.1.1' };

/** One for each C library and network; of each network the address that they ask. */
export async function startClients(
  podman: Podman,
  { probes }: WorldOptions,
  servers: Readonly<Record<string, string>> = gateways,
): Promise<DockerClient[]> {
  const clients: DockerClient[] = [];
  for (const { name: libc, probe } of probes) {
    for (const [network, server] of Object.entries(servers)) {
      const name = `client-${libc.replaceAll('.', '-')}-${network}`;
      const id = await startClientContainer(podman, { name, network, server, probe });
      clients.push(await createClient(podman, { id, name, libc, network, probe }));
    }
  }
  await keepBridgeAddresses();
  return clients;
}

/**
 * A bridge takes over the lowest address of its ports, which come and go: what clients know of the gateway would be wrong for
 * seconds. Docker sets the address, and so is it here.
 */
async function keepBridgeAddresses(): Promise<void> {
  const links = JSON.parse(await runCommand('ip', ['-json', 'link', 'show', 'type', 'bridge'])) as readonly LinkJson[];
  for (const { ifname, address } of links) await runCommand('ip', ['link', 'set', 'dev', ifname, 'address', address]);
}

interface LinkJson {
  readonly ifname: string;
  readonly address: string;
}

async function startClientContainer(
  podman: Podman,
  { name, network, server, probe }: Pick<ClientParts, 'name' | 'network' | 'probe'> & { readonly server: string },
): Promise<string> {
  const folders = ['/usr', '/lib', '/lib64', ...new Set(probe.map((path) => dirname(path)))];
  const { Id: id } = (await podman.call('POST', `/containers/create?name=${name}`, {
    Image: imageName,
    Cmd: ['/idle'],
    HostConfig: {
      NetworkMode: network,
      Dns: [server],
      Binds: folders.map((folder) => `${folder}:${folder}:ro`),
    },
  })) as { Id: string };
  await podman.call('POST', `/containers/${id}/start`);
  return id;
}

interface ClientParts {
  readonly id: string;
  readonly name: string;
  readonly libc: string;
  readonly network: string;
  readonly probe: readonly string[];
}

async function createClient(podman: Podman, { id, name, libc, network, probe }: ClientParts): Promise<DockerClient> {
  const json = (await podman.call('GET', `/containers/${id}/json`)) as { State: { Pid: number } };
  const enter = [`--target=${json.State.Pid}`, '--net', '--mount', '--root', '--wd=/', ...probe, '--serve'];
  const agent: Agent = createAgent(spawn('nsenter', enter, { stdio: ['pipe', 'pipe', 'inherit'] }));
  const run = async (command: string): Promise<ProbeResult> => {
    const [result] = await agent.run(command);
    if (result === undefined) throw new Error(`${name} says nothing to ${command}`);
    return result;
  };
  return {
    name,
    libc,
    network,
    run,
    async look(asked) {
      const { outcome, addresses = [], elapsedMs = 0 } = await run(`getaddrinfo u ${asked}`);
      if (outcome === 'OK') return [...new Set(addresses)].toSorted();
      return [outcome === 'AGAIN' ? `AGAIN after ${Math.round(elapsedMs)} ms` : outcome];
    },
    close: agent.close,
  };
}
