/** Accepts TCP connections of clients on one address. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Endpoint } from './addresses.ts';
import type { TcpConnections } from './tcp-connections.ts';
import type { ListenerEvents } from './listener-events.ts';

/** Serves DNS on one TCP address until it is closed. */
export interface TcpListener {
  readonly endpoint: Endpoint;
  close(): void;
}

/** Rejects with the error of `bind` or `listen`. */
export async function openTcpListener(
  endpoint: Endpoint,
  connections: TcpConnections,
  events: ListenerEvents,
): Promise<TcpListener> {
  // A client may close its side once it has asked (RFC 7766 §6.2.4): it still gets its replies.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => connections.add(socket));
  const listening = once(server, 'listening');
  server.listen({ host: endpoint.host, port: endpoint.port, ipv6Only: endpoint.host.includes(':'), exclusive: true });
  await listening;
  server.on('error', (error) => events.faulted(error));
  return {
    endpoint: { host: endpoint.host, port: (server.address() as AddressInfo).port },
    close: () => {
      server.close();
    },
  };
}
