/** Clients of the sidecar: lookups as a C library makes them, and single messages over UDP and TCP. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decode, encode, RECURSION_DESIRED, type DecodedPacket } from 'dns-packet';
import { createDeframer } from '../../sidecar/wire/stream-framing.ts';
import { deframe } from '../support/wire/deframe.ts';
import { framed } from '../support/wire/framed.ts';

export type QueryType = 'A' | 'AAAA';

export interface Reply {
  readonly rcode: string;
  /** Of A and AAAA records. */
  readonly addresses: readonly string[];
  readonly afterMs: number;
}

export interface PairReply {
  readonly A: Reply;
  readonly AAAA: Reply;
  /** Times that the questions were sent again. */
  readonly repeats: number;
}

export interface LookUpOptions {
  /** The questions are sent again after this time, as C libraries do. */
  readonly repeatMs?: number;
  readonly limitMs?: number;
}

/** A and AAAA from one port. */
export async function lookUp(port: number, name: string, options: LookUpOptions = {}): Promise<PairReply> {
  const { repeatMs = 5000, limitMs = 30_000 } = options;
  const socket = createSocket('udp4');
  const found = new Map<QueryType, Reply>();
  const startMs = performance.now();
  const types: readonly QueryType[] = ['A', 'AAAA'];
  let rounds = 0;
  const send = (): void => {
    rounds += 1;
    for (const type of types) if (!found.has(type)) socket.send(query(ids[type], name, type), port, '127.0.0.1');
  };
  const repeat = setInterval(send, repeatMs);
  try {
    return await new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`no answer for ${name}`)), limitMs);
      socket.on('error', reject);
      socket.on('message', (bytes) => {
        const packet = decode(bytes);
        const type = types.find((one) => ids[one] === packet.id);
        if (type === undefined || packet.questions?.[0]?.name !== name) return reject(new Error(`not ours: ${name}`));
        if (found.has(type)) return reject(new Error(`a second reply for ${name} ${type}`));
        found.set(type, replyOf(packet, startMs));
        const [a, aaaa] = [found.get('A'), found.get('AAAA')];
        if (a === undefined || aaaa === undefined) return;
        clearTimeout(limit);
        resolve({ A: a, AAAA: aaaa, repeats: rounds - 1 });
      });
      send();
    });
  } finally {
    clearInterval(repeat);
    socket.close();
  }
}

const ids: Readonly<Record<QueryType, number>> = { A: 1, AAAA: 2 };

export function query(id: number, name: string, type: QueryType | 'TXT' | 'SRV'): Buffer {
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }] });
}

function replyOf(packet: DecodedPacket, startMs: number): Reply {
  const addresses = (packet.answers ?? []).flatMap((answer) =>
    answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : [],
  );
  const { rcode } = packet as DecodedPacket & { rcode: string };
  return { rcode, addresses, afterMs: performance.now() - startMs };
}

export interface TcpClient {
  readonly socket: Socket;
  send(bytes: Uint8Array): void;
  /** One question; resolves with its reply, or undefined when the connection ends first. */
  ask(name: string, type?: QueryType): Promise<Reply | undefined>;
  readonly closed: Promise<void>;
}

export async function connectTcp(port: number): Promise<TcpClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  const waiting = new Map<number, (reply: Reply | undefined) => void>();
  const deframer = createDeframer();
  let lastId = 0;
  socket.on('data', (chunk: Buffer) => {
    for (const message of deframe(deframer, chunk)) {
      const packet = decode(Buffer.from(message));
      waiting.get(packet.id ?? 0)?.(replyOf(packet, 0));
      waiting.delete(packet.id ?? 0);
    }
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      for (const give of waiting.values()) give(undefined);
      resolve();
    });
  });
  await Promise.race([once(socket, 'connect'), closed]);
  return {
    socket,
    closed,
    send: (bytes) => void socket.write(bytes),
    ask(name, type = 'A') {
      const id = (lastId += 1);
      return new Promise((resolve) => {
        if (socket.destroyed) return resolve(undefined);
        waiting.set(id, resolve);
        socket.write(framed(query(id, name, type)));
      });
    },
  };
}
