/**
 * Who may ask, as pure decisions: the networks whose clients are answered, and how often the log tells of those who were
 * refused.
 */
import {
  clientAddressBytes,
  isIn,
  loopbackNetworks,
  parseIpNetwork,
  privateNetworks,
} from '../../../shared/values/ip-network.ts';
import type { IpNetwork } from '../../../shared/values/ip-network.ts';
import type { ClientRule } from '../../../shared/settings/client-networks-kind.ts';

/** Where nothing is set. */
export const usualClients: readonly ClientRule[] = ['loopback', 'attached'];

/** An address of this machine and how many of its bits are the network's. */
export interface LocalNetwork {
  readonly address: string;
  readonly prefix: number;
}

export function allowedNetworks(rules: readonly ClientRule[], local: readonly LocalNetwork[]): IpNetwork[] {
  return rules.flatMap((rule) => {
    if (rule === 'loopback') return loopbackNetworks;
    return rule === 'attached' ? attachedNetworks(local) : [rule];
  });
}

/** An address that cannot be read is nobody's. */
export function mayAsk(address: string, networks: readonly IpNetwork[]): boolean {
  const bytes = clientAddressBytes(address);
  return bytes !== undefined && isIn(networks, bytes);
}

function attachedNetworks(local: readonly LocalNetwork[]): IpNetwork[] {
  return local.flatMap(({ address, prefix }) => {
    const bytes = clientAddressBytes(address);
    if (bytes === undefined || !isIn(privateNetworks, bytes)) return [];
    return parseIpNetwork(`${address.replace(/%.*/, '')}/${prefix}`) ?? [];
  });
}

/** What the log has told. */
export interface RefusalsTold {
  /** When, on the monotonic clock, in milliseconds. */
  readonly toldAt: number;
  /** Refused since then. */
  readonly untold: number;
}

export const nothingTold: RefusalsTold = { toldAt: -Infinity, untold: 0 };

/** The log has a line as often as this, in milliseconds. */
const tellEveryMs = 60_000;

/** One more was refused. `tell`: so many since the last line. */
export function noteRefused(
  { toldAt, untold }: RefusalsTold,
  now: number,
): { readonly told: RefusalsTold; readonly tell: number | undefined } {
  const refused = untold + 1;
  if (now - toldAt < tellEveryMs) return { told: { toldAt, untold: refused }, tell: undefined };
  return { told: { toldAt: now, untold: 0 }, tell: refused };
}
