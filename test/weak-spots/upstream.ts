/**
 * A nameserver on loopback, UDP and TCP, that does to each query what a test says. What it answers depends on the name,
 * so that a reply that went to the wrong client shows.
 */
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from '../../scripts/free-port.ts';
import { createMessageServer, framed } from '../support/wire/framed.ts';

export interface UpstreamQuery {
  readonly atMs: number;
  readonly name: string;
  readonly type: number;
  readonly id: number;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
}

export interface Behaviour {
  readonly delayMs?: number;
  readonly rcode?: number;
  /** Nothing is said at all. */
  readonly silent?: boolean;
  /** Over UDP the reply is truncated. */
  readonly truncated?: boolean;
  /** Addresses, one after the other from the first; default 1. */
  readonly count?: number;
}

export interface TestUpstream {
  readonly address: string;
  readonly port: number;
  readonly queries: UpstreamQuery[];
  close(): void;
}

export const typeA = 1;
export const typeAaaa = 28;

/** `port`: 0 takes a free one. */
export async function startUpstream(
  behave: (query: UpstreamQuery) => Behaviour = () => ({}),
  { address = '127.0.0.1', port = 0 } = {},
): Promise<TestUpstream> {
  const queries: UpstreamQuery[] = [];
  let closed = false;

  function serve(message: Buffer, from: number, transport: 'udp' | 'tcp', send: (reply: Buffer) => void): void {
    const question = readQuestion(message);
    if (question === undefined) return;
    const query = { ...question, atMs: performance.now(), port: from, transport };
    queries.push(query);
    const { delayMs = 0, silent = false, ...how } = behave(query);
    if (silent) return;
    const reply = composeReply(message, question, how, transport);
    if (delayMs === 0) return send(reply);
    setTimeout(() => {
      if (!closed) send(reply);
    }, delayMs);
  }

  const socket = createSocket('udp4');
  socket.on('message', (message, from) =>
    serve(message, from.port, 'udp', (reply) => socket.send(reply, from.port, from.address, () => undefined)),
  );
  socket.bind(port === 0 ? await freePort() : port, address);
  await once(socket, 'listening');
  socket.setRecvBufferSize(4 * 1024 * 1024);
  const bound = socket.address().port;

  const { server, connections } = createMessageServer((message, connection) =>
    serve(message, connection.remotePort ?? 0, 'tcp', (reply) => connection.write(framed(reply))),
  );
  server.listen(bound, address);
  await once(server, 'listening');

  return {
    address,
    port: bound,
    queries,
    close() {
      closed = true;
      socket.close();
      server.close();
      for (const connection of connections) connection.destroy();
    },
  };
}

/** The first address of an answer, made of the name. */
export function addressOf(name: string, type: number): string {
  const digest = createHash('sha256').update(name.toLowerCase()).digest();
  const last = digest.readUInt16BE(0);
  if (type === typeA) return `10.${digest[2]}.${last >> 8}.${last & 0xff}`;
  return `2001:db8::${(digest.readUInt16BE(2) | 0x1000).toString(16)}:${(last | 0x1000).toString(16)}`;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly end: number;
}

function readQuestion(message: Buffer): Question | undefined {
  const labels: string[] = [];
  let offset = 12;
  for (let length = message[offset]; length !== undefined && length > 0; length = message[offset]) {
    labels.push(message.toString('latin1', offset + 1, offset + 1 + length));
    offset += length + 1;
  }
  if (message.length < offset + 5) return undefined;
  const type = message.readUInt16BE(offset + 1);
  return { id: message.readUInt16BE(0), name: labels.join('.'), type, end: offset + 5 };
}

function composeReply(message: Buffer, question: Question, how: Behaviour, transport: 'udp' | 'tcp'): Buffer {
  const { name, type, end } = question;
  const { rcode = 0, truncated = false, count = 1 } = how;
  const isCut = truncated && transport === 'udp';
  const isAddress = type === typeA || type === typeAaaa;
  const records = rcode === 0 && !isCut && isAddress ? repeatRecord(name, type, count) : [];
  const header = Buffer.from(message.subarray(0, end));
  header.writeUInt16BE(0x8180 | rcode | (isCut ? 0x0200 : 0), 2);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, ...records]);
}

function repeatRecord(name: string, type: number, count: number): Buffer[] {
  const address = addressOf(name, type);
  const bytes = type === typeA ? Buffer.from(address.split('.').map(Number)) : aaaaBytes(address);
  const first = Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 5, 0, bytes.length]), bytes]);
  const last = first.readUInt16BE(first.length - 2);
  return Array.from({ length: count }, (_, index) => {
    const record = Buffer.from(first);
    record.writeUInt16BE((last + index) & 0xffff, record.length - 2);
    return record;
  });
}

function aaaaBytes(address: string): Buffer {
  const bytes = Buffer.from('20010db8000000000000000000000000', 'hex');
  const [one = '0', two = '0'] = address.split(':').slice(-2);
  bytes.writeUInt16BE(Number.parseInt(one, 16), 12);
  bytes.writeUInt16BE(Number.parseInt(two, 16), 14);
  return bytes;
}
