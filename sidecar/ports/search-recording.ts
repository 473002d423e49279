/** The seam between searches and whoever records what one of them does: types alone. */
import type { LookupRecord } from '../../shared/report/lookup-record.ts';
import type { CandidateOutcomeCode } from '../../shared/report/reasons.ts';
import type { UpstreamPort } from './upstream.ts';

/** Of one search, from its first query to its end. */
export interface SearchRecording {
  /** In the place of the real one. */
  readonly upstream: UpstreamPort;
  /** A candidate has its outcome; one that was remembered was never asked for. */
  judged(name: string, outcome: CandidateOutcomeCode): void;
  /** The time of this server is over. */
  lost(server: string): void;
  recorded(): RecordedSearch;
}

export interface RecordedSearch {
  /** Without the search marker. */
  readonly name: string;
  readonly record: LookupRecord;
}

/** `redacted`: names are replaced. */
export type RecordSearch = (name: string, redacted: boolean) => SearchRecording;
