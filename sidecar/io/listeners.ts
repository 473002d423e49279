import { formatEndpoint } from '../../shared/values/ip-address.ts';
import { expandWildcards, isWildcard, localAddresses, type Endpoint, type LocalAddress } from './addresses.ts';
import { ListenError } from './listen-error.ts';
import type { ListenerEvents } from './listener-events.ts';
import { openListenerPair, type ListenerPair } from './listener-pair.ts';
import type { TcpConnections } from './tcp-connections.ts';

/** DNS over UDP and TCP on a list of addresses. */
export interface Listeners {
  /** What is bound now, wildcards expanded. */
  readonly endpoints: readonly Endpoint[];
  /** Where a wildcard was asked for: serves addresses that came since and leaves those that went. Says if any did. */
  followLocalAddresses(): Promise<boolean>;
  close(): void;
}

const setting = 'RESOLVER_LISTEN';

/**
 * Binds all addresses or none: rejects with a `ListenError` for the first that fails, and when wildcards stand for
 * nothing that can be bound.
 */
export async function openListeners(
  wanted: readonly Endpoint[],
  connections: TcpConnections,
  events: ListenerEvents,
  readLocal: () => readonly LocalAddress[] = localAddresses,
): Promise<Listeners> {
  const fixed = expandWildcards(
    wanted.filter(({ host }) => !isWildcard(host)),
    [],
  );
  const wildcards = wanted.filter(({ host }) => isWildcard(host));
  const fixedKeys = new Set(fixed.filter(({ port }) => port !== 0).map(formatEndpoint));
  const opened: ListenerPair[] = [];
  /** What the wildcards stand for now, by the address as text, without what is fixed. */
  const expanded = new Map<string, ListenerPair>();
  /** Addresses of this machine that could not be bound, and were reported. */
  const refused = new Set<string>();

  async function openExpanded(onRefused: (error: unknown) => void): Promise<boolean> {
    const current = new Map(
      expandWildcards(wildcards, readLocal())
        .map((endpoint) => [formatEndpoint(endpoint), endpoint] as const)
        .filter(([key]) => !fixedKeys.has(key)),
    );
    let changed = false;
    for (const [key, pair] of expanded) {
      if (current.has(key)) continue;
      pair.close();
      expanded.delete(key);
      changed = true;
    }
    for (const key of refused) if (!current.has(key)) refused.delete(key);
    for (const [key, endpoint] of current) {
      if (expanded.has(key)) continue;
      try {
        const pair = await openIfThere(endpoint);
        if (pair === undefined) continue;
        expanded.set(key, pair);
        refused.delete(key);
        changed = true;
      } catch (error) {
        if (refused.has(key)) continue;
        refused.add(key);
        onRefused(error);
      }
    }
    return changed;
  }

  /** An IPv6 address cannot be bound before duplicate address detection has ended (RFC 4862 §5.4): it comes later. */
  async function openIfThere(endpoint: Endpoint): Promise<ListenerPair | undefined> {
    try {
      return await openListenerPair(endpoint, setting, connections, events);
    } catch (error) {
      if (error instanceof ListenError && error.code === 'EADDRNOTAVAIL') return undefined;
      throw error;
    }
  }

  function close(): void {
    for (const pair of [...opened, ...expanded.values()]) pair.close();
  }

  try {
    for (const endpoint of fixed) opened.push(await openListenerPair(endpoint, setting, connections, events));
    await openExpanded((error) => {
      throw error;
    });
    if (opened.length + expanded.size === 0) throw nothingToListenOn(wildcards);
  } catch (error) {
    close();
    throw error;
  }

  return {
    get endpoints() {
      return [...opened, ...expanded.values()].map((pair) => pair.endpoint);
    },
    // The others are served on.
    followLocalAddresses: () =>
      wildcards.length === 0 ? Promise.resolve(false) : openExpanded((error) => events.faulted(error as Error)),
    close,
  };
}

function nothingToListenOn(wildcards: readonly Endpoint[]): Error {
  const texts = wildcards.map(formatEndpoint).join(', ');
  return new Error(
    `cannot listen on ${texts}: this machine has no such address to serve; set ${setting} to one that it has`,
  );
}
