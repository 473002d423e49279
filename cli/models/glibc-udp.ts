/** glibc's `send_dg` (resolv/res_send.c): one server asked over UDP, for both halves of a pair or one question. */
import type { GlibcConfiguration } from './glibc-configuration.ts';
import {
  closeAll,
  noteFailure,
  noteQuery,
  noteReply,
  noteSilence,
  rcodeOf,
  sameId,
  serverAt,
  socketOf,
  type Exchange,
  type GlibcReply,
} from './glibc-state.ts';
import { headerBytes, isLame, readHeader, readQuestion, type Header } from './message.ts';
import { receive } from './network.ts';
import type { ReplyUse } from './timeline.ts';

const rcodeNone = 0;
const failoverRcodes = [2, 4, 5]; // SERVFAIL, NOTIMP, REFUSED

export type UdpOutcome = readonly GlibcReply[] | 'next-server' | 'truncated';

export async function askOverUdp(exchange: Exchange, index: number): Promise<UdpOutcome> {
  const { state, questions } = exchange;
  const { flags } = state.configuration;
  const heardBefore = exchange.heard;
  if (flags.has('single-request-reopen')) state.serial = 'new-socket';
  else if (flags.has('single-request') && state.serial === 'no') state.serial = 'same-socket';
  for (;;) {
    const turn = await udpTurn(exchange, index);
    if (turn.ended === 'both-refused') return 'next-server';
    if (turn.ended !== 'timeout') return turn.ended === 'complete' ? turn.replies : turn.ended;
    if (questions.length < 2 || turn.replies.length === 0) {
      exchange.heard = true;
      return 'next-server';
    }
    if (state.serial === 'new-socket') return turn.replies;
    if (state.serial === 'same-socket') closeAll(exchange);
    state.serial = state.serial === 'no' ? 'same-socket' : 'new-socket';
    exchange.heard = heardBefore;
  }
}

interface UdpTurn {
  /** After `both-refused` the sockets stay open: the next attempt comes from the same port. */
  readonly ended: 'complete' | 'timeout' | 'next-server' | 'both-refused' | 'truncated';
  readonly replies: readonly GlibcReply[];
}

/** One turn of sending and waiting; A and AAAA back to back, or in serial mode one after the other. */
async function udpTurn(exchange: Exchange, index: number): Promise<UdpTurn> {
  const { state, questions } = exchange;
  const { network } = state;
  const startMs = network.now();
  const untilMs = startMs + serverTimeMs(state.configuration, index);
  const isSerial = state.serial !== 'no' && questions.length > 1;
  const turn: OpenTurn = { isSerial, open: questions.map(() => true), replies: [], hasFailoverHalf: false };
  let socket = socketOf(exchange, index);
  const send = (number: number) => {
    const question = questions[number] ?? new Uint8Array();
    socket.send(question, serverAt(state, index));
    noteQuery(exchange, question, index, 'udp');
    state.queries++;
  };
  send(0);
  if (!isSerial && questions.length > 1) send(1);
  for (;;) {
    const received = await receive(network, [socket], untilMs);
    if (received === undefined) {
      noteSilence(exchange, network.now() - startMs, index);
      return { ended: 'timeout', replies: turn.replies };
    }
    const { event } = received;
    const repliesBefore = turn.replies.length;
    const ended = event.kind === 'failed' ? 'next-server' : takeDatagram(exchange, turn, event.bytes);
    if (event.kind === 'failed') noteFailure(exchange, event.code, index, 'udp');
    else noteReply(exchange, event.bytes, index, 'udp', useOf(ended, turn.replies.length > repliesBefore));
    if (ended === 'next-question') {
      if (state.serial === 'new-socket') {
        closeAll(exchange);
        socket = socketOf(exchange, index);
      }
      send(1);
    } else if (ended !== 'wait') {
      if (ended !== 'complete' && ended !== 'both-refused') closeAll(exchange);
      return { ended, replies: turn.replies };
    }
  }
}

function useOf(ended: UdpTurn['ended'] | 'wait' | 'next-question', isTaken: boolean): ReplyUse {
  if (isTaken) return 'taken';
  if (ended === 'truncated') return 'over-tcp';
  // The refusal of one half leaves the other's reply, if it comes, to count alone.
  return ended === 'next-server' || ended === 'both-refused' ? 'next-server' : 'ignored';
}

interface OpenTurn {
  readonly isSerial: boolean;
  /** By question: a reply is awaited. */
  readonly open: boolean[];
  readonly replies: GlibcReply[];
  /** One half of the pair was refused by the server. */
  hasFailoverHalf: boolean;
}

type Taken = Exclude<UdpTurn['ended'], 'timeout'> | 'wait' | 'next-question';

function takeDatagram(exchange: Exchange, turn: OpenTurn, bytes: Uint8Array): Taken {
  const { questions } = exchange;
  const { open, replies, isSerial } = turn;
  if (bytes.length === 0) return 'next-server';
  const isFirst = replies.length === 0 && !turn.hasFailoverHalf;
  if ((isFirst || questions.length === 1) && bytes.length > 3) exchange.lastRcode = rcodeOf(bytes);
  exchange.heard = true;
  if (bytes.length < headerBytes) return 'next-server';
  const number = questions.findIndex((question, i) => open[i] && answers(bytes, question));
  if (number < 0) return 'wait';
  const header = readHeader(bytes);
  if (isFailover(header)) return takeFailover(exchange, turn, number, isFirst);
  if (header.truncated) return 'truncated';
  open[number] = false;
  replies.push({ bytes, header });
  if (!open.includes(true)) return 'complete';
  return isSerial ? 'next-question' : 'wait';
}

/** A reply that sends glibc to the next server, unless the other half of the pair may still count. */
function takeFailover({ questions, state }: Exchange, turn: OpenTurn, number: number, isFirst: boolean): Taken {
  if (state.configuration.flags.has('strict-error')) return 'next-server';
  if (!isFirst) return turn.replies.length > 0 ? 'complete' : 'both-refused';
  if (questions.length === 1 || turn.isSerial) return 'next-server';
  turn.hasFailoverHalf = true;
  turn.open[number] = false;
  return 'wait';
}

function serverTimeMs({ timeoutSeconds, servers }: GlibcConfiguration, index: number): number {
  const seconds = timeoutSeconds * 2 ** index;
  return 1000 * Math.max(1, index > 0 ? Math.trunc(seconds / servers.length) : seconds);
}

function isFailover(header: Header): boolean {
  return (header.rcode === rcodeNone && isLame(header)) || failoverRcodes.includes(header.rcode);
}

/** `__libc_res_queriesmatch`, with the bare header that is taken since 2.41. */
function answers(reply: Uint8Array, question: Uint8Array): boolean {
  if (!sameId(reply, question)) return false;
  const { questionCount, rcode } = readHeader(reply);
  if (questionCount === 0) return reply.length === headerBytes && failoverRcodes.includes(rcode);
  const asked = readQuestion(question);
  const echoed = readQuestion(reply);
  return (
    questionCount === 1 && asked?.type === echoed?.type && asked?.name.toLowerCase() === echoed?.name.toLowerCase()
  );
}
