/** Keeps the connections of a server to so many, by closing one that waits for a request (`api/connections`). */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { OpenRequestsChanged } from '../../../shared/program/open-requests.ts';
import { connectionToClose, type ApiConnection } from '../api/connections.ts';

interface OpenConnection extends ApiConnection {
  readonly socket: Socket;
  isBusy: boolean;
}

/** Those under TLS count from before their handshake. The result is to be told of each one's open requests. */
export function limitConnections(server: Server, max: number): OpenRequestsChanged {
  /** In the order in which they began to wait. By the peer's address and port: a connection under TLS has two sockets. */
  const open = new Map<string, OpenConnection>();
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    const connection = { socket, address: socket.remoteAddress ?? '', isBusy: false };
    open.set(key, connection);
    socket.once('close', () => {
      if (open.get(key) === connection) open.delete(key);
    });
    if (open.size > max) (connectionToClose(open.values()) ?? connection).socket.destroy();
  });
  return (socket, requests) => {
    const key = keyOf(socket);
    const connection = open.get(key);
    if (connection === undefined) return;
    connection.isBusy = requests > 0;
    if (connection.isBusy) return;
    // It waits anew, behind all others.
    if (open.delete(key) && !connection.socket.destroyed) open.set(key, connection);
  };
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
