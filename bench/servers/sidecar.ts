/** This project's sidecar, as its image runs it. */
import { freePort } from '../../scripts/free-port.ts';
import { imageEnvironment, imageNodeArguments } from '../../test/support/machine/image-environment.ts';
import { stageSidecar } from '../../test/support/machine/staged-sidecar.ts';
import { zoneName } from '../../test/support/load/zone.ts';
import { projectVersion } from '../versions.ts';
import { loopback, type Server, type ServerCommand, type ServerSetup } from './server.ts';

export const sidecarName = 'alpine-resolver';

/** Its marked names have dots enough to be found as they are: one candidate each. */
export const sidecar: Server = {
  name: sidecarName,
  kind: 'ours',
  version: `${projectVersion()}, Node.js ${process.version}`,
  asked: 'marked',
  command: (setup) => sidecarCommand(setup, `search ${zoneName}\noptions ndots:1\n`),
};

/** With a cache that holds all names of a measurement, where the usual one may be too small for them. */
export const sidecarWithRoom = sidecarWith('8 MiB of cache', { RESOLVER_MAX_CACHE_BYTES: String(8 * 1024 * 1024) });

/** Each question has a socket, and so a port, of its own under any load. */
export const sidecarFresh = sidecarWith('fresh sockets', { RESOLVER_MAX_QUESTIONS_PER_SOCKET: '1' });

let program: Promise<string> | undefined;

/** `resolvConf`: what follows the nameserver's line of the original configuration. */
export async function sidecarCommand(setup: ServerSetup, resolvConf: string): Promise<ServerCommand> {
  program ??= stageSidecar(setup.folder);
  return {
    command: [process.execPath, ...imageNodeArguments('sidecar'), await program],
    environment: await sidecarEnvironment(setup, resolvConf),
  };
}

async function sidecarEnvironment(
  { port, upstreamPort, cached, addresses = loopback }: ServerSetup,
  resolvConf: string,
): Promise<Record<string, string>> {
  return {
    ...imageEnvironment('sidecar'),
    RESOLVER_LISTEN: `${addresses.listen}:${port}`,
    // On all addresses, as in pods: at the second TCP listener with a host, Node.js compiles a regular expression to 160 kB of code.
    RESOLVER_ADMIN_LISTEN: `:${await freePort()}`,
    RESOLVER_MODE: 'marker',
    RESOLVER_LOG_LEVEL: 'warn',
    RESOLVER_ORIGINAL_RESOLV_CONF: `nameserver ${addresses.upstream}\n${resolvConf}`,
    RESOLVER_UPSTREAM_PORT: String(upstreamPort),
    // A cache of no bytes is none.
    ...(cached ? {} : { RESOLVER_MAX_CACHE_BYTES: '0' }),
  };
}

function sidecarWith(what: string, settings: Readonly<Record<string, string>>): Server {
  return {
    ...sidecar,
    name: `${sidecarName}, ${what}`,
    async command(setup) {
      const { command, environment } = await sidecar.command(setup);
      return { command, environment: { ...environment, ...settings } };
    },
  };
}
