/** What `POST /trace` of a sidecar answers: the sidecar writes it, and the command line reads it. */
import type { LookupRecord } from './lookup-record.ts';

/** Changes where a reader would break. */
export const traceFormat = 'sidecar.alpine-resolver.io/trace/v1';

export const tracePath = '/trace';

export interface TraceRecord {
  readonly format: typeof traceFormat;
  /** Of the sidecar. */
  readonly version: string;
  readonly name: string;
  readonly mode: 'marker' | 'plain' | 'as-is';
  /** The configuration in force, in the syntax of resolv.conf. */
  readonly resolvConf: string;
  /** False: the time was over before. */
  readonly isComplete: boolean;
  readonly elapsedMs: number;
  /** What a program gets. A question that is not here got no reply. */
  readonly replies: readonly TracedReply[];
  /** What was asked upstream, as if nothing were remembered. */
  readonly lookup: LookupRecord;
  readonly held: HeldAnswers;
}

export interface TracedReply {
  readonly type: 'A' | 'AAAA';
  readonly rcode: string;
  readonly addresses: readonly string[];
  readonly isTruncated: boolean;
}

/** What the caches hold of the name and its candidates: programs get it without a question upstream. */
export interface HeldAnswers {
  /** Of whole searches. */
  readonly answers: readonly HeldAnswer[];
  readonly replies: readonly HeldReply[];
}

export interface HeldAnswer {
  /** As programs ask for it, without the search marker. */
  readonly name: string;
  readonly isSearched: boolean;
  readonly type: string;
  readonly rcode: string;
  readonly addresses: readonly string[];
  readonly secondsLeft: number;
}

export interface HeldReply {
  readonly name: string;
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
  readonly type: string;
  readonly rcode: string;
  readonly addresses: readonly string[];
  readonly secondsLeft: number;
}
