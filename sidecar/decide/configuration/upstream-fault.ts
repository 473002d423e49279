/** Why no nameserver can be asked, which a configuration may say without any other fault. */
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import type { UpstreamFault } from '../../../shared/report/reasons.ts';
import type { ResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import type { ServerAddress } from '../../../shared/resolv-conf/server-address.ts';

export interface UpstreamAddresses {
  readonly upstreamPort: number;
  /** `host:port` of this process, and what a send to no address at all would reach (semantics: such a server is dead). */
  readonly ownAddresses: ReadonlySet<string>;
}

/** Undefined: at least one server of the configuration may answer. */
export function upstreamFault(
  { servers, hasNameserver }: Pick<ResolvConf, 'servers' | 'hasNameserver'>,
  addresses: UpstreamAddresses,
): UpstreamFault | undefined {
  if (!hasNameserver) return 'no-nameserver';
  return servers.every((server) => isOwn(server, addresses)) ? 'own-nameserver' : undefined;
}

export function isOwn({ address, port }: ServerAddress, { upstreamPort, ownAddresses }: UpstreamAddresses): boolean {
  return ownAddresses.has(formatEndpoint({ host: address, port: port ?? upstreamPort }));
}
