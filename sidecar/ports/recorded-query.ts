/** The seam between the sidecar, which can play one query apart from all others, and who shows what came of it. */
import type { LookupRecord } from '../../shared/report/lookup-record.ts';
import type { WireName } from '../wire/name.ts';

/** As a client would ask now, past everything that is remembered. */
export type RecordedQuery = (question: RecordedQuestion) => Promise<RecordedReply>;

export interface RecordedQuestion {
  readonly name: WireName;
  readonly type: number;
  /** Whose view it is. */
  readonly client: string;
}

export interface RecordedReply {
  /** A whole DNS message; undefined: none came in the time that a search has. */
  readonly bytes: Uint8Array | undefined;
  readonly elapsedMs: number;
  readonly record: LookupRecord;
}
