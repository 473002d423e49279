/**
 * What one lookup did, in order: one form for the command line, for traces of the sidecar, and for whoever reads either.
 * Times are milliseconds from the start of the lookup.
 */
export interface LookupRecord {
  /** In the order of their turn. */
  readonly candidates: readonly CandidateRecord[];
  /** Why the name as a whole was refused, without a query. */
  readonly rejected?: 'empty-label' | 'too-long' | 'no-host-name';
  /** The name is in the hosts file, and no nameserver was asked. */
  readonly isFromHosts?: true;
}

export interface CandidateRecord {
  /** Without a final dot. */
  readonly name: string;
  /** The entry of the search list; undefined for the name as it is. */
  readonly entry: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly steps: readonly StepRecord[];
  readonly conclusion: CandidateConclusion;
  /** What kept musl from reading all of a reply. */
  readonly limits: readonly ReadingLimit[];
}

/**
 * What the resolver made of a candidate. `found`: it has an answer. `unusable`: an answer came, without an address that
 * counts. `passed-over`: it was not asked. `refused`: the connection was, at every server. `not-encodable`: it is no
 * name, and the lookup ends. `open`: the lookup was over before.
 */
export const candidateConclusions = [
  'open',
  'found',
  'unusable',
  'no-such-name',
  'no-data',
  'server-failure',
  'temporary',
  'refused',
  'fatal',
  'passed-over',
  'not-encodable',
] as const;

export type CandidateConclusion = (typeof candidateConclusions)[number];

/** `addresses`: no more than 48. `records`: no reply with more than 64. `pointer`: none beyond an offset. */
export type ReadingLimit = 'addresses' | 'records' | 'pointer' | 'damage';

export interface ServerRecord {
  readonly address: string;
  readonly port: number;
}

interface StepAtServer {
  readonly atMs: number;
  readonly server: ServerRecord;
  readonly transport: 'udp' | 'tcp';
}

export type StepRecord =
  | (StepAtServer & { readonly kind: 'query'; readonly type: number })
  | (StepAtServer & {
      readonly kind: 'reply';
      readonly type: number;
      readonly reply: ReplyRecord;
      readonly use: ReplyUse;
    })
  /** `code`: an errno name, or `EOF`. `type`: of the one question of a connection; undefined where it is of all. */
  | (StepAtServer & { readonly kind: 'failure'; readonly code: string; readonly type?: number })
  /** Nothing more came from this server, or for musl from any, in the time that it had. */
  | {
      readonly kind: 'silence';
      readonly atMs: number;
      readonly server: ServerRecord | undefined;
      readonly waitedMs: number;
    };

/**
 * `taken`: it is the reply to its question; `cut`: so much of it as the buffer holds. `repeated`: the question is asked
 * again at once. `over-tcp`: it is asked again over TCP. `next-server`: the next server's turn. `ignored`: as if it had
 * not arrived.
 */
export const replyUses = ['taken', 'cut', 'repeated', 'over-tcp', 'next-server', 'ignored'] as const;

export type ReplyUse = (typeof replyUses)[number];

export interface ReplyRecord {
  readonly kind: ReplyKind;
  readonly rcode: number;
  /** Of the asked type. */
  readonly addresses: readonly string[];
  /** TC: there is more, over TCP. */
  readonly isTruncated: boolean;
  readonly bytes: number;
}

/**
 * `addresses`, `alias` (one that leads nowhere), `empty`: NOERROR, by what the answer section has. `lame`: an empty
 * reply of a server that has nothing to do with the name (neither authoritative nor recursive). `unreadable`: no
 * message, or one with a fault.
 */
export const replyKinds = ['addresses', 'alias', 'empty', 'lame', 'error', 'unreadable'] as const;

export type ReplyKind = (typeof replyKinds)[number];
