/** The models' network on real sockets. */
import { randomInt } from 'node:crypto';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { put, type Endpoint, type Network, type TcpSocket, type UdpSocket } from '../models/network.ts';

export const socketNetwork: Network = {
  now: () => performance.now(),
  setTimer: (delayMs, run) => {
    const timer = setTimeout(run, Math.ceil(delayMs));
    return () => clearTimeout(timer);
  },
  randomId: () => randomInt(0x10000),
  openUdp: (connectedTo) => (connectedTo === undefined ? openPlain() : openConnected(connectedTo)),
  openTcp,
};

/** One socket for any server. As a plain socket hears of no ICMP error, so do these: errors are dropped. */
function openPlain(): UdpSocket {
  const byFamily = new Map<string, DatagramSocket>();
  const udp: UdpSocket = {
    arrived: [],
    wake: undefined,
    send(message, to) {
      const type = isIPv6(withoutScope(to.address)) ? 'udp6' : 'udp4';
      let socket = byFamily.get(type);
      if (socket === undefined) {
        socket = createSocket(type);
        byFamily.set(type, socket);
        socket.on('error', () => {});
        socket.on('message', (bytes, from) =>
          put(udp, { kind: 'message', bytes, from: { address: from.address, port: from.port } }),
        );
      }
      socket.send(message, to.port, to.address, () => {});
    },
    close() {
      for (const socket of byFamily.values()) socket.close();
    },
  };
  return udp;
}

function openConnected(server: Endpoint): UdpSocket {
  const socket = createSocket(isIPv6(withoutScope(server.address)) ? 'udp6' : 'udp4');
  const waiting: Uint8Array[] = [];
  let connected = false;
  let closed = false;
  const udp: UdpSocket = {
    arrived: [],
    wake: undefined,
    send(message) {
      if (connected) socket.send(message, failed);
      else waiting.push(message);
    },
    close() {
      closed = true;
      socket.close();
    },
  };
  const fail = (error: NodeJS.ErrnoException) => {
    if (!closed) put(udp, { kind: 'failed', code: error.code ?? 'EIO' });
  };
  // The kernel hands an ICMP error of the first datagram to whoever calls next: that may be the second one's send.
  const failed = (error: Error | null) => {
    if (error !== null) fail(error);
  };
  socket.on('error', fail);
  socket.on('message', (bytes) => put(udp, { kind: 'message', bytes, from: server }));
  // `connect` reports its failure to the callback, or to `error` when there is none.
  socket.connect(server.port, server.address, (error?: Error) => {
    if (closed) return;
    if (error) return fail(error);
    connected = true;
    for (const message of waiting.splice(0)) socket.send(message, failed);
  });
  return udp;
}

function openTcp(server: Endpoint): TcpSocket {
  const socket = connect({ host: server.address, port: server.port, noDelay: true });
  let held = Buffer.alloc(0);
  let over = false;
  const tcp: TcpSocket = {
    arrived: [],
    wake: undefined,
    send(message) {
      const framed = Buffer.alloc(2 + message.length);
      framed.writeUInt16BE(message.length, 0);
      framed.set(message, 2);
      socket.write(framed);
    },
    close: () => void socket.destroy(),
  };
  const fail = (code: string) => {
    if (!over) put(tcp, { kind: 'failed', code });
    over = true;
  };
  socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'EIO'));
  socket.on('close', () => fail('EOF'));
  socket.on('end', () => fail('EOF'));
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const end = 2 + held.readUInt16BE(0);
      put(tcp, { kind: 'message', bytes: held.subarray(2, end), from: server });
      held = held.subarray(end);
    }
  });
  return tcp;
}

function withoutScope(address: string): string {
  return address.split('%')[0] ?? '';
}
