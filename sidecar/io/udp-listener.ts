/** Receives queries and sends replies over UDP on one address. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Client } from '../ports/client.ts';
import { isLoopback } from './addresses.ts';
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

/** The same in bytes: a reply over loopback may have 64 kB. */
const maxQueuedBytes = 2 * 1024 * 1024;

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
  return serveUdp(socket, events, endpoint.host);
}

/** On a socket that is bound. */
export function serveUdp(socket: Socket, events: ListenerEvents, host = socket.address().address): UdpListener {
  const endpoint = { host, port: socket.address().port };
  socket.setRecvBufferSize(receiveBufferBytes);
  socket.on('error', (error) => events.faulted(error));
  const isOnLoopback = isLoopback(host);
  const listener: Listener = {
    socket,
    events,
    sent: (error) => {
      if (error !== null) events.dropped('send-failed');
    },
  };
  /** Where the last query came from: most come from one address, whose text is kept once. */
  let last = { address: '', onLoopback: false };
  // Of the query of the moment: a closure for each would be garbage.
  let query: Buffer;
  let from: RemoteInfo;
  const handle = (): void => events.query(query, new UdpClient(listener, last.address, from.port, last.onLoopback));
  socket.on('message', (bytes: Buffer, sender: RemoteInfo) => {
    // No reply could be sent to port 0, which only a forged datagram has.
    if (sender.port === 0) return events.dropped('send-failed');
    const { address } = sender;
    if (address !== last.address) last = { address, onLoopback: isOnLoopback && isLoopback(address) };
    query = bytes;
    from = sender;
    events.guard(handle);
  });
  return {
    endpoint,
    close: () => socket.close(),
  };
}

interface Listener {
  readonly socket: Socket;
  readonly events: ListenerEvents;
  /** After a reply of which there is no smaller form. */
  readonly sent: (error: Error | null) => void;
}

class UdpClient implements Client {
  readonly transport = 'udp';
  readonly address: string;
  readonly port: number;
  readonly onLoopback: boolean;
  readonly #listener: Listener;

  constructor(listener: Listener, address: string, port: number, onLoopback: boolean) {
    this.address = address;
    this.port = port;
    this.onLoopback = onLoopback;
    this.#listener = listener;
  }

  reply(bytes: Uint8Array, smaller?: () => Uint8Array): void {
    const { socket, events, sent } = this.#listener;
    try {
      if (socket.getSendQueueCount() >= maxQueuedReplies || socket.getSendQueueSize() >= maxQueuedBytes) {
        events.dropped('send-failed');
      } else if (smaller === undefined) socket.send(bytes, this.port, this.address, sent);
      else socket.send(bytes, this.port, this.address, (error) => this.#sent(error, smaller));
    } catch {
      // The listener was closed while the query was under way.
      events.dropped('send-failed');
    }
  }

  /** A device, a firewall or a sandbox may refuse what is large (EMSGSIZE, ENOBUFS, EPERM), and take what is not. */
  #sent(error: Error | null, smaller: () => Uint8Array): void {
    if (error !== null) this.#listener.events.guard(() => this.reply(smaller()));
  }
}
