import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Client } from '../ports.ts';
import type { Endpoint } from './addresses.ts';
import type { ListenerEvents } from './listener-events.ts';
import { literalLookup } from './node-sockets.ts';

/** Serves DNS on one UDP address until it is closed. */
export interface UdpListener {
  readonly endpoint: Endpoint;
  close(): void;
}

/** Asked for, and cut by the kernel to net.core.rmem_max: room for a burst of some hundred queries. */
const receiveBufferBytes = 1024 * 1024;

/** Replies that wait because the kernel takes no more; those beyond are dropped. */
const maxQueuedReplies = 1000;

/** Rejects with the error of `bind`. */
export async function openUdpListener(endpoint: Endpoint, events: ListenerEvents): Promise<UdpListener> {
  const type = endpoint.host.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket({ type, ipv6Only: type === 'udp6', lookup: literalLookup });
  const listening = once(socket, 'listening');
  socket.bind({ address: endpoint.host, port: endpoint.port, exclusive: true });
  try {
    await listening;
  } catch (error) {
    // Unlike a TCP server, a socket that was not bound keeps its descriptor.
    socket.close();
    throw error;
  }
  socket.setRecvBufferSize(receiveBufferBytes);
  socket.on('error', (error) => events.faulted(error));
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    // No reply could be sent to port 0, which only a forged datagram has.
    if (from.port === 0) events.dropped('send-failed');
    else events.guard(() => events.query(bytes, new UdpClient(socket, from, events)));
  });
  return {
    endpoint: { host: endpoint.host, port: socket.address().port },
    close: () => socket.close(),
  };
}

class UdpClient implements Client {
  readonly transport = 'udp';
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;
  readonly #events: ListenerEvents;

  constructor(socket: Socket, from: RemoteInfo, events: ListenerEvents) {
    this.address = from.address;
    this.port = from.port;
    this.#socket = socket;
    this.#events = events;
  }

  reply(bytes: Uint8Array): void {
    try {
      if (this.#socket.getSendQueueCount() >= maxQueuedReplies) this.#events.dropped('send-failed');
      else this.#socket.send(bytes, this.port, this.address, (error) => this.#sent(error));
    } catch {
      // The listener was closed while the query was under way.
      this.#events.dropped('send-failed');
    }
  }

  #sent(error: Error | null): void {
    if (error !== null) this.#events.dropped('send-failed');
  }
}
