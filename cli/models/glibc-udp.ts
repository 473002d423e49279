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
} from './glibc-walk.ts';
import { HEADER_BYTES, isLame, readHeader, readQuestion, type Header } from './message.ts';
import { receive } from './network.ts';
import type { ReplyUse } from './timeline.ts';

const RCODE_NONE = 0;
const SOFT_RCODES = [2, 4, 5]; // SERVFAIL, NOTIMP, REFUSED

export type UdpResult = readonly GlibcReply[] | 'next-server' | 'truncated';

export async function askOverUdp(exchange: Exchange, index: number): Promise<UdpResult> {
  const { walk, questions } = exchange;
  const { flags } = walk.configuration;
  const heardBefore = exchange.heard;
  if (flags.has('single-request-reopen')) walk.serial = 'new-socket';
  else if (flags.has('single-request') && walk.serial === 'no') walk.serial = 'same-socket';
  for (;;) {
    const round = await udpRound(exchange, index);
    if (round.ended === 'both-refused') return 'next-server';
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
  /** After `both-refused` the sockets stay open: the next attempt comes from the same port. */
  readonly ended: 'complete' | 'timeout' | 'next-server' | 'both-refused' | 'truncated';
  readonly replies: readonly GlibcReply[];
}

/** One round of sending and waiting; A and AAAA back to back, or in serial mode one after the other. */
async function udpRound(exchange: Exchange, index: number): Promise<UdpRound> {
  const { walk, questions } = exchange;
  const { network } = walk;
  const startMs = network.now();
  const untilMs = startMs + serverTimeMs(walk.configuration, index);
  const isSerial = walk.serial !== 'no' && questions.length > 1;
  const round: OpenRound = { isSerial, open: questions.map(() => true), replies: [], hasSoftHalf: false };
  let socket = socketOf(exchange, index);
  const send = (number: number) => {
    const question = questions[number] ?? new Uint8Array();
    socket.send(question, serverAt(walk, index));
    noteQuery(exchange, question, index, 'udp');
    walk.queries++;
  };
  send(0);
  if (!isSerial && questions.length > 1) send(1);
  for (;;) {
    const received = await receive(network, [socket], untilMs);
    if (received === undefined) {
      noteSilence(exchange, network.now() - startMs, index);
      return { ended: 'timeout', replies: round.replies };
    }
    const { event } = received;
    const repliesBefore = round.replies.length;
    const ended = event.kind === 'failed' ? 'next-server' : takeDatagram(exchange, round, event.bytes);
    if (event.kind === 'failed') noteFailure(exchange, event.code, index, 'udp');
    else noteReply(exchange, event.bytes, index, 'udp', useOf(ended, round.replies.length > repliesBefore));
    if (ended === 'next-question') {
      if (walk.serial === 'new-socket') {
        closeAll(exchange);
        socket = socketOf(exchange, index);
      }
      send(1);
    } else if (ended !== 'wait') {
      if (ended !== 'complete' && ended !== 'both-refused') closeAll(exchange);
      return { ended, replies: round.replies };
    }
  }
}

function useOf(ended: UdpRound['ended'] | 'wait' | 'next-question', isTaken: boolean): ReplyUse {
  if (isTaken) return 'taken';
  if (ended === 'truncated') return 'over-tcp';
  // The refusal of one half leaves the other's reply, if it comes, to count alone.
  return ended === 'next-server' || ended === 'both-refused' ? 'next-server' : 'ignored';
}

interface OpenRound {
  readonly isSerial: boolean;
  /** By question: a reply is awaited. */
  readonly open: boolean[];
  readonly replies: GlibcReply[];
  /** One half of the pair was refused by the server. */
  hasSoftHalf: boolean;
}

type Taken = Exclude<UdpRound['ended'], 'timeout'> | 'wait' | 'next-question';

function takeDatagram(exchange: Exchange, round: OpenRound, bytes: Uint8Array): Taken {
  const { questions } = exchange;
  const { open, replies, isSerial } = round;
  if (bytes.length === 0) return 'next-server';
  const isFirst = replies.length === 0 && !round.hasSoftHalf;
  if ((isFirst || questions.length === 1) && bytes.length > 3) exchange.lastRcode = rcodeOf(bytes);
  exchange.heard = true;
  if (bytes.length < HEADER_BYTES) return 'next-server';
  const number = questions.findIndex((question, i) => open[i] && answers(bytes, question));
  if (number < 0) return 'wait';
  const header = readHeader(bytes);
  if (isSoft(header)) return takeSoft(exchange, round, number, isFirst);
  if (header.truncated) return 'truncated';
  open[number] = false;
  replies.push({ bytes, header });
  if (!open.includes(true)) return 'complete';
  return isSerial ? 'next-question' : 'wait';
}

/** A reply that sends glibc to the next server, unless the other half of the pair may still count. */
function takeSoft({ questions, walk }: Exchange, round: OpenRound, number: number, isFirst: boolean): Taken {
  if (walk.configuration.flags.has('strict-error')) return 'next-server';
  if (!isFirst) return round.replies.length > 0 ? 'complete' : 'both-refused';
  if (questions.length === 1 || round.isSerial) return 'next-server';
  round.hasSoftHalf = true;
  round.open[number] = false;
  return 'wait';
}

function serverTimeMs({ timeoutSeconds, servers }: GlibcConfiguration, index: number): number {
  const seconds = timeoutSeconds * 2 ** index;
  return 1000 * Math.max(1, index > 0 ? Math.trunc(seconds / servers.length) : seconds);
}

function isSoft(header: Header): boolean {
  return (header.rcode === RCODE_NONE && isLame(header)) || SOFT_RCODES.includes(header.rcode);
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
