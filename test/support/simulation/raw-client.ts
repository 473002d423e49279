/** Queries byte by byte against the simulated sidecar, for what no C library's call shows. */
import { decode, encode } from 'dns-packet';
import type { Answer, DecodedPacket } from 'dns-packet';
import type { Client } from '../../../sidecar/ports/client.ts';
import { simulateSidecar } from './simulated-sidecar.ts';
import type { SimulatedSidecar, SimulatedSidecarOptions } from './simulated-sidecar.ts';

export interface RawReply {
  readonly atMs: number;
  readonly bytes: Uint8Array;
  readonly message: DecodedPacket;
}

export interface RawQuery {
  readonly name: string;
  readonly type?: string;
  readonly id?: number;
  readonly port?: number;
  /** The UDP payload size of its OPT record. */
  readonly edns?: number;
  /** DO; needs `edns`. */
  readonly dnssecOk?: boolean;
  readonly ad?: boolean;
  readonly cd?: boolean;
  /** From this address instead of 127.0.0.1. */
  readonly from?: string;
  /** Over this TCP connection. */
  readonly connection?: RawConnection;
}

export interface RawConnection {
  readonly replies: RawReply[];
  closed: boolean;
}

export interface RawClient extends SimulatedSidecar {
  /** Sends now; the list fills as replies come. */
  ask(query: RawQuery): RawReply[];
  send(bytes: Uint8Array, port?: number, from?: string): RawReply[];
  /** Lets simulated time pass. */
  pass(milliseconds: number): Promise<void>;
  connect(): RawConnection;
  /** The client resets the connection. */
  reset(connection: RawConnection): void;
  now(): number;
}

export function createRawClient(options: SimulatedSidecarOptions): RawClient {
  const sidecar = simulateSidecar(options);
  const { network, pipeline } = sidecar;
  const client: RawClient = {
    ...sidecar,
    now: () => network.now(),
    connect: () => ({ replies: [], closed: false }),
    reset: (connection) => pipeline.clientGone(connection),
    ask(query) {
      const bytes = encodeQuery(query);
      if (query.connection === undefined) return client.send(bytes, query.port, query.from);
      const { connection } = query;
      const tcp: Client = {
        transport: 'tcp',
        address: '127.0.0.1',
        port: 50_000,
        connection,
        reply: (reply) => void connection.replies.push(read(reply)),
        close: () => {
          connection.closed = true;
        },
      };
      pipeline.handle(bytes, tcp);
      return connection.replies;
    },
    send(bytes, port = 40_000, from = '127.0.0.1') {
      const replies: RawReply[] = [];
      pipeline.handle(bytes, {
        transport: 'udp',
        address: from,
        port,
        onLoopback: from === '127.0.0.1',
        reply: (reply) => void replies.push(read(reply)),
      });
      return replies;
    },
    pass: (milliseconds) =>
      network.run(
        new Promise((resolve) => {
          network.setTimer(milliseconds, resolve);
        }),
      ),
  };
  const read = (bytes: Uint8Array): RawReply => ({
    atMs: network.now(),
    bytes,
    message: decode(Buffer.from(bytes)),
  });
  return client;
}

export function encodeQuery({
  name,
  type = 'A',
  id = 1,
  edns,
  dnssecOk = false,
  ad = false,
  cd = false,
}: RawQuery): Uint8Array {
  return encode({
    type: 'query',
    id,
    flags: 0x0100 | (ad ? 0x20 : 0) | (cd ? 0x10 : 0),
    questions: [{ type: type as 'A', name, class: 'IN' }],
    additionals:
      edns === undefined
        ? []
        : [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize: edns,
              extendedRcode: 0,
              ednsVersion: 0,
              flags: dnssecOk ? 0x8000 : 0,
              flag_do: dnssecOk,
              options: [],
            },
          ],
  });
}

/** "rcode name TYPE data, …" of a reply, short enough for a table. */
export function summary({ message }: RawReply): string {
  const { rcode, answers = [] } = message as DecodedPacket & { rcode: string };
  return [rcode, ...answers.map((answer) => `${answer.type} ${dataText(answer)}`)].join(' | ');
}

function dataText(answer: Answer): string {
  if (answer.type === 'SRV') {
    const { priority = 0, weight = 0, port, target } = answer.data;
    return `${priority} ${weight} ${port} ${target}`;
  }
  return String((answer as { data?: unknown }).data);
}
