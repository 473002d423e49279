/** Small helpers around real loopback sockets. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket as TcpSocket } from 'node:net';
import type { DropReason } from '../../../shared/report/reasons.ts';
import { createGuard } from '../../../sidecar/io/guard.ts';
import type { ListenerEvents } from '../../../sidecar/io/listener-events.ts';
import type { Client } from '../../../sidecar/ports/client.ts';
import { createDeframer } from '../../../sidecar/wire/stream-framing.ts';
import { deframe } from '../../support/wire/deframe.ts';
import { framed } from '../../support/wire/framed.ts';

export interface Received {
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
}

/** A bound UDP socket with the datagrams that it got. */
export async function openUdp(host = '127.0.0.1'): Promise<{ socket: Socket; port: number; received: Received[] }> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const received: Received[] = [];
  socket.on('message', (bytes, from) => received.push({ bytes, from }));
  socket.on('error', () => undefined);
  socket.bind(0, host);
  await once(socket, 'listening');
  return { socket, port: socket.address().port, received };
}

export async function openTcpServer(
  serve: (socket: TcpSocket) => void,
  host = '127.0.0.1',
): Promise<{ server: Server; port: number }> {
  const server = createServer(serve).listen(0, host);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

export interface TcpClient {
  readonly socket: TcpSocket;
  readonly messages: string[];
  /** The connection has ended, by whatever side. */
  readonly closed: Promise<void>;
}

/** A connected TCP client that takes DNS messages apart. */
export async function connectTcp(port: number, host = '127.0.0.1'): Promise<TcpClient> {
  const socket = connect({ port, host, allowHalfOpen: true });
  const messages: string[] = [];
  const deframer = createDeframer();
  socket.on('data', (chunk: Buffer) => {
    messages.push(...deframe(deframer, chunk).map((message) => Buffer.from(message).toString('latin1')));
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('end', resolve);
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  await once(socket, 'connect');
  return { socket, messages, closed };
}

/** Text as a message over TCP. */
export function frame(text: string): Buffer {
  return framed(Buffer.from(text, 'latin1'));
}

export interface Query {
  readonly text: string;
  readonly client: Client;
}

export interface Recorder extends ListenerEvents {
  readonly queries: Query[];
  readonly dropReasons: DropReason[];
  readonly closedConnections: object[];
  readonly faults: unknown[];
  /** What happens with each query; by default nothing. */
  answer: (query: Query) => void;
}

/** Listener events that are written down. */
export function recordEvents(): Recorder {
  const faults: unknown[] = [];
  const recorder: Recorder = {
    queries: [],
    dropReasons: [],
    closedConnections: [],
    faults,
    answer: () => undefined,
    guard: createGuard((error) => faults.push(error)),
    query(bytes, client) {
      const query = { text: Buffer.from(bytes).toString('latin1'), client };
      recorder.queries.push(query);
      recorder.answer(query);
    },
    connectionClosed: (connection) => void recorder.closedConnections.push(connection),
    dropped: (reason) => void recorder.dropReasons.push(reason),
    faulted: (error) => void faults.push(error),
  };
  return recorder;
}

/** Waits for a condition; the test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
