/**
 * DNS messages over TCP (RFC 1035 §4.2.2), two bytes of length before each, and a server that reads them. It is written
 * apart from the product's own framing.
 */
import { createServer, type Server, type Socket } from 'node:net';

/** A message as it is sent. */
export function framed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);
}

export interface MessageServer {
  /** It does not listen yet. */
  readonly server: Server;
  /** Those that are open. */
  readonly connections: ReadonlySet<Socket>;
}

/** `take` gets each whole message, however the bytes are cut. A connection that fails is destroyed. */
export function createMessageServer(take: (message: Buffer, connection: Socket) => void): MessageServer {
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => connection.destroy());
    let held = Buffer.alloc(0);
    connection.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        take(held.subarray(2, end), connection);
        held = held.subarray(end);
      }
    });
  });
  return { server, connections };
}
