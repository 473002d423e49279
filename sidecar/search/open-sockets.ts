/** Opens what a candidate is asked with: its sockets, behind the memory of what the servers said before, if there is one. */
import { NotedReplies } from '../cache/reply-cache.ts';
import type { ReplyNotes, SearchMemory } from '../cache/reply-cache.ts';
import type { SearchConfiguration } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { openCandidateSockets } from './candidate-sockets.ts';
import type { CandidateQuestions, CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';
import type { CandidateSockets } from './candidate-sockets.ts';
import { RememberedReplies } from './remembered-replies.ts';
import type { RememberedQuestions } from './remembered-server.ts';
import { RememberingSockets } from './remembering-sockets.ts';
import type { RememberingDependencies } from './remembering-sockets.ts';

export interface OpenSocketsDependencies extends CandidateSocketsDependencies, RememberingDependencies {
  readonly replyCache: SearchMemory;
}

export interface SocketsInput {
  readonly snapshot: ConfigurationSnapshot;
  readonly configuration: SearchConfiguration;
  /** Nothing is taken from memory; what is received replaces it. */
  readonly fresh?: boolean;
  /** Nothing is taken from memory, nor kept there: there are so many searches that each may take little. */
  readonly isCrowded?: boolean;
}

/** What is asked, as the search is at that moment, and whom the reply cache tells of what is taken and kept. */
export interface OpenQuestions extends CandidateQuestions, RememberedQuestions, ReplyNotes {}

export type OpenSockets = CandidateSockets & Partial<Pick<RememberingSockets, 'kindKnown' | 'endAhead' | 'hasAsked'>>;

export function openSockets(
  deps: OpenSocketsDependencies,
  input: SocketsInput,
  questions: OpenQuestions,
  events: CandidateSocketsEvents,
): OpenSockets {
  const { snapshot, configuration, isCrowded = false } = input;
  const { settings } = snapshot;
  if (isCrowded || (!settings.replyCache && !settings.answerCache)) {
    return openCandidateSockets(deps, snapshot, configuration.servers, questions, events);
  }
  return openRemembering(deps, input, questions, events);
}

function openRemembering(
  deps: OpenSocketsDependencies,
  { snapshot, configuration: { servers }, fresh = false }: SocketsInput,
  questions: OpenQuestions,
  events: CandidateSocketsEvents,
): RememberingSockets {
  const { settings } = snapshot;
  const { now, randomId } = deps;
  const replyCache = new NotedReplies(deps.replyCache, questions);
  const memorySettings = fresh ? { ...settings, fresh } : settings;
  const memory = new RememberedReplies({ now, randomId, replyCache }, questions, memorySettings);
  const surroundings = { deps, questions, servers, maxLeftovers: settings.maxSearchesAhead };
  return new RememberingSockets(memory, surroundings, events, (raised) =>
    openCandidateSockets(deps, snapshot, servers, questions, raised),
  );
}
