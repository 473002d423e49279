/**
 * musl's `__res_msend_rc`: all questions of one candidate to all servers at once, from one socket, until
 * each question has a reply or the time is over.
 */
import { number16 } from './message.ts';
import type { MuslConfiguration } from './musl-configuration.ts';
import type { MuslGeneration } from './musl-generations.ts';
import { receive, type Endpoint, type Network, type TcpSocket, type UdpSocket } from './network.ts';
import { questionType, replyStep, type ReplyUse, type TimelineStep, type Transport } from './timeline.ts';

export interface MuslExchange {
  /** The reply to each question, cut to the buffer; undefined where none was accepted. */
  readonly replies: readonly (Uint8Array | undefined)[];
  readonly queries: number;
}

const rcodeServfail = 2;
const acceptedRcodes = [0, 3];
const shortestDatagramBytes = 4;
const shortestTcpMessageBytes = 13;

// oxlint-disable-next-line max-lines-per-function -- mirrors one C function, whose parts share all of their state
export async function exchangeAsMusl(
  questions: readonly Uint8Array[],
  configuration: MuslConfiguration,
  generation: MuslGeneration,
  network: Network,
  steps: TimelineStep[],
): Promise<MuslExchange> {
  const { servers } = configuration;
  const timeoutMs = configuration.timeoutSeconds * 1000;
  const intervalMs = Math.floor(timeoutMs / configuration.attempts);
  const replies: (Uint8Array | undefined)[] = questions.map(() => undefined);
  const connections: (TcpSocket | undefined)[] = questions.map(() => undefined);
  const peers = new Map<TcpSocket, Endpoint>();
  const peerOf = (connection: TcpSocket) => peers.get(connection) ?? { address: '', port: 0 };
  const udp = network.openUdp();
  const startMs = network.now();
  let queries = 0;
  let sentMs = -Infinity;
  let immediateRepeats = 0;

  const noteQuery = (question: Uint8Array, server: Endpoint, transport: Transport) =>
    void steps.push({ kind: 'query', atMs: network.now(), server, transport, type: questionType(question) });
  const noteReply = (bytes: Uint8Array, server: Endpoint, transport: Transport, use: ReplyUse) =>
    void steps.push(...replyStep(bytes, questions, { atMs: network.now(), server, transport, use }));
  const askOverUdp = (question: Uint8Array, server: Endpoint) => {
    udp.send(question, server);
    noteQuery(question, server, 'udp');
    queries++;
  };
  const takeDatagram = (bytes: Uint8Array, from: Endpoint) => {
    const server = servers.find(({ address, port }) => address === from.address && port === from.port);
    const i = questions.findIndex(
      (question, n) => replies[n] === undefined && connections[n] === undefined && sameId(question, bytes),
    );
    const question = questions[i];
    if (bytes.length < shortestDatagramBytes || server === undefined || question === undefined) return;
    const rcode = rcodeOf(bytes);
    const isRepeated = rcode === rcodeServfail && immediateRepeats > 0;
    if (!acceptedRcodes.includes(rcode)) noteReply(bytes, server, 'udp', isRepeated ? 'repeated' : 'ignored');
    if (isRepeated) {
      immediateRepeats--;
      askOverUdp(question, server);
    }
    if (!acceptedRcodes.includes(rcode)) return;
    const truncated = ((bytes[2] ?? 0) & 0x02) !== 0 || bytes.length > generation.bufferBytes;
    if (truncated && generation.usesTcp) {
      noteReply(bytes, server, 'udp', 'over-tcp');
      const connection = network.openTcp(server);
      connection.send(question);
      noteQuery(question, server, 'tcp');
      queries++;
      connections[i] = connection;
      peers.set(connection, server);
    } else {
      noteReply(bytes, server, 'udp', bytes.length > generation.bufferBytes ? 'cut' : 'taken');
      replies[i] = bytes.subarray(0, generation.bufferBytes);
    }
  };
  /** False gives the whole exchange up. */
  const takeTcpReply = (connection: TcpSocket, bytes: Uint8Array): boolean => {
    const isAccepted = bytes.length >= shortestTcpMessageBytes && acceptedRcodes.includes(rcodeOf(bytes));
    const use = !isAccepted ? 'ignored' : bytes.length > generation.bufferBytes ? 'cut' : 'taken';
    noteReply(bytes, peerOf(connection), 'tcp', use);
    if (!isAccepted) return false;
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
    } else if (event.kind === 'failed') {
      const connection = socket as TcpSocket;
      const question = questions[connections.indexOf(connection)];
      steps.push({
        kind: 'failure',
        atMs: network.now(),
        server: peerOf(connection),
        transport: 'tcp',
        code: event.code,
        ...(question === undefined ? {} : { type: questionType(question) }),
      });
      break;
    } else if (!takeTcpReply(socket as TcpSocket, event.bytes)) break;
  }
  const waitedMs = network.now() - startMs;
  if (waitedMs >= timeoutMs && replies.includes(undefined))
    steps.push({ kind: 'silence', atMs: network.now(), server: undefined, waitedMs });
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
