/** glibc's `send_vc` (resolv/res_send.c): one server asked over TCP. */
import {
  noteFailure,
  noteQuery,
  noteReply,
  rcodeOf,
  sameId,
  serverAt,
  type Exchange,
  type GlibcReply,
} from './glibc-state.ts';
import { headerBytes, readHeader } from './message.ts';
import { receive, type TcpSocket } from './network.ts';

/** glibc waits without end for a TCP connection; the model gives up, as its servers may be real. */
const tcpTimeoutMs = 30_000;

/** Both questions on one connection; whatever comes back counts, matched by its ID alone. */
export async function askOverTcp(exchange: Exchange, index: number): Promise<GlibcReply[] | undefined> {
  for (let resets = 0; ; resets++) {
    const replies = await askOnConnection(exchange, index);
    if (replies !== undefined) return replies;
    // A connection that was reset is opened once more.
    if (exchange.tcpCode !== 'ECONNRESET' || resets > 0) return undefined;
  }
}

/** Undefined: `tcpCode` says what went wrong. */
async function askOnConnection(exchange: Exchange, index: number): Promise<GlibcReply[] | undefined> {
  const { state, questions } = exchange;
  const connection = state.network.openTcp(serverAt(state, index));
  for (const question of questions) {
    connection.send(question);
    noteQuery(exchange, question, index, 'tcp');
    state.queries++;
  }
  const replies = await repliesOn(connection, exchange, index);
  connection.close();
  return replies;
}

async function repliesOn(connection: TcpSocket, exchange: Exchange, index: number): Promise<GlibcReply[] | undefined> {
  const { state, questions } = exchange;
  const replies: GlibcReply[] = [];
  const open = questions.map(() => true);
  const untilMs = state.network.now() + tcpTimeoutMs;
  while (open.includes(true)) {
    const received = await receive(state.network, [connection], untilMs);
    if (received === undefined || received.event.kind === 'failed') {
      exchange.tcpCode = received?.event.kind === 'failed' ? received.event.code : 'ETIMEDOUT';
      noteFailure(exchange, exchange.tcpCode, index, 'tcp');
      return undefined;
    }
    const { bytes } = received.event;
    if (replies.length === 0 && bytes.length > 3) exchange.lastRcode = rcodeOf(bytes);
    if (bytes.length < headerBytes) {
      exchange.tcpCode = 'EMSGSIZE';
      return undefined;
    }
    const n = questions.findIndex((question, i) => open[i] && sameId(question, bytes));
    noteReply(exchange, bytes, index, 'tcp', n < 0 ? 'ignored' : 'taken');
    if (n < 0) continue;
    open[n] = false;
    replies.push({ bytes, header: readHeader(bytes) });
  }
  return replies;
}
