/** This project's sidecar, as its image runs it. */
import { freePort } from '../../test/support/machine/free-port.ts';
import { imageEnvironment } from '../../test/support/machine/image-environment.ts';
import { sidecarBundle } from '../../test/support/machine/sidecar-process.ts';
import { environmentName, sidecarSettings, type SettingDefinition } from '../../shared/settings/settings.ts';
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

/** `resolvConf`: what follows the nameserver's line of the original configuration. */
export async function sidecarCommand(setup: ServerSetup, resolvConf: string): Promise<ServerCommand> {
  return {
    command: [process.execPath, sidecarBundle],
    environment: await sidecarEnvironment(setup, resolvConf),
  };
}

/** Whether it has a cache at all. */
export function hasCaches(): boolean {
  return Object.keys(withoutCaches()).length > 0;
}

async function sidecarEnvironment(
  { port, upstreamPort, cached, addresses = loopback }: ServerSetup,
  resolvConf: string,
): Promise<Record<string, string>> {
  return {
    ...imageEnvironment('sidecar'),
    RESOLVER_LISTEN: `${addresses.listen}:${port}`,
    RESOLVER_ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
    RESOLVER_MODE: 'marker',
    RESOLVER_LOG_LEVEL: 'warn',
    RESOLVER_ORIGINAL_RESOLV_CONF: `nameserver ${addresses.upstream}\n${resolvConf}`,
    RESOLVER_UPSTREAM_PORT: String(upstreamPort),
    ...(cached ? {} : withoutCaches()),
  };
}

/** A cache of no bytes is none. */
function withoutCaches(): Record<string, string> {
  const definitions: readonly SettingDefinition[] = sidecarSettings;
  const setting = definitions.find(({ key }) => key === 'maxCacheBytes');
  return setting === undefined ? {} : { [environmentName(setting)]: '0' };
}
