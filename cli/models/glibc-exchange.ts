/**
 * glibc's `__res_context_send` (resolv/res_send.c): the questions of one candidate to one server after
 * the other, over UDP (`send_dg`) and, from the first truncated reply on, over TCP (`send_vc`).
 */
import type { GlibcConfiguration } from './glibc-configuration.ts';
import { HEADER_BYTES, number16, readHeader, readQuestion, type Header } from './message.ts';
import { receive, type Endpoint, type Network, type UdpSocket } from './network.ts';

export interface GlibcReply {
  readonly bytes: Uint8Array;
  readonly header: Header;
}

export type GlibcExchange = GlibcReplies | GlibcFailure;

/** One or both replies, in the order of arrival. */
export interface GlibcReplies {
  readonly kind: 'replies';
  readonly replies: readonly GlibcReply[];
}

export interface GlibcFailure {
  readonly kind: 'failure';
  /** errno is ECONNREFUSED: it ends the whole search. */
  readonly refused: boolean;
  /** What the first reply buffer holds: rcode of the datagram that was written there last. */
  readonly lastRcode: number;
}

/** What lasts for all candidates of one lookup. */
export interface GlibcWalk {
  readonly configuration: GlibcConfiguration;
  readonly network: Network;
  /** Once a half was lost, the rest of the walk asks A and AAAA one after the other. */
  serial: 'no' | 'same-socket' | 'new-socket';
  /** `rotate`: where the next candidate begins. */
  firstServer: number;
  queries: number;
}

/** glibc waits without end for a TCP connection; the model gives up, as its servers may be real. */
const TCP_PATIENCE_MS = 30_000;
const RCODE_NONE = 0;
const SOFT_RCODES = [2, 4, 5]; // SERVFAIL, NOTIMP, REFUSED

export async function exchangeAsGlibc(questions: readonly Uint8Array[], walk: GlibcWalk): Promise<GlibcExchange> {
  const { servers, attempts, flags } = walk.configuration;
  const exchange: Exchange = {
    walk,
    questions,
    sockets: new Map(),
    lastRcode: RCODE_NONE,
    heard: false,
    tcpCode: '',
  };
  const start = flags.has('rotate') ? walk.firstServer++ : 0;
  let overTcp = flags.has('use-vc');
  try {
    for (let attempt = 1; attempt <= attempts; attempt++)
      for (let step = 0; step < servers.length; step++) {
        const index = (start + step) % servers.length;
        const overUdp = overTcp ? 'truncated' : await askOverUdp(exchange, index);
        if (overUdp === 'next-server') continue;
        if (overUdp !== 'truncated') return { kind: 'replies', replies: overUdp };
        overTcp = true;
        attempt = attempts;
        const replies = await askOverTcp(exchange, index);
        if (replies !== undefined) return { kind: 'replies', replies };
      }
  } finally {
    closeAll(exchange);
  }
  const refused = overTcp ? exchange.tcpCode === 'ECONNREFUSED' : !exchange.heard;
  return { kind: 'failure', refused, lastRcode: exchange.lastRcode };
}

interface Exchange {
  readonly walk: GlibcWalk;
  readonly questions: readonly Uint8Array[];
  /** Connected sockets by server; they stay open while other servers are asked. */
  readonly sockets: Map<number, UdpSocket>;
  lastRcode: number;
  /** `gotsomewhere`: a datagram came or a timer ran out. */
  heard: boolean;
  tcpCode: string;
}

type UdpResult = readonly GlibcReply[] | 'next-server' | 'truncated';

async function askOverUdp(exchange: Exchange, index: number): Promise<UdpResult> {
  const { walk, questions } = exchange;
  const { flags } = walk.configuration;
  const heardBefore = exchange.heard;
  if (flags.has('single-request-reopen')) walk.serial = 'new-socket';
  else if (flags.has('single-request') && walk.serial === 'no') walk.serial = 'same-socket';
  for (;;) {
    const round = await udpRound(exchange, index);
    if (round.ended !== 'timeout') return round.ended === 'complete' ? round.replies : round.ended;
    if (questions.length < 2 || round.replies.length === 0) {
      exchange.heard = true;
      return 'next-server';
    }
    if (walk.serial === 'new-socket') return round.replies;
    if (walk.serial === 'same-socket') closeAll(exchange);
    walk.serial = walk.serial === 'no' ? 'same-socket' : 'new-socket';
    exchange.heard = heardBefore;
  }
}

interface UdpRound {
  readonly ended: 'complete' | 'timeout' | 'next-server' | 'truncated';
  readonly replies: readonly GlibcReply[];
}

async function udpRound(exchange: Exchange, index: number): Promise<UdpRound> {
  const { walk, questions } = exchange;
  const { network } = walk;
  const strict = walk.configuration.flags.has('strict-error');
  const untilMs = network.now() + serverTimeMs(walk.configuration, index);
  const open = questions.map(() => true);
  const replies: GlibcReply[] = [];
  let softHalf = false;
  let socket = socketOf(exchange, index);
  const end = (ended: UdpRound['ended']): UdpRound => {
    if (ended === 'next-server' || ended === 'truncated') closeAll(exchange);
    return { ended, replies };
  };
  const send = (n: number) => {
    socket.send(questions[n] ?? new Uint8Array(), serverAt(walk, index));
    walk.queries++;
  };
  const serial = walk.serial !== 'no' && questions.length > 1;
  send(0);
  if (!serial && questions.length > 1) send(1);
  for (;;) {
    const received = await receive(network, [socket], untilMs);
    if (received === undefined) return end('timeout');
    if (received.event.kind === 'failed' || received.event.bytes.length === 0) return end('next-server');
    const { bytes } = received.event;
    const none = replies.length === 0 && !softHalf;
    if ((none || questions.length === 1) && bytes.length > 3) exchange.lastRcode = (bytes[3] ?? 0) & 0x0f;
    exchange.heard = true;
    if (bytes.length < HEADER_BYTES) return end('next-server');
    const n = questions.findIndex((question, i) => open[i] && answers(bytes, question));
    if (n < 0) continue;
    const header = readHeader(bytes);
    if (isSoft(header)) {
      if (strict) return end('next-server');
      if (!none) return { ended: replies.length > 0 ? 'complete' : 'next-server', replies };
      if (questions.length === 1 || serial) return end('next-server');
      softHalf = true;
      open[n] = false;
      continue;
    }
    if (header.truncated) return end('truncated');
    open[n] = false;
    replies.push({ bytes, header });
    if (!open.includes(true)) return end('complete');
    if (!serial) continue;
    if (walk.serial === 'new-socket') {
      closeAll(exchange);
      socket = socketOf(exchange, index);
    }
    send(1);
  }
}

/** Both questions on one connection; whatever comes back counts, matched by its ID alone. */
async function askOverTcp(exchange: Exchange, index: number): Promise<GlibcReply[] | undefined> {
  const { walk, questions } = exchange;
  for (let resets = 0; ; resets++) {
    const replies: GlibcReply[] = [];
    const open = questions.map(() => true);
    const connection = walk.network.openTcp(serverAt(walk, index));
    for (const question of questions) {
      connection.send(question);
      walk.queries++;
    }
    const untilMs = walk.network.now() + TCP_PATIENCE_MS;
    for (;;) {
      const received = await receive(walk.network, [connection], untilMs);
      if (received === undefined || received.event.kind === 'failed') {
        exchange.tcpCode = received?.event.kind === 'failed' ? received.event.code : 'ETIMEDOUT';
        break;
      }
      const { bytes } = received.event;
      if (replies.length === 0 && bytes.length > 3) exchange.lastRcode = (bytes[3] ?? 0) & 0x0f;
      if (bytes.length < HEADER_BYTES) {
        exchange.tcpCode = 'EMSGSIZE';
        break;
      }
      const n = questions.findIndex((question, i) => open[i] && sameId(question, bytes));
      if (n < 0) continue;
      open[n] = false;
      replies.push({ bytes, header: readHeader(bytes) });
      if (!open.includes(true)) break;
    }
    connection.close();
    if (!open.includes(true)) return replies;
    if (exchange.tcpCode !== 'ECONNRESET' || resets > 0) return undefined;
  }
}

function serverTimeMs({ timeoutSeconds, servers }: GlibcConfiguration, index: number): number {
  const seconds = timeoutSeconds * 2 ** index;
  return 1000 * Math.max(1, index > 0 ? Math.trunc(seconds / servers.length) : seconds);
}

function isSoft(header: Header): boolean {
  const { rcode, answerCount, additionalCount, authoritative, recursionAvailable } = header;
  const lame =
    rcode === RCODE_NONE && answerCount === 0 && additionalCount === 0 && !authoritative && !recursionAvailable;
  return lame || SOFT_RCODES.includes(rcode);
}

/** `__libc_res_queriesmatch`, with the bare header that is taken since 2.41. */
function answers(reply: Uint8Array, question: Uint8Array): boolean {
  if (!sameId(reply, question)) return false;
  const { questionCount, rcode } = readHeader(reply);
  if (questionCount === 0) return reply.length === HEADER_BYTES && SOFT_RCODES.includes(rcode);
  const asked = readQuestion(question);
  const echoed = readQuestion(reply);
  return (
    questionCount === 1 && asked?.type === echoed?.type && asked?.name.toLowerCase() === echoed?.name.toLowerCase()
  );
}

function sameId(a: Uint8Array, b: Uint8Array): boolean {
  return number16(a, 0) === number16(b, 0);
}

function serverAt(walk: GlibcWalk, index: number): Endpoint {
  const server = walk.configuration.servers[index];
  if (server === undefined) throw new RangeError(`no server ${index}`);
  return server;
}

function socketOf(exchange: Exchange, index: number): UdpSocket {
  const known = exchange.sockets.get(index);
  if (known !== undefined) return known;
  const socket = exchange.walk.network.openUdp(serverAt(exchange.walk, index));
  exchange.sockets.set(index, socket);
  return socket;
}

/** `__res_iclose`: a failure at one server closes the sockets of all. */
function closeAll(exchange: Exchange): void {
  for (const socket of exchange.sockets.values()) socket.close();
  exchange.sockets.clear();
}
