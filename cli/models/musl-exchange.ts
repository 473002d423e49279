/**
 * musl's `__res_msend_rc`: all questions of one candidate to all servers at once, from one socket, until
 * each question has a reply or the time is over.
 */
import { number16 } from './message.ts';
import type { MuslConfiguration } from './musl-configuration.ts';
import type { MuslGeneration } from './musl-generations.ts';
import { receive, type Endpoint, type Network, type TcpSocket, type UdpSocket } from './network.ts';

export interface MuslExchange {
  /** The reply to each question, cut to the buffer; undefined where none was accepted. */
  readonly replies: readonly (Uint8Array | undefined)[];
  readonly queries: number;
}

const RCODE_SERVFAIL = 2;
const ACCEPTED_RCODES = [0, 3];
const SHORTEST_DATAGRAM_BYTES = 4;
const SHORTEST_TCP_MESSAGE_BYTES = 13;

export async function exchangeAsMusl(
  questions: readonly Uint8Array[],
  configuration: MuslConfiguration,
  generation: MuslGeneration,
  network: Network,
): Promise<MuslExchange> {
  const { servers } = configuration;
  const timeoutMs = configuration.timeoutSeconds * 1000;
  const intervalMs = Math.floor(timeoutMs / configuration.attempts);
  const replies: (Uint8Array | undefined)[] = questions.map(() => undefined);
  const connections: (TcpSocket | undefined)[] = questions.map(() => undefined);
  const udp = network.openUdp();
  const startMs = network.now();
  let queries = 0;
  let sentMs = -Infinity;
  let immediateRepeats = 0;

  const askOverUdp = (question: Uint8Array, server: Endpoint) => {
    udp.send(question, server);
    queries++;
  };
  const takeDatagram = (bytes: Uint8Array, from: Endpoint) => {
    const server = servers.find(({ address, port }) => address === from.address && port === from.port);
    const i = questions.findIndex(
      (question, n) => replies[n] === undefined && connections[n] === undefined && sameId(question, bytes),
    );
    const question = questions[i];
    if (bytes.length < SHORTEST_DATAGRAM_BYTES || server === undefined || question === undefined) return;
    const rcode = rcodeOf(bytes);
    if (rcode === RCODE_SERVFAIL && immediateRepeats > 0) {
      immediateRepeats--;
      askOverUdp(question, server);
    }
    if (!ACCEPTED_RCODES.includes(rcode)) return;
    const truncated = ((bytes[2] ?? 0) & 0x02) !== 0 || bytes.length > generation.bufferBytes;
    if (truncated && generation.usesTcp) {
      const connection = network.openTcp(server);
      connection.send(question);
      queries++;
      connections[i] = connection;
    } else replies[i] = bytes.subarray(0, generation.bufferBytes);
  };
  /** False gives the whole exchange up. */
  const takeTcpReply = (connection: TcpSocket, bytes: Uint8Array): boolean => {
    if (bytes.length < SHORTEST_TCP_MESSAGE_BYTES || !ACCEPTED_RCODES.includes(rcodeOf(bytes))) return false;
    const i = connections.indexOf(connection);
    replies[i] = bytes.subarray(0, generation.bufferBytes);
    connections[i] = undefined;
    connection.close();
    return true;
  };

  for (;;) {
    const nowMs = network.now();
    if (nowMs - startMs >= timeoutMs || !replies.includes(undefined)) break;
    if (nowMs - sentMs >= intervalMs) {
      questions.forEach((question, i) => {
        if (replies[i] === undefined && connections[i] === undefined)
          for (const server of servers) askOverUdp(question, server);
      });
      sentMs = nowMs;
      immediateRepeats = 2 * questions.length;
    }
    const sockets: (UdpSocket | TcpSocket)[] = [udp, ...connections.filter((c) => c !== undefined)];
    const untilMs = Math.min(sentMs + intervalMs, startMs + timeoutMs);
    const received = await receive(network, sockets, untilMs);
    if (received === undefined) continue;
    const { socket, event } = received;
    if (socket === udp) {
      if (event.kind === 'message') takeDatagram(event.bytes, event.from);
    } else if (event.kind === 'failed' || !takeTcpReply(socket as TcpSocket, event.bytes)) break;
  }
  udp.close();
  for (const connection of connections) connection?.close();
  return { replies, queries };
}

function sameId(a: Uint8Array, b: Uint8Array): boolean {
  return number16(a, 0) === number16(b, 0);
}

function rcodeOf(message: Uint8Array): number {
  return (message[3] ?? 0) & 0x0f;
}
