/** What one lookup of a model did, in order, for reports. A model that has one fills it as it goes. */
import { number16, headerBytes } from './message.ts';
import type { Endpoint } from './network.ts';
import { summarizeReply, type ReplySummary } from './reply-summary.ts';

export interface Timeline {
  /** In the order of their turn. glibc begins anew when a result does not fit its buffer: then names come again. */
  readonly candidates: CandidateTimeline[];
  /** Why the name as a whole was refused, without a query. */
  rejected?: 'empty-label' | 'too-long' | 'no-host-name';
}

export interface CandidateTimeline {
  /** Without a final dot. */
  readonly name: string;
  /** The entry of the search list; undefined for the name as it is. */
  readonly entry: string | undefined;
  readonly startMs: number;
  endMs: number;
  readonly steps: TimelineStep[];
  conclusion: Conclusion;
  /** What kept musl from reading all of a reply. */
  readonly limits: Set<ReadingLimit>;
}

/**
 * What the library made of a candidate. `found`: it has an answer. `unusable`: an answer came, without an address that
 * counts. `passed-over`: it was not asked. `refused`: the connection was, at every server. `not-encodable`: it is no
 * name, and the lookup ends. `open`: the model has not ended.
 */
export type Conclusion =
  | 'open'
  | 'found'
  | 'unusable'
  | 'no-such-name'
  | 'no-data'
  | 'server-failure'
  | 'temporary'
  | 'refused'
  | 'fatal'
  | 'passed-over'
  | 'not-encodable';

/** `addresses`: no more than 48. `records`: no reply with more than 64. `pointer`: none beyond an offset. */
export type ReadingLimit = 'addresses' | 'records' | 'pointer' | 'damage';

export type Transport = 'udp' | 'tcp';

export type TimelineStep =
  | {
      readonly kind: 'query';
      readonly atMs: number;
      readonly server: Endpoint;
      readonly transport: Transport;
      readonly type: number;
    }
  | {
      readonly kind: 'reply';
      readonly atMs: number;
      readonly server: Endpoint;
      readonly transport: Transport;
      readonly type: number;
      readonly reply: ReplySummary;
      readonly use: ReplyUse;
    }
  | {
      readonly kind: 'failure';
      readonly atMs: number;
      readonly server: Endpoint;
      readonly transport: Transport;
      /** An errno name, or `EOF`. */
      readonly code: string;
      /** Of the one question of a connection; undefined where it is of all. */
      readonly type?: number;
    }
  /** Nothing more came from this server, or for musl from any, in the time that it had. */
  | {
      readonly kind: 'silence';
      readonly atMs: number;
      readonly server: Endpoint | undefined;
      readonly waitedMs: number;
    };

/**
 * What a library does with a reply. `taken`: it is the reply to its question; `cut`: so much of it as the buffer holds.
 * `repeated`: the question is asked again at once. `over-tcp`: it is asked again over TCP. `next-server`: the next
 * server's turn. `ignored`: as if it had not arrived.
 */
export type ReplyUse = 'taken' | 'cut' | 'repeated' | 'over-tcp' | 'next-server' | 'ignored';

const questionFixedBytes = 4;

export function createTimeline(): Timeline {
  return { candidates: [] };
}

export function beginCandidate(
  timeline: Timeline | undefined,
  name: string,
  entry: string | undefined,
  nowMs: number,
): CandidateTimeline {
  const candidate: CandidateTimeline = {
    name: name.replace(/\.+$/, ''),
    entry,
    startMs: nowMs,
    endMs: nowMs,
    steps: [],
    conclusion: 'open',
    limits: new Set(),
  };
  timeline?.candidates.push(candidate);
  return candidate;
}

/** @param questions of the candidate, among which the reply's ID finds its own */
export function replyStep(
  bytes: Uint8Array,
  questions: readonly Uint8Array[],
  step: { readonly atMs: number; readonly server: Endpoint; readonly transport: Transport; readonly use: ReplyUse },
): TimelineStep[] {
  const question = questions.find((candidate) => number16(candidate, 0) === number16(bytes, 0));
  if (question === undefined) return [];
  const type = questionType(question);
  return [{ kind: 'reply', ...step, type, reply: summarizeReply(bytes, type) }];
}

/** Of a query of a model; musl before 1.2.4 composes one whose name has no end, with the type behind it all the same. */
export function questionType(question: Uint8Array): number {
  let at = headerBytes;
  while ((question[at] ?? 0) > 0) at += 1 + (question[at] ?? 0);
  const isNameWhole = at + questionFixedBytes < question.length;
  return number16(question, isNameWhole ? at + 1 : question.length - questionFixedBytes);
}
