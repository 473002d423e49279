/** Opens and follows all DNS listeners of the setting `listen`. */
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
  /** For wildcards: serves the machine's new addresses and leaves those that are gone. Returns whether anything changed. */
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
  const open = (endpoint: Endpoint): Promise<ListenerPair> => openListenerPair(endpoint, setting, connections, events);
  const expansion = expandListeners({
    open,
    endpoints: () => expandWildcards(wildcards, readLocal()).filter((one) => !fixedKeys.has(formatEndpoint(one))),
  });
  const opened: ListenerPair[] = [];
  const all = (): ListenerPair[] => [...opened, ...expansion.pairs()];

  function close(): void {
    for (const pair of all()) pair.close();
  }

  try {
    for (const endpoint of fixed) opened.push(await open(endpoint));
    await expansion.follow((error) => {
      throw error;
    });
    if (all().length === 0) throw nothingToListenOn(wildcards);
  } catch (error) {
    close();
    throw error;
  }

  return {
    get endpoints() {
      return all().map((pair) => pair.endpoint);
    },
    // The others are served on.
    followLocalAddresses: () =>
      wildcards.length === 0 ? Promise.resolve(false) : expansion.follow((error) => events.faulted(error as Error)),
    close,
  };
}

/** The listeners of wildcards, which follow the addresses of the machine. */
interface Expansion {
  pairs(): Iterable<ListenerPair>;
  /** Returns whether anything changed. An address that cannot be bound is reported once, until it is gone. */
  follow(onRefused: (error: unknown) => void): Promise<boolean>;
}

interface ExpansionOptions {
  /** What the wildcards stand for now. */
  endpoints(): readonly Endpoint[];
  open(endpoint: Endpoint): Promise<ListenerPair>;
}

function expandListeners({ endpoints, open }: ExpansionOptions): Expansion {
  /** By the address as text. */
  const expanded = new Map<string, ListenerPair>();
  /** Addresses of this machine that could not be bound, and were reported. */
  const refused = new Set<string>();

  function closeGone(current: ReadonlyMap<string, Endpoint>): boolean {
    const gone = [...expanded].filter(([key]) => !current.has(key));
    for (const [key, pair] of gone) {
      pair.close();
      expanded.delete(key);
    }
    for (const key of refused) if (!current.has(key)) refused.delete(key);
    return gone.length > 0;
  }

  /** An IPv6 address cannot be bound before duplicate address detection has ended (RFC 4862 §5.4): it comes later. */
  async function openIfThere(endpoint: Endpoint): Promise<ListenerPair | undefined> {
    try {
      return await open(endpoint);
    } catch (error) {
      if (error instanceof ListenError && error.code === 'EADDRNOTAVAIL') return undefined;
      throw error;
    }
  }

  return {
    pairs: () => expanded.values(),
    async follow(onRefused) {
      const current = new Map(endpoints().map((endpoint) => [formatEndpoint(endpoint), endpoint] as const));
      let changed = closeGone(current);
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
    },
  };
}

function nothingToListenOn(wildcards: readonly Endpoint[]): Error {
  const texts = wildcards.map(formatEndpoint).join(', ');
  return new Error(
    `cannot listen on ${texts}: this machine has no such address to serve; set ${setting} to one that it has`,
  );
}
