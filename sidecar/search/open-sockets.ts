/** Opens what a candidate is asked with: its sockets, behind the memory of what the servers said before, if there is one. */
import { notingReplies } from '../cache/reply-cache.ts';
import type { KeptReply, SearchMemory } from '../cache/reply-cache.ts';
import type { SearchConfiguration } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { fieldsKey } from '../decide/search/search-plan.ts';
import type { Half } from '../decide/search/pair.ts';
import type { askingOf } from '../decide/search/search.ts';
import { openCandidateSockets } from './candidate-sockets.ts';
import type { CandidateQuestions, CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';
import type { CandidateSockets } from './candidate-sockets.ts';
import type { LingeringSockets } from './lingering-sockets.ts';
import { RememberedReplies } from './remembered-replies.ts';
import { RememberingSockets } from './remembering-sockets.ts';

export interface OpenSocketsDependencies extends CandidateSocketsDependencies {
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** Candidates that were asked ahead, and whose turn comes no more. */
  readonly leftovers: LingeringSockets;
  readonly replyCache: SearchMemory;
}

export interface SocketsInput {
  readonly snapshot: ConfigurationSnapshot;
  readonly configuration: SearchConfiguration;
  /** It asks for A, AAAA or both as a C library does. */
  readonly addresses: boolean;
  /** Nothing is taken from memory; what is received replaces it. */
  readonly fresh?: boolean;
  /** Nothing is taken from memory, nor kept there: there are so many searches that each may take little. */
  readonly isCrowded?: boolean;
}

export interface OpenQuestions extends CandidateQuestions {
  /** Of the exchange, as it is now. */
  readonly asking: () => ReturnType<typeof askingOf>;
  /** A reply was taken from the reply cache, or put there. */
  note(reply: KeptReply): void;
}

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
  { snapshot, configuration: { servers, noAaaa }, addresses, fresh = false }: SocketsInput,
  questions: OpenQuestions,
  events: CandidateSocketsEvents,
): RememberingSockets {
  const { settings } = snapshot;
  const asked = {
    name: questions.name,
    typeOf: (half: Half) => questions.typeOf(half),
    isPair: addresses && !noAaaa,
    fieldsKey: () => fieldsKey(questions.queryFields()),
    asking: () => questions.asking(),
  };
  const { now, randomId } = deps;
  const replyCache = notingReplies(deps.replyCache, (reply) => questions.note(reply));
  const memory = new RememberedReplies({ now, randomId, replyCache }, asked, fresh ? { ...settings, fresh } : settings);
  const surroundings = {
    questions,
    serverKey: (server: number) => servers[server]?.key ?? '',
    afterRead: deps.afterRead,
    now,
    linger: (close: () => void, forMs: number) => deps.leftovers.keep(close, forMs, settings.maxSearchesAhead),
    recalled: (server: number) => deps.observe.recalled(servers[server]?.name ?? ''),
    hold: deps.hold,
  };
  const open = (raised: CandidateSocketsEvents): CandidateSockets =>
    openCandidateSockets(deps, snapshot, servers, questions, raised);
  return new RememberingSockets(memory, surroundings, events, open);
}
