/** One search under way: performs the actions of `decide/search/search` with sockets and timers, and tells it what happens. */
import type { SearchConfiguration } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { CandidateOutcome, UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { Candidate, SearchEnd } from '../decide/search/candidates.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Consumed } from '../decide/search/consumed.ts';
import type { Half, Kind } from '../decide/search/pair.ts';
import { queryFields, searchPlan, typeOfHalf } from '../decide/search/search-plan.ts';
import type { SearchQuestion } from '../decide/search/search-plan.ts';
import { askingOf, isAwaited, startSearch, stepSearch } from '../decide/search/search.ts';
import type { LimitEnd, SearchAction, SearchEvent, SearchPlan, SearchStep } from '../decide/search/search.ts';
import type { WireName } from '../wire/name.ts';
import type { UpstreamObserver } from './candidate-sockets.ts';
import { openSockets } from './open-sockets.ts';
import type { OpenSockets, OpenSocketsDependencies } from './open-sockets.ts';

export interface SearchDependencies extends OpenSocketsDependencies {
  /** Calls `run` after `afterMs`; the returned function cancels. */
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
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
}

export interface SearchEvents {
  /** Data for the only question seen so far. */
  early(half: Half, reply: UpstreamReply, candidate: Candidate): void;
  ended(end: SearchEnd | LimitEnd, basis: SearchBasis): void;
}

/** What an end rests on. */
export interface SearchBasis {
  readonly plan: SearchPlan;
  readonly consumed: Consumed;
}

export interface RunningSearch {
  readonly kind: Kind;
  /** Sends the first query. Events may be raised before this returns. */
  start(): void;
  /** The sibling question has come. */
  addSibling(half: Half): void;
  /** No sibling comes. */
  closeWindow(): void;
  /** Gives the search up without a word. */
  abandon(): void;
}

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the state of one search
export function createSearch(deps: SearchDependencies, input: SearchInput, events: SearchEvents): RunningSearch {
  const { snapshot, configuration, readAnswers } = input;
  const { servers } = configuration;
  const memory = snapshot.settings.serverMemory ? deps.silentServers : undefined;
  let begun: SearchStep | undefined = startSearch(
    { plan: searchPlan(configuration, snapshot.settings, input), kind: input.kind, halves: input.halves },
    deps.now(),
  );
  let { state } = begun;
  let sockets: OpenSockets | undefined;
  const timeout = createTimeout(deps);
  const endings = [timeout.cancel];
  /** What happens while actions are performed waits until they all are. */
  const inTurn = createTurns();

  function happen(event: SearchEvent): void {
    inTurn(() => follow(stepSearch(state, event, deps.now())));
  }

  function follow(step: SearchStep): void {
    ({ state } = step);
    for (const action of step.actions) perform(action);
  }

  function upstream(event: TurnEvent): void {
    happen({ type: 'upstream', epoch: state.epoch, event });
  }

  // oxlint-disable-next-line complexity -- one case for each action, each of them one call
  function perform(action: SearchAction): void {
    switch (action.do) {
      case 'alarm':
        return void endings.push(deps.setTimer(action.afterMs, () => happen(action.event)));
      case 'open':
        return openCandidate(action);
      case 'send':
        return sockets?.sendUdp(action.half, action.server).forEach(upstream);
      case 'close-sockets':
        return sockets?.closeUdp();
      case 'connect':
        return sockets?.connectTcp(action.server, action.halves).forEach(upstream);
      case 'write':
        return sockets?.writeTcp(action.half).forEach(upstream);
      case 'timeout':
        return timeout.arm(action.afterMs, () => onTimeout(action.server));
      case 'cancel-timeout':
        return timeout.cancel();
      case 'lost':
        return deps.observe.reply(servers[action.server]?.name ?? '', 'LOST');
      case 'unanswered':
        return noteUnanswered(action);
      case 'early':
        return events.early(action.half, action.reply, action.candidate);
      case 'judged':
        return deps.observe.candidate(action.candidate.name, action.outcome);
      case 'end':
        return finish(action.end, action.consumed);
    }
  }

  function openCandidate({ candidate: { name }, servers: count, rotate }: Extract<SearchAction, { do: 'open' }>): void {
    sockets?.end();
    const questions = {
      name,
      typeOf: (half: Half) => typeOfHalf(input, half),
      queryFields: () => queryFields(configuration, input, state.halves),
      readAnswers,
    };
    const happened = { arrived: upstream, isAwaited: (server: number) => isAwaited(state, server) };
    const asking = (): ReturnType<typeof askingOf> => askingOf(state);
    sockets = openSockets(deps, input, questions, asking, happened);
    const first = rotate ? deps.nextRotation(count) : 0;
    happen({ type: 'opened', first, silent: servers.map(({ key }) => memory?.isSilent(key) === true) });
  }

  function noteUnanswered({ server, sentAt, questions }: Extract<SearchAction, { do: 'unanswered' }>): void {
    memory?.happened(servers[server]?.key ?? '', { type: 'unanswered', sentAt, questions });
  }

  function onTimeout(server: number): void {
    upstream({ type: 'timeout', unsent: sockets?.isUnsent(server) === true });
  }

  function onSilence(silentKey: string, isSilent: boolean): void {
    for (const [server, { key }] of servers.entries()) {
      if (key === silentKey) happen({ type: 'silence', server, isSilent });
    }
  }

  function finish(end: SearchEnd | LimitEnd | undefined, consumed: Consumed): void {
    for (const ending of endings) ending();
    sockets?.end();
    if (end !== undefined) events.ended(end, { plan: state.plan, consumed });
  }

  return {
    get kind() {
      return state.kind;
    },
    start() {
      if (memory !== undefined) endings.push(memory.watch(onSilence));
      const first = begun;
      // What the first step did is not kept as long as the search lasts.
      begun = undefined;
      if (first !== undefined) inTurn(() => follow(first));
    },
    addSibling: (half) => happen({ type: 'sibling', half }),
    closeWindow() {
      happen({ type: 'window-over' });
      sockets?.windowOver?.();
    },
    abandon: () => happen({ type: 'abandoned' }),
  };
}

/**
 * Runs one piece of work after the other; what is asked for meanwhile waits. After a fault the next one is still run: so the
 * search limit ends a search at the latest.
 */
function createTurns(): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let isBusy = false;
  return (work) => {
    waiting.push(work);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
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
