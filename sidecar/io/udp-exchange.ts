/** A UDP socket to one nameserver. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { ServerAddress } from '../../shared/resolv-conf/resolv-conf.ts';
import type { UdpExchange, UdpExchangeEvents } from '../ports/upstream.ts';
import { scopedAddress } from './addresses.ts';
import type { Guard } from './guard.ts';
import { errorCode, lacksDescriptor, literalLookup } from './node-sockets.ts';
import type { SocketBudget, SocketClaim } from './socket-budget.ts';

/**
 * A UDP socket of its own for one question to one server: connected, so that the kernel reports a
 * closed port and passes on nothing from elsewhere, on a port that the kernel draws at random for each socket.
 */
export function openUdpExchange(
  server: ServerAddress,
  port: number,
  events: UdpExchangeEvents,
  budget: SocketBudget,
  guard: Guard,
): UdpExchange {
  let socket: Socket | undefined;
  /** What was to be sent while no socket was free: one exchange carries one question, so the last is enough. */
  let unsent: Uint8Array | undefined;
  let closed = false;

  function report(code: string): void {
    // Local errors appear while the socket is being opened; the opener hears of them after it has the exchange.
    setImmediate(() => {
      if (!closed) guard(() => events.failed(code));
    });
  }

  function send(bytes: Uint8Array): void {
    try {
      socket?.send(bytes, (error) => {
        if (error !== null) report(errorCode(error));
      });
    } catch {
      // The socket never got connected; its error event says why.
    }
  }

  const claim = budget.claim((claimed: SocketClaim) => {
    let lacking = false;
    const opened = openConnected(server, port, (error) => {
      if (lacksDescriptor(error)) lacking = true;
      else report(errorCode(error));
    });
    if (lacking) {
      opened.close();
      claimed.defer();
      return;
    }
    socket = opened;
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
      if (!closed && isFromPeer(opened, server, port, from)) guard(() => events.message(bytes));
    });
    if (unsent !== undefined) send(unsent);
    unsent = undefined;
  });

  return {
    get isWaiting() {
      return socket === undefined;
    },
    send(bytes) {
      if (closed) return;
      if (socket === undefined) unsent = bytes;
      else send(bytes);
    },
    close() {
      if (closed) return;
      closed = true;
      socket?.close();
      claim.release();
    },
  };
}

function openConnected(server: ServerAddress, port: number, failed: (error: Error) => void): Socket {
  const address = scopedAddress(server.address, server.scope);
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', lookup: literalLookup });
  socket.on('error', failed);
  socket.connect(port, address);
  return socket;
}

/** Between bind and connect, anybody could have left a datagram in the socket's buffer. */
function isFromPeer(socket: Socket, server: ServerAddress, port: number, from: RemoteInfo): boolean {
  if (from.port !== port) return false;
  // The kernel's way to write an address may be another one than ours, and has the scope.
  return from.address === server.address || from.address === socket.remoteAddress().address;
}
