/**
 * What answers depend on of a client: in which networks of services it is. Each network is read once, when the first service comes
 * into it, and each client is looked for in them once until they change.
 */
import { clientAddressBytes, contains, parseIpNetwork, type IpNetwork } from '../../../shared/values/ip-network.ts';
import type { ServiceNetwork } from '../services/service.ts';
import { createBoundedMemo } from './bounded-memo.ts';

/** Subnets as services have them; the same value for all clients that are in the same ones, until they change. */
export type View = ReadonlySet<string>;

export interface Views {
  add(networks: readonly ServiceNetwork[]): void;
  /** As they were added. */
  remove(networks: readonly ServiceNetwork[]): void;
  of(client: string): View;
}

/** Clients that are remembered; beyond them all are looked for anew. */
const maxClients = 4096;

export function createViews(): Views {
  const subnets = new Map<string, { readonly network: IpNetwork | undefined; uses: number }>();
  const byClient = createBoundedMemo<string, View>(maxClients);
  const known = new Map<string, View>();

  function forget(): void {
    byClient.clear();
    known.clear();
  }

  return {
    add(networks) {
      for (const text of subnetsOf(networks)) {
        const before = subnets.get(text);
        if (before !== undefined) before.uses++;
        else {
          subnets.set(text, { network: parseIpNetwork(text), uses: 1 });
          forget();
        }
      }
    },
    remove(networks) {
      for (const text of subnetsOf(networks)) {
        const subnet = subnets.get(text);
        if (subnet === undefined || --subnet.uses > 0) continue;
        subnets.delete(text);
        forget();
      }
    },
    of: (client) => byClient.get(client, lookFor),
  };

  function lookFor(client: string): View {
    const bytes = clientAddressBytes(client);
    const within = [...subnets].flatMap(([text, { network }]) =>
      bytes !== undefined && network !== undefined && contains(network, bytes) ? [text] : [],
    );
    const key = within.join();
    const view = known.get(key) ?? new Set(within);
    known.set(key, view);
    return view;
  }
}

function subnetsOf(networks: readonly ServiceNetwork[]): readonly string[] {
  return networks.filter(({ addresses }) => addresses.length > 0).flatMap(({ subnets }) => subnets);
}
