/** Serves DNS on sockets that systemd has opened: they are bound before this process is there, and stay when it is gone. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { kindOfSocket, type InheritedSocket, type SocketTables } from '../decide/configuration/inherited-sockets.ts';
import { formatEndpoint } from '../../shared/values/ip-address.ts';
import { isShelteredHost } from '../../shared/values/ip-network.ts';
import { expandWildcards, localAddresses, type Endpoint } from './addresses.ts';
import type { ListenerEvents } from './listener-events.ts';
import type { Listeners } from './listeners.ts';
import type { TcpConnections } from './tcp-connections.ts';
import { serveUdp } from './udp-listener.ts';

export interface InheritedListenersOptions {
  readonly connections: TcpConnections;
  readonly events: ListenerEvents;
  /** It was said who may ask: strangers may reach the addresses. */
  readonly clientsAreSet: boolean;
}

interface Opened {
  readonly endpoint: Endpoint;
  close(): void;
}

/** Rejects where one of them is no socket for DNS, or can be reached by strangers of whom nothing was said. */
export async function openInheritedListeners(
  sockets: readonly InheritedSocket[],
  options: InheritedListenersOptions,
): Promise<Listeners> {
  const tables = readSocketTables();
  const opened: Opened[] = [];
  const close = (): void => opened.forEach((one) => one.close());
  try {
    for (const socket of sockets) opened.push(await openOne(socket, tables, options));
    if (!options.clientsAreSet) opened.forEach(({ endpoint }) => requireSheltered(endpoint));
  } catch (error) {
    close();
    throw error;
  }
  const expand = (): Endpoint[] => {
    const all = opened.map(({ endpoint }) => endpoint);
    return expandWildcards(all, localAddresses());
  };
  let endpoints = expand();
  return {
    get endpoints() {
      return endpoints;
    },
    followLocalAddresses() {
      const before = endpoints.map(formatEndpoint).join();
      endpoints = expand();
      return Promise.resolve(endpoints.map(formatEndpoint).join() !== before);
    },
    close,
  };
}

async function openOne(
  { descriptor }: InheritedSocket,
  tables: SocketTables,
  { connections, events }: InheritedListenersOptions,
): Promise<Opened> {
  const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/self/fd/${descriptor}`)) ?? [];
  const kind = kindOfSocket(inode, tables);
  if (kind === undefined) throw new Error(`LISTEN_FDS: descriptor ${descriptor} is no UDP and no TCP socket`);
  if (kind.transport === 'udp') {
    const socket = createSocket(kind.family === 6 ? 'udp6' : 'udp4');
    const listening = once(socket, 'listening');
    socket.bind({ fd: descriptor, exclusive: true });
    await listening;
    return serveUdp(socket, events);
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => connections.add(socket));
  const listening = once(server, 'listening');
  server.listen({ fd: descriptor, exclusive: true });
  await listening;
  server.on('error', (error) => events.faulted(error));
  const { address, port } = server.address() as AddressInfo;
  return { endpoint: { host: address, port }, close: () => void server.close() };
}

function requireSheltered(endpoint: Endpoint): void {
  if (isShelteredHost(endpoint.host)) return;
  throw new Error(
    `the inherited socket ${formatEndpoint(endpoint)} can be reached from outside; say in RESOLVER_ALLOW_CLIENTS who may ask`,
  );
}

function readSocketTables(): SocketTables {
  return (['udp', 'tcp'] as const).flatMap((transport) =>
    ([4, 6] as const).map((family) => ({
      transport,
      family,
      text: readTable(`${transport}${family === 6 ? '6' : ''}`),
    })),
  );
}

/** A machine without IPv6 has no table of it. */
function readTable(name: string): string {
  try {
    return readFileSync(`/proc/self/net/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
