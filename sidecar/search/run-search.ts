/** One search under way: performs the actions of `decide/search/search` with sockets and timers, and tells it what happens. */
import type { SearchConfiguration, SearchServer } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { AheadKnowledge } from '../decide/search/ahead.ts';
import type { CandidateOutcome, UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { Candidate, SearchEnd } from '../decide/search/candidates.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Consumed } from '../decide/search/consumed.ts';
import type { Half, Kind } from '../decide/search/pair.ts';
import { queryFields, searchPlan, typeOfHalf } from '../decide/search/search-plan.ts';
import type { SearchQuestion } from '../decide/search/search-plan.ts';
import { askingOf, candidatesToCome, isAwaited, isInHand, startSearch, stepSearch } from '../decide/search/search.ts';
import type {
  LimitEnd,
  SearchAction,
  SearchEvent,
  SearchPlan,
  SearchState,
  SearchStep,
} from '../decide/search/search.ts';
import type { WireName } from '../wire/name.ts';
import { notingReplies } from '../cache/reply-cache.ts';
import type { KeptReply } from '../cache/reply-cache.ts';
import { AheadSockets } from './ahead-sockets.ts';
import type { CandidateSocketsEvents, UpstreamObserver } from './candidate-seams.ts';
import { openSockets } from './open-sockets.ts';
import type { OpenSockets, OpenSocketsDependencies } from './open-sockets.ts';
import type { SilentServers } from './silent-servers.ts';

export interface SearchDependencies extends OpenSocketsDependencies {
  /** Position of the first server for the next candidate under `rotate`. */
  readonly nextRotation: (count: number) => number;
  readonly observe: SearchObserver;
}

export interface SearchObserver extends UpstreamObserver {
  /** The outcome of a candidate. */
  candidate(name: WireName, outcome: CandidateOutcome): void;
}

export interface SearchInput extends SearchQuestion {
  readonly snapshot: ConfigurationSnapshot;
  readonly configuration: SearchConfiguration;
  readonly kind: Kind;
  readonly halves: readonly Half[];
  /** The records of any type are read: the name may be searched. Else only those of address lookups are. */
  readonly readAnswers: boolean;
  /** Nothing is taken from memory; what is received replaces it. */
  readonly fresh?: boolean;
  /** Nothing is taken from memory, nor kept there. */
  readonly isCrowded?: boolean;
  /** What decides which candidates are asked before their turn; none are without it. */
  readonly ahead?: AheadKnowledge | undefined;
}

export interface SearchEvents {
  /** Data for the only question seen so far; without a reply at a name that is answered for here. */
  early(half: Half, reply: UpstreamReply | undefined, candidate: Candidate): void;
  ended(end: SearchEnd | LimitEnd, basis: SearchBasis): void;
}

/** What an end rests on. */
export interface SearchBasis {
  readonly plan: SearchPlan;
  readonly consumed: Consumed;
  /** In the reply cache: what it has taken from there, and put there. */
  readonly replies: readonly KeptReply[];
  /** On the monotonic clock, in milliseconds. */
  readonly startedAt: number;
}

export interface RunningSearch {
  readonly kind: Kind;
  /** The current candidate has a reply that can be used. */
  readonly isInHand: boolean;
  /** Sends the first query. Events may be raised before this returns. */
  start(): void;
  /** The sibling question has come. */
  addSibling(half: Half): void;
  /** No sibling comes. */
  closeWindow(): void;
  /** Gives the search up without a word. */
  abandon(): void;
}

export function createSearch(deps: SearchDependencies, input: SearchInput, events: SearchEvents): RunningSearch {
  return new Search(deps, input, events);
}

class Search implements RunningSearch {
  readonly #deps: SearchDependencies;
  readonly #input: SearchInput;
  readonly #events: SearchEvents;
  readonly #memory: SilentServers | undefined;
  readonly #timeout: ReturnType<typeof createTimeout>;
  readonly #endings: (() => void)[];
  /** What happens while actions are performed waits until they all are. */
  readonly #inTurn = createTurns(() => this.#askAhead());
  /** What is raised by the sockets of the candidate whose turn it is. */
  readonly #raised: CandidateSocketsEvents;
  #begun: SearchStep | undefined;
  #state: SearchState;
  #sockets: OpenSockets | undefined;
  readonly #replies: KeptReply[] = [];
  /** Made where it is needed. */
  #ahead: AheadSockets | undefined;
  /** What is to be asked ahead once a candidate has to be asked at all. */
  #aheadActions: Extract<SearchAction, { do: 'ask-ahead' }>[] = [];

  constructor(deps: SearchDependencies, input: SearchInput, events: SearchEvents) {
    const { snapshot, configuration, kind, halves } = input;
    const plan = searchPlan(configuration, snapshot.settings, input, input.ahead);
    const begun = startSearch({ plan, kind, halves }, deps.now());
    this.#deps = { ...deps, replyCache: notingReplies(deps.replyCache, this.#replies) };
    this.#input = input;
    this.#events = events;
    this.#memory = snapshot.settings.serverMemory ? deps.silentServers : undefined;
    this.#timeout = createTimeout(deps);
    this.#endings = [this.#timeout.cancel];
    this.#raised = {
      arrived: (event) => this.#upstream(event),
      isAwaited: (server) => isAwaited(this.#state, server),
    };
    this.#begun = begun;
    this.#state = begun.state;
  }

  get kind(): Kind {
    return this.#state.kind;
  }

  get isInHand(): boolean {
    return isInHand(this.#state);
  }

  start(): void {
    if (this.#memory !== undefined) {
      this.#endings.push(this.#memory.watch((key, isSilent) => this.#onSilence(key, isSilent)));
    }
    const begun = this.#begun;
    // What the first step did is not kept as long as the search lasts.
    this.#begun = undefined;
    if (begun !== undefined) this.#inTurn(() => this.#follow(begun));
  }

  addSibling(half: Half): void {
    this.#happen({ type: 'sibling', half });
    this.#tellKind();
  }

  closeWindow(): void {
    this.#happen({ type: 'window-over' });
    this.#tellKind();
  }

  abandon(): void {
    this.#happen({ type: 'abandoned' });
  }

  /** What is remembered of the first question alone may wait for that. */
  #tellKind(): void {
    this.#inTurn(() => this.#sockets?.kindKnown?.());
  }

  #happen(event: SearchEvent): void {
    this.#inTurn(() => this.#follow(stepSearch(this.#state, event, this.#deps.now())));
  }

  #follow(step: SearchStep): void {
    this.#state = step.state;
    for (const action of step.actions) this.#perform(action);
  }

  #upstream(event: TurnEvent): void {
    this.#happen({ type: 'upstream', epoch: this.#state.epoch, event });
  }

  #upstreamAll(events: readonly TurnEvent[] | undefined): void {
    for (const event of events ?? []) this.#upstream(event);
  }

  // oxlint-disable-next-line complexity -- one case for each action, each of them one call
  #perform(action: SearchAction): void {
    switch (action.do) {
      case 'alarm':
        return void this.#endings.push(this.#deps.setTimer(action.afterMs, () => this.#happen(action.event)));
      case 'open':
        return this.#openCandidate(action);
      case 'ask-ahead':
        return void this.#aheadActions.push(action);
      case 'send':
        return this.#upstreamAll(this.#sockets?.sendUdp(action.half, action.server));
      case 'close-sockets':
        return this.#sockets?.closeUdp();
      case 'connect':
        return this.#upstreamAll(this.#sockets?.connectTcp(action.server, action.halves));
      case 'write':
        return this.#upstreamAll(this.#sockets?.writeTcp(action.half));
      case 'timeout':
        return this.#timeout.arm(action.afterMs, () => this.#onTimeout(action.server));
      case 'cancel-timeout':
        return this.#timeout.cancel();
      case 'lost':
        return this.#deps.observe.reply(this.#server(action.server)?.name ?? '', 'LOST');
      case 'unanswered':
        return this.#noteUnanswered(action);
      case 'early':
        return this.#events.early(action.half, action.reply, action.candidate);
      case 'judged':
        return this.#deps.observe.candidate(action.candidate.name, action.outcome);
      case 'end':
        return this.#finish(action.end, action.consumed);
    }
  }

  #server(server: number): SearchServer | undefined {
    return this.#input.configuration.servers[server];
  }

  #openCandidate({ candidate, servers: count, rotate }: Extract<SearchAction, { do: 'open' }>): void {
    this.#sockets?.end();
    const asked = this.#ahead?.take(candidate.name);
    this.#sockets = asked?.sockets ?? this.#open(candidate, this.#raised);
    const { servers } = this.#input.configuration;
    const first = rotate ? this.#deps.nextRotation(count) : 0;
    const silent = servers.map(({ key }) => this.#memory?.isSilent(key) === true);
    this.#happen({ type: 'opened', first, silent, askedAt: asked?.askedAt });
  }

  #open({ name }: Candidate, raised: CandidateSocketsEvents): OpenSockets {
    const { configuration, readAnswers } = this.#input;
    const questions = {
      name,
      typeOf: (half: Half) => typeOfHalf(this.#input, half),
      queryFields: () => queryFields(configuration, this.#input, this.#state.halves),
      readAnswers,
    };
    return openSockets(this.#deps, this.#input, questions, () => askingOf(this.#state), raised);
  }

  /** Where the candidates so far were taken from memory, the next one may be, too. */
  #askAhead(): void {
    if (this.#aheadActions.length === 0 || this.#sockets?.hasAsked === false) return;
    const actions = this.#aheadActions;
    this.#aheadActions = [];
    this.#ahead ??= new AheadSockets({
      now: this.#deps.now,
      observe: this.#deps.observe,
      events: this.#raised,
      open: (candidate, raised) => this.#open(candidate, raised),
    });
    for (const { candidates, halves, server } of actions) {
      this.#ahead.ask(candidatesToCome(this.#state, candidates), halves, server);
    }
  }

  #noteUnanswered({ server, sentAt, questions }: Extract<SearchAction, { do: 'unanswered' }>): void {
    this.#memory?.happened(this.#server(server)?.key ?? '', { type: 'unanswered', sentAt, questions });
  }

  #onTimeout(server: number): void {
    this.#upstream({ type: 'timeout', unsent: this.#sockets?.isUnsent(server) === true });
  }

  #onSilence(silentKey: string, isSilent: boolean): void {
    for (const [server, { key }] of this.#input.configuration.servers.entries()) {
      if (key === silentKey) this.#happen({ type: 'silence', server, isSilent });
    }
  }

  #finish(end: SearchEnd | LimitEnd | undefined, consumed: Consumed): void {
    for (const ending of this.#endings) ending();
    this.#sockets?.end();
    this.#ahead?.end();
    this.#aheadActions = [];
    const { plan, startedAt } = this.#state;
    if (end !== undefined) this.#events.ended(end, { plan, consumed, replies: this.#replies, startedAt });
  }
}

/**
 * Runs one piece of work after the other; what is asked for meanwhile waits, and behind all of it comes `last`. After a fault the next
 * one is still run: so the search limit ends a search at the latest.
 */
function createTurns(last: () => void): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let isBusy = false;
  return (work) => {
    waiting.push(work);
    if (isBusy) return;
    isBusy = true;
    try {
      do {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
        last();
      } while (waiting.length > 0);
    } finally {
      isBusy = false;
    }
  };
}

/**
 * The timer of the server that is asked: one at a time. After a stall it is over before the reply that already waits in the
 * socket buffer is read: glibc's poll(2) sees that one.
 */
function createTimeout({ setTimer, afterRead }: Pick<SearchDependencies, 'setTimer' | 'afterRead'>) {
  let cancelCurrent = (): void => {};
  return {
    arm(afterMs: number, onTimeout: () => void): void {
      cancelCurrent();
      let isCancelled = false;
      const cancelTimer = setTimer(afterMs, () => afterRead(() => isCancelled || onTimeout()));
      cancelCurrent = () => {
        isCancelled = true;
        cancelTimer();
      };
    },
    cancel: (): void => cancelCurrent(),
  };
}
