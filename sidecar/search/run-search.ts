/** One search under way: performs the actions of `decide/search/search` with sockets and timers, and tells it what happens. */
import type { SearchConfiguration, SearchServer } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { AheadKnowledge } from '../decide/search/ahead.ts';
import type { CandidateOutcome, UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { Candidate, SearchEnd } from '../decide/search/candidates.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Consumed } from '../decide/search/consumed.ts';
import type { Half, Kind } from '../decide/search/pair.ts';
import { fieldsKey, queryFields, searchPlan, typeOfHalf } from '../decide/search/search-plan.ts';
import type { SearchQuestion } from '../decide/search/search-plan.ts';
import { askingOf, candidatesToCome, isAwaited, isInHand, startSearch, stepSearch } from '../decide/search/search.ts';
import type {
  LimitEnd,
  SearchAction,
  SearchDraft,
  SearchEvent,
  SearchPlan,
  SearchState,
} from '../decide/search/search.ts';
import type { WireName } from '../wire/name.ts';
import type { KeptReply } from '../cache/reply-cache.ts';
import { ActionList } from './action-list.ts';
import { AheadSockets } from './ahead-sockets.ts';
import type { CandidateSocketsEvents, UpstreamObserver } from './candidate-seams.ts';
import { openSockets } from './open-sockets.ts';
import type { OpenQuestions, OpenSockets, OpenSocketsDependencies } from './open-sockets.ts';
import { Queue } from './queue.ts';
import type { SilenceWatcher, SilentServers } from './silent-servers.ts';

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

/** `begin`: the first step is followed. `kind-known`: what is remembered of the first question alone may wait for that. */
type Work = SearchEvent | { readonly type: 'begin' } | { readonly type: 'kind-known' };

type AskAhead = Extract<SearchAction, { do: 'ask-ahead' }>;

const begin = { type: 'begin' } as const;
const kindKnown = { type: 'kind-known' } as const;
const windowOver = { type: 'window-over' } as const;
const abandoned = { type: 'abandoned' } as const;

/** It hears the sockets of the candidate whose turn it is. */
class Search implements RunningSearch, CandidateSocketsEvents, SilenceWatcher {
  readonly #deps: SearchDependencies;
  readonly input: SearchInput;
  readonly #events: SearchEvents;
  readonly #actions = new ActionList<SearchAction>();
  readonly #draft: SearchDraft;
  watchedAt = -1;
  /** Work is under way. */
  #isBusy = false;
  /** What happens while actions are performed waits until they all are. */
  readonly #waiting = new Queue<Work>();
  #sockets: OpenSockets | undefined;
  #replies: KeptReply[] | undefined;
  #cancelAlarm: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Counts the timeouts: that of an earlier number is void. */
  #timeout = 0;
  /** Made where it is needed. */
  #ahead: AheadSockets | undefined;
  /** What is to be asked ahead once a candidate has to be asked at all. */
  #aheadActions: readonly AskAhead[] = noActions;

  constructor(deps: SearchDependencies, input: SearchInput, events: SearchEvents) {
    const { snapshot, configuration, kind, halves } = input;
    const plan = searchPlan(configuration, snapshot.settings, input, input.ahead);
    this.#deps = deps;
    this.input = input;
    this.#events = events;
    this.#draft = startSearch({ plan, kind, halves }, deps.now(), this.#actions);
  }

  get state(): SearchState {
    return this.#draft.state;
  }

  get kind(): Kind {
    return this.state.kind;
  }

  get isInHand(): boolean {
    return isInHand(this.state);
  }

  start(): void {
    this.#memory?.watch(this);
    this.#happen(begin);
  }

  addSibling(half: Half): void {
    this.#happen({ type: 'sibling', half });
    this.#happen(kindKnown);
  }

  closeWindow(): void {
    this.#happen(windowOver);
    this.#happen(kindKnown);
  }

  abandon(): void {
    this.#happen(abandoned);
  }

  arrived(event: TurnEvent): void {
    this.#happen({ type: 'upstream', epoch: this.state.epoch, event });
  }

  isAwaited(server: number): boolean {
    return isAwaited(this.state, server);
  }

  silenceChanged(silentKey: string, isSilent: boolean): void {
    for (const [server, { key }] of this.input.configuration.servers.entries()) {
      if (key === silentKey) this.#happen({ type: 'silence', server, isSilent });
    }
  }

  get #memory(): SilentServers | undefined {
    return this.input.snapshot.settings.serverMemory ? this.#deps.silentServers : undefined;
  }

  /**
   * Takes one piece of work after the other, and behind all of it asks ahead. After a fault the next one is still taken: so the
   * search limit ends a search at the latest.
   */
  #happen(work: Work): void {
    const isNext = !this.#isBusy && this.#waiting.isEmpty;
    if (!isNext) this.#waiting.add(work);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      let next = isNext ? work : this.#waiting.take();
      do {
        for (; next !== undefined; next = this.#waiting.take()) this.#take(next);
        this.#askAhead();
        next = this.#waiting.take();
      } while (next !== undefined);
    } finally {
      this.#isBusy = false;
    }
  }

  #take(work: Work): void {
    switch (work.type) {
      case 'begin':
        return this.#follow();
      case 'kind-known':
        return this.#sockets?.kindKnown?.();
      default:
        stepSearch(this.#draft, work, this.#deps.now());
        this.#follow();
    }
  }

  #follow(): void {
    for (let index = 0; index < this.#actions.length; index += 1) {
      const action = this.#actions.at(index);
      if (action !== undefined) this.#perform(action);
    }
  }

  #arrivedAll(events: readonly TurnEvent[] | undefined): void {
    for (const event of events ?? []) this.arrived(event);
  }

  // oxlint-disable-next-line complexity -- one case for each action, each of them one call
  #perform(action: SearchAction): void {
    switch (action.do) {
      case 'alarm':
        this.#cancelAlarm = this.#deps.setTimer(action.afterMs, () => this.#happen(action.event));
        return;
      case 'open':
        return this.#openCandidate(action);
      case 'ask-ahead':
        this.#aheadActions = [...this.#aheadActions, action];
        return;
      case 'send':
        return this.#arrivedAll(this.#sockets?.sendUdp(action.half, action.server));
      case 'close-sockets':
        return this.#sockets?.closeUdp();
      case 'connect':
        return this.#arrivedAll(this.#sockets?.connectTcp(action.server, action.halves));
      case 'write':
        return this.#arrivedAll(this.#sockets?.writeTcp(action.half));
      case 'timeout':
        return this.#armTimeout(action.server, action.afterMs);
      case 'cancel-timeout':
        return this.#cancelTimeout();
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
    return this.input.configuration.servers[server];
  }

  #openCandidate({ candidate, servers: count, rotate }: Extract<SearchAction, { do: 'open' }>): void {
    this.#sockets?.end();
    const asked = this.#ahead?.take(candidate.name);
    this.#sockets = asked?.sockets ?? this.#open(candidate, this);
    const first = rotate ? this.#deps.nextRotation(count) : 0;
    this.#happen({ type: 'opened', first, silent: this.#silentServers(), askedAt: asked?.askedAt });
  }

  #silentServers(): readonly boolean[] {
    const { servers } = this.input.configuration;
    const memory = this.#memory;
    return servers.map(({ key }) => memory?.isSilent(key) === true);
  }

  #open({ name }: Candidate, raised: CandidateSocketsEvents): OpenSockets {
    return openSockets(this.#deps, this.input, new CandidateOfSearch(name, this), raised);
  }

  /** In the reply cache: what is taken from there, or put there. */
  note(reply: KeptReply): void {
    this.#replies ??= [];
    this.#replies.push(reply);
  }

  /** Where the candidates so far were taken from memory, the next one may be, too. */
  #askAhead(): void {
    if (this.#aheadActions.length === 0 || this.#sockets?.hasAsked === false) return;
    const actions = this.#aheadActions;
    this.#aheadActions = noActions;
    this.#ahead ??= new AheadSockets({
      now: this.#deps.now,
      observe: this.#deps.observe,
      events: this,
      open: (candidate, raised) => this.#open(candidate, raised),
    });
    for (const { candidates, halves, server } of actions) {
      this.#ahead.ask(candidatesToCome(this.state, candidates), halves, server);
    }
  }

  #noteUnanswered({ server, sentAt, questions }: Extract<SearchAction, { do: 'unanswered' }>): void {
    this.#memory?.happened(this.#server(server)?.key ?? '', { type: 'unanswered', sentAt, questions });
  }

  /**
   * The timer of the server that is asked: one at a time. After a stall it is over before the reply that already waits in the
   * socket buffer is read: glibc's poll(2) sees that one.
   */
  #armTimeout(server: number, afterMs: number): void {
    this.#cancelTimeout();
    const timeout = this.#timeout;
    this.#cancelTimer = this.#deps.setTimer(afterMs, () =>
      this.#deps.afterRead(() => {
        if (this.#timeout !== timeout) return;
        this.arrived({ type: 'timeout', unsent: this.#sockets?.isUnsent(server) === true });
      }),
    );
  }

  #cancelTimeout(): void {
    this.#timeout += 1;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #finish(end: SearchEnd | LimitEnd | undefined, consumed: Consumed): void {
    this.#cancelTimeout();
    this.#cancelAlarm?.();
    this.#memory?.unwatch(this);
    this.#sockets?.end();
    this.#ahead?.end();
    this.#aheadActions = noActions;
    const { plan, startedAt } = this.state;
    if (end !== undefined) this.#events.ended(end, { plan, consumed, replies: this.#replies ?? noReplies, startedAt });
  }
}

const noActions: readonly AskAhead[] = [];
const noReplies: readonly KeptReply[] = [];

/** What its sockets ask, as the search is at that moment. */
class CandidateOfSearch implements OpenQuestions {
  readonly name: WireName;
  readonly #search: Search;

  constructor(name: WireName, search: Search) {
    this.name = name;
    this.#search = search;
  }

  get readAnswers(): boolean {
    return this.#search.input.readAnswers;
  }

  typeOf(half: Half): number {
    return typeOfHalf(this.#search.input, half);
  }

  queryFields(): ReturnType<typeof queryFields> {
    const { input, state } = this.#search;
    return queryFields(input.configuration, input, state.halves);
  }

  get isPair(): boolean {
    const { addresses, configuration } = this.#search.input;
    return addresses && !configuration.noAaaa;
  }

  fieldsKey(): string {
    return fieldsKey(this.queryFields());
  }

  asking(): ReturnType<typeof askingOf> {
    return askingOf(this.#search.state);
  }

  note(reply: KeptReply): void {
    this.#search.note(reply);
  }
}
