/** Keeps out who may not ask, counts them, and tells the log: performs what `decide/query/client-access` decides. */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { ClientRule } from '../../shared/settings/client-networks-kind.ts';
import type { IpNetwork } from '../../shared/values/ip-network.ts';
import { allowedNetworks, mayAsk, noteRefused, nothingTold, type LocalNetwork } from '../decide/query/client-access.ts';

export interface ClientGate {
  /** Counts and reports who may not. */
  admits(address: string, transport: 'udp' | 'tcp'): boolean;
}

export interface ClientGateOptions {
  readonly rules: readonly ClientRule[];
  readonly localNetworks: () => readonly LocalNetwork[];
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics<SidecarMetrics>;
}

/** A network that the machine has no more counts no longer than this, in milliseconds. */
const networksLifetimeMs = 5000;

/** Before somebody is kept out, the networks are read anew, but not more often than so: a new one has its first container ask at once. */
const refusalLifetimeMs = 100;

export function createClientGate({ rules, localNetworks, now, log, metrics }: ClientGateOptions): ClientGate {
  let networks: readonly IpNetwork[] = [];
  let readAt = -Infinity;
  let told = nothingTold;

  function youngerThan(lifetimeMs: number): readonly IpNetwork[] {
    const nowMs = now();
    if (nowMs - readAt >= lifetimeMs) {
      networks = allowedNetworks(rules, rules.includes('attached') ? localNetworks() : []);
      readAt = nowMs;
    }
    return networks;
  }

  return {
    admits(address, transport) {
      if (mayAsk(address, youngerThan(networksLifetimeMs)) || mayAsk(address, youngerThan(refusalLifetimeMs)))
        return true;
      metrics.inc('alpine_resolver_refused_clients_total', { transport });
      const step = noteRefused(told, now());
      ({ told } = step);
      if (step.tell !== undefined) log.warn('client-refused', { address, transport, refused: step.tell });
      return false;
    },
  };
}
