/**
 * Whether a UDP socket may ask another question after its own was answered, or is closed.
 *
 * A port of its own for each question is what makes a reply hard to guess. Under load opening them is a good part of the work; a
 * socket then asks a bounded number of questions in a bounded time, one at a time, each under an unpredictable ID.
 */
import { readUint16 } from '../../wire/bytes.ts';
import { headerBytes } from '../../wire/iana.ts';

export interface ReuseLimits {
  /** From so many questions over UDP in a second on, sockets are used again. */
  readonly reuseFrom: number;
  /** Questions of one socket in its life; with 1 none is used again. */
  readonly maxQuestions: number;
  /** How long a socket asks questions, in milliseconds. */
  readonly maxAgeMs: number;
}

/** What happened on a socket. */
export interface SocketUse {
  readonly openedAt: number;
  /** Questions so far, the last one included. */
  readonly questions: number;
  /** Datagrams of the last question: a repeated one may be answered twice. */
  readonly sent: number;
  /** The one datagram that came was the echo of the last question. */
  readonly isAnswered: boolean;
  /** Something came that no question of this socket asked for, or an error. */
  readonly isSpoilt: boolean;
}

/**
 * The last question is over, at a time of so many questions in a second. A question that was not answered by exactly one reply leaves its
 * socket to nobody: its reply, or an ICMP error, may still come.
 */
export function mayAskAgain(use: SocketUse, limits: ReuseLimits, perSecond: number, now: number): boolean {
  if (perSecond < limits.reuseFrom || use.isSpoilt || !use.isAnswered || use.sent !== 1) return false;
  return use.questions < limits.maxQuestions && now - use.openedAt < limits.maxAgeMs;
}

/** How many questions were asked of late, told in seconds: the last one, or the one under way if that has more. */
export interface QuestionRate {
  readonly since: number;
  readonly count: number;
  readonly before: number;
}

export const noQuestions: QuestionRate = { since: -Infinity, count: 0, before: 0 };

export function countQuestion({ since, count, before }: QuestionRate, now: number): QuestionRate {
  if (now - since < secondMs) return { since, count: count + 1, before };
  return { since: now, count: 1, before: now - since < 2 * secondMs ? count : 0 };
}

export function questionsPerSecond({ count, before }: QuestionRate): number {
  return Math.max(count, before);
}

const secondMs = 1000;

/** The reply has the ID and, byte for byte, the question of the query. */
export function isEcho(query: Uint8Array, reply: Uint8Array): boolean {
  const end = questionEnd(query);
  if (readUint16(reply, 0) !== readUint16(query, 0) || readUint16(reply, 4) !== 1) return false;
  for (let index = headerBytes; index < end; index++) if (reply[index] !== query[index]) return false;
  return true;
}

/** Queries of ours have one question, its name not compressed. */
function questionEnd(query: Uint8Array): number {
  let offset = headerBytes;
  for (let length = query[offset] ?? 0; length > 0; length = query[offset] ?? 0) offset += length + 1;
  return offset + 5;
}
