/**
 * The outcome of one candidate: the accepted halves turned into glibc's h_errno
 * (`__res_context_query` in resolv/res_query.c).
 */
import type { ReadAnswer } from '../../wire/answer.ts';
import type { ReplyClass } from '../../wire/classify-reply.ts';

export type { ReplyClass } from '../../wire/classify-reply.ts';

export interface UpstreamReply {
  readonly class: ReplyClass;
  readonly rcode: number;
  readonly answer?: ReadAnswer | undefined;
  readonly message: Uint8Array;
  /** On the monotonic clock, in milliseconds; missing where it was remembered. */
  readonly receivedAt?: number | undefined;
  /** Missing where nothing is remembered. */
  readonly kept?: KeptTimes | undefined;
  /** It was taken from memory. */
  readonly isRecalled?: true;
  /** Its addresses are given turned by so many places: who asks servers sees them in another order each time. */
  readonly turn?: number | undefined;
}

/** On the monotonic clock, in milliseconds. */
export interface KeptTimes {
  /** When its TTLs were true. */
  readonly since: number;
  /** Until when it may be used again, -Infinity where never; and where the other half of its exchange is data. */
  readonly goodUntil: number;
  readonly goodUntilBesideData: number;
}

/**
 * POS: stops the search. NODATA, NX, SF: the search goes on. FATAL, TEMP: the search stops and the name as it is comes
 * next. DEAD: everything stops.
 */
export type OutcomeCode = 'POS' | 'NODATA' | 'NX' | 'FATAL' | 'SF' | 'TEMP' | 'DEAD';

export interface CandidateOutcome {
  readonly code: OutcomeCode;
  /** The accepted replies: of the A question (or the only one) and of the AAAA question. */
  readonly halves: readonly [UpstreamReply | undefined, UpstreamReply | undefined];
  /** Low four rcode bits that decided, for clients that get the upstream's rcode. */
  readonly rcode: number;
}

const noHalves = [undefined, undefined] as const;

/** At least one half was accepted. `primaryRcode`: rcode in glibc's primary reply buffer. */
export function judgeCandidate(
  first: UpstreamReply | undefined,
  second: UpstreamReply | undefined,
  primaryRcode: number,
): CandidateOutcome {
  const halves = [first, second] as const;
  if (isPositive(first) || isPositive(second)) return { code: 'POS', halves, rcode: 0 };
  const rcode = decidingRcode(first, second);
  switch (rcode) {
    case 0:
      return { code: 'NODATA', halves, rcode };
    case 3:
      return { code: 'NX', halves, rcode };
    case 2:
      return { code: primaryRcode === 2 ? 'SF' : 'TEMP', halves, rcode };
    default:
      return { code: 'FATAL', halves, rcode };
  }
}

/** That of the first reply, or of the second where there is none or it says 0; its low four bits. */
function decidingRcode(first: UpstreamReply | undefined, second: UpstreamReply | undefined): number {
  return ((first?.rcode ?? 0) || (second?.rcode ?? 0)) & 0x0f;
}

/** No server gave an accepted reply. `dead`: errno is ECONNREFUSED in glibc. */
export function judgeFailure(dead: boolean, primaryRcode: number): CandidateOutcome {
  if (dead) return { code: 'DEAD', halves: noHalves, rcode: 2 };
  return { code: primaryRcode === 2 ? 'SF' : 'TEMP', halves: noHalves, rcode: 2 };
}

/** A name that cannot be put on the wire: glibc's res_mkquery fails, h_errno NO_RECOVERY. */
export const unencodable: CandidateOutcome = { code: 'FATAL', halves: noHalves, rcode: 3 };

/** What a server that denies the name would lead to. */
export const noSuchName: CandidateOutcome = { code: 'NX', halves: noHalves, rcode: 3 };

/** What one leads to that has the name, and nothing of what is asked for. */
export const noRecords: CandidateOutcome = { code: 'NODATA', halves: noHalves, rcode: 0 };

/** glibc's test for an answer: rcode 0 and a record in the answer section, whatever it is. */
export function isPositive(reply: UpstreamReply | undefined): boolean {
  return reply !== undefined && (reply.class === 'DATA' || reply.class === 'ALIAS' || reply.class === 'BAD');
}

/**
 * What a POS outcome is to a program. `unusable`: the answer holds nothing that was asked for, to which its aliases lead.
 * `unreadable`: glibc cannot parse it, and the lookup ends with NO_RECOVERY, unless the A half already gave addresses.
 */
export function judgePositive({
  halves: [first, second],
}: Pick<CandidateOutcome, 'halves'>): 'positive' | 'unusable' | 'unreadable' {
  if (first?.class === 'BAD' || (second?.class === 'BAD' && first?.class !== 'DATA')) return 'unreadable';
  return first?.class === 'DATA' || second?.class === 'DATA' ? 'positive' : 'unusable';
}

/** The reply is the same whether the sibling question comes or not. */
export function isSameForPair({ answer }: UpstreamReply): boolean {
  return answer === undefined || answer.laterAliases.length === 0;
}
