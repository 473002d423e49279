/** The seam between the pipeline and what answers for names of its own: containers, on a Docker host. */
import type { LocalOutcome } from '../decide/search/local-candidates.ts';
import type { EmptyReply, LocalReply, ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { Client } from './client.ts';
import type { WireName } from '../wire/name.ts';

export interface LocalData {
  /** Records, "no data" or "no such name", or a failure; undefined: none of its names, and the query goes its usual way. */
  answer(question: LocalQuestion): LocalReply | EmptyReply | undefined;
  /** What `answer` would be, which is not given. */
  outcome(question: LocalQuestion): LocalOutcome | undefined;
  /** What was said of the same query of the same client, for as long as it is so, with the id of this one; undefined: that is not known. */
  recall(query: Uint8Array, client: string): RememberedReply | undefined;
  /** The client to which the reply is to be sent, so that it is remembered. */
  remembering(client: Client, query: Uint8Array, plan: ReplyPlan): Client;
  /** It has nothing to say to the query. */
  pass(client: Client, query: Uint8Array): void;
  /** The configuration is another one. */
  forget(): void;
}

export interface LocalQuestion {
  /** Without the marker. */
  readonly name: WireName;
  readonly type: number;
  /** The client's address: by its network it may get other addresses than others. */
  readonly client: string;
}

export type RememberedReply =
  | { readonly bytes: Uint8Array; readonly rcode: number; readonly type: number }
  | typeof isPassed;

/** The query was for none of the local names. */
export const isPassed = 'passed';
