/** Records one of the searches of a running sidecar, for the query log. */
import type { LookupRecord } from '../../shared/report/lookup-record.ts';
import type { SearchRecording } from '../ports/search-recording.ts';
import type { UpstreamPort } from '../ports/upstream.ts';
import { recordedPort } from './lookup-recorder.ts';
import { createRecordDraft } from './record-draft.ts';

export interface SearchRecorderDependencies {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly upstream: UpstreamPort;
  readonly upstreamPort: number;
  /** What stands in the place of a name. */
  readonly nameOf: (name: string) => string;
}

/** @param name what is searched for, without the search marker */
export function createSearchRecording(deps: SearchRecorderDependencies, name: string): SearchRecording {
  const draft = createRecordDraft(deps.now, name);
  return {
    upstream: recordedPort(deps, draft),
    judged: (candidate, outcome) => draft.judged(outcome, candidate),
    lost: draft.silent,
    recorded() {
      draft.ended();
      return { name: deps.nameOf(name), record: renamed(draft.record(), deps.nameOf) };
    },
  };
}

function renamed(record: LookupRecord, nameOf: (name: string) => string): LookupRecord {
  const candidates = record.candidates.map((candidate) => ({
    ...candidate,
    name: nameOf(candidate.name),
    entry: candidate.entry === undefined ? undefined : nameOf(candidate.entry),
  }));
  return { ...record, candidates };
}
