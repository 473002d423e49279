/** The seam between the pipeline and what answers for names of its own: containers, on a Docker host. */
import type { EmptyReply, LocalReply } from '../decide/reply/reply-plan.ts';
import type { LocalOutcome } from '../decide/search/local-candidates.ts';
import type { WireName } from '../wire/name.ts';

export interface LocalData {
  /** Records, "no data" or "no such name", or a failure; undefined: none of its names, and the query goes its usual way. */
  answer(question: LocalQuestion): LocalReply | EmptyReply | undefined;
  /** What `answer` would be, which is not given. */
  outcome(question: LocalQuestion): LocalOutcome | undefined;
}

export interface LocalQuestion {
  /** Without the marker. */
  readonly name: WireName;
  readonly type: number;
  /** The client's address: by its network it may get other addresses than others. */
  readonly client: string;
}
