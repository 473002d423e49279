/**
 * One walk under way: performs the actions of the step functions (`decide/search/search-walk`, `decide/search/servers`) with
 * sockets and timers, and feeds what happens back to them as events.
 */
import { openCandidateSockets } from './candidate-sockets.ts';
import type { CandidateSockets, CandidateSocketsDependencies, UpstreamObserver } from './candidate-sockets.ts';
import type { CandidateOutcome, UpstreamReply } from '../decide/search/candidate-outcome.ts';
import { clientDeadlineMs, searchLimitMs } from '../decide/search/timeouts.ts';
import type { SerialMode } from '../decide/search/timeouts.ts';
import { isSameForPair } from '../decide/reply/reply-plan.ts';
import { mayAnswer, startWalk, stepWalk } from '../decide/search/search-walk.ts';
import type { Candidate, SearchRequest, SearchRules, WalkEnd, WalkStep } from '../decide/search/search-walk.ts';
import { awaitsUdp, currentServer } from '../decide/search/exchange.ts';
import type { ExchangeAction, ExchangeEvent, ExchangePlan, ExchangeState } from '../decide/search/exchange.ts';
import type { Half as Slot, Kind } from '../decide/search/pair.ts';
import { startExchange, stepExchange } from '../decide/search/servers.ts';
import type { ExchangeStep } from '../decide/search/servers.ts';
import type { WalkConfiguration } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { recordTypes } from '../wire/iana.ts';
import type { WireName } from '../wire/name.ts';
import type { QueryFields } from '../wire/query.ts';

export interface WalkRunDependencies extends CandidateSocketsDependencies {
  readonly now: () => number;
  /** Calls `run` after `afterMs`; the returned function cancels. */
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** Position of the first server for the next candidate under `rotate`. */
  readonly nextRotation: (count: number) => number;
  readonly observe: WalkObserver;
}

export interface WalkObserver extends UpstreamObserver {
  /** What a candidate came to. */
  candidate(name: WireName, outcome: CandidateOutcome): void;
}

export interface WalkRunInput {
  readonly snapshot: ConfigurationSnapshot;
  readonly configuration: WalkConfiguration;
  readonly request: SearchRequest;
  /** Type of the first question. With `addresses`, slot 0 is A and slot 1 AAAA, whichever came first. */
  readonly type: number;
  readonly kind: Kind;
  readonly slots: readonly Slot[];
  /** It asks for A, AAAA or both as a C library does; else for one type, which may be A or AAAA, in slot 0. */
  readonly addresses: boolean;
  /** AD and CD of the queries; `trust-ad` of the resolv.conf sets AD, too. */
  readonly ad: boolean;
  readonly cd: boolean;
  /** EDNS towards the upstream that the client's own OPT asks for; `edns0` of the resolv.conf is added here. */
  readonly edns: { readonly payloadSize: number; readonly dnssecOk: boolean } | undefined;
  /** The records of any type are read: the name may be searched. Else only those of address look-ups are. */
  readonly readAnswers: boolean;
}

export interface WalkRunEvents {
  /** Data for the only question seen so far. */
  early(slot: Slot, reply: UpstreamReply, candidate: Candidate): void;
  ended(end: WalkEnd): void;
  /** The longest time is over; the walk is given up. */
  capped(): void;
}

export interface WalkRun {
  readonly kind: Kind;
  /** Sends the first query. Events may be raised before this returns. */
  start(): void;
  join(slot: Slot): void;
  closeWindow(): void;
  /** Gives the walk up without a word. */
  abandon(): void;
}

/** EDNS payload that glibc's `edns0` announces, in bytes (RESOLV_EDNS_BUFFER_SIZE in resolv/resolv-internal.h). */
const edns0PayloadSize = 1200;

export function createWalkRun(deps: WalkRunDependencies, input: WalkRunInput, events: WalkRunEvents): WalkRun {
  const { snapshot } = input;
  const conf = input.configuration;
  const { servers } = conf;
  const rules: SearchRules = {
    search: conf.search,
    ndots: conf.ndots,
    noTldQuery: conf.noTldQuery,
    hostNamesOnly: input.addresses && snapshot.settings.hostNameFilter,
  };
  const noAaaa = conf.noAaaa && input.addresses;
  const startedAt = deps.now();
  let kind = input.kind;
  let slots: readonly Slot[] = input.slots;
  let expired: readonly boolean[] = servers.map(() => false);
  let serial: SerialMode = conf.singleRequestReopen ? 'reopen' : conf.singleRequest ? 'serial' : 'parallel';
  const { serverMemory } = snapshot.settings;
  let ended = false;
  let candidate: Candidate | undefined;
  let walk: WalkStep | undefined;
  let state: ExchangeState | undefined;
  /** The outcome of a candidate that may still depend on the sibling question. */
  let held: CandidateOutcome | undefined;
  /** The end of a walk in which nothing was to be asked, while the sibling question may still come. */
  let heldEnd: WalkEnd | undefined;
  let cancelDeadline = (): void => {};
  let sockets: CandidateSockets | undefined;
  /** Events not yet taken, with the epoch that they belong to, if not to any. */
  const pending: { readonly event: ExchangeEvent; readonly epoch: number | undefined }[] = [];
  let working = false;
  const cancelHurry = deps.setTimer(clientDeadlineMs, () => dispatch({ type: 'client-deadline' }));
  const cancelCap = deps.setTimer(searchLimitMs, () => {
    // What would have been used at the client's deadline is better than nothing.
    dispatch({ type: 'client-deadline' });
    if (ended) return;
    finish();
    events.capped();
  });

  const endWatch = serverMemory ? deps.silentServers.watch(onSilence) : undefined;

  function onSilence(silentKey: string, isSilent: boolean): void {
    for (const [server, { key }] of servers.entries()) {
      if (key === silentKey) pending.push({ event: { type: 'silence', server, isSilent }, epoch: undefined });
    }
    work();
  }

  function follow(step: WalkStep): void {
    walk = step;
    if (step.do === 'ask') return ask(step.candidate);
    if (kind === 'open') heldEnd = step.end;
    else conclude(step.end);
  }

  function conclude(end: WalkEnd): void {
    finish();
    events.ended(end);
  }

  function ask(next: Candidate): void {
    candidate = next;
    held = undefined;
    sockets?.end();
    sockets = openSockets(next.name);
    const count = servers.length;
    const first = conf.rotate && count > 1 ? deps.nextRotation(count) : 0;
    const plan: ExchangePlan = {
      order: servers.map((_, index) => (first + index) % count),
      attempts: conf.attempts,
      timeoutsMs: servers.map(({ timeoutMs }) => timeoutMs),
      useVc: conf.useVc,
      strictError: conf.strictError,
      keepSurvivingHalf: snapshot.settings.keepSurvivingHalf,
    };
    const silent = servers.map(({ key }) => serverMemory && deps.silentServers.isSilent(key));
    const time = { startedAt, expired, laterEntries: next.laterEntries, laterAsIs: next.laterAsIs };
    const epoch = state?.epoch ?? 0;
    // With no-aaaa only the A question exists upstream, whatever the client asks.
    const start = noAaaa
      ? { plan, time, silent, kind: 'solo' as const, halves: [0] as const, serial, epoch }
      : { plan, time, silent, kind, halves: slots, serial, epoch };
    take(startExchange(start, deps.now()));
    work();
  }

  function dispatch(event: ExchangeEvent): void {
    if (ended) return;
    enqueue([event]);
    work();
  }

  function enqueue(events: readonly ExchangeEvent[] = []): void {
    for (const event of events) pending.push({ event, epoch: state?.epoch });
  }

  function work(): void {
    if (working) return;
    working = true;
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      if (ended || state === undefined || (next.epoch ?? state.epoch) !== state.epoch) continue;
      take(stepExchange(state, next.event, deps.now()));
    }
    working = false;
  }

  function take(step: ExchangeStep): void {
    state = step.state;
    serial = step.state.serial;
    expired = step.state.time.expired;
    for (const action of step.actions) perform(action);
  }

  function perform(action: ExchangeAction): void {
    switch (action.do) {
      case 'send':
        return enqueue(sockets?.sendUdp(action.half, action.server));
      case 'close-sockets':
        return sockets?.closeUdp();
      case 'connect':
        return enqueue(sockets?.connectTcp(action.server, action.halves));
      case 'write':
        return sockets?.writeTcp(action.half);
      case 'timeout':
        return armDeadline(action.afterMs);
      case 'lost':
        return deps.observe.reply(servers[action.server]?.address.address ?? '', 'LOST');
      case 'unanswered':
        return noteUnanswered(action);
      case 'early':
        return giveEarly(action.half, action.reply);
      case 'end':
        return onOutcome(action.outcome);
    }
  }

  /** After a stall the timer fires before the reply that already waits in the socket buffer: glibc's poll(2) sees it. */
  function armDeadline(afterMs: number): void {
    cancelDeadline();
    let isOver = false;
    const expire = () => {
      if (isOver) return;
      if (state !== undefined) dispatch({ type: 'timeout', unsent: sockets?.isUnsent(currentServer(state)) === true });
    };
    const cancelTimer = deps.setTimer(afterMs, () => deps.afterRead(expire));
    cancelDeadline = () => {
      isOver = true;
      cancelTimer();
    };
  }

  function noteUnanswered({ server, sentAt, questions }: Extract<ExchangeAction, { do: 'unanswered' }>): void {
    const key = servers[server]?.key;
    if (serverMemory && key !== undefined) {
      deps.silentServers.happened(key, { type: 'unanswered', sentAt, questions });
    }
  }

  function onOutcome(outcome: CandidateOutcome): void {
    cancelDeadline();
    if (kind === 'open') {
      held = outcome;
      const reply = outcome.halves[0];
      if (noAaaa && slots[0] === 0 && reply?.class === 'DATA') giveEarly(0, reply);
      return;
    }
    settle(outcome);
  }

  function giveEarly(slot: Slot, reply: UpstreamReply): void {
    if (candidate === undefined || !mayAnswer(candidate, rules) || !isSameForPair(reply)) return;
    events.early(slot, reply, candidate);
  }

  function settle(outcome: CandidateOutcome): void {
    if (candidate === undefined || walk?.do !== 'ask') return;
    const withoutAddress = noAaaa && kind === 'solo' && slots[0] === 1 && outcome.result === 'POS';
    const seen: CandidateOutcome = withoutAddress ? { ...outcome, result: 'NODATA' } : outcome;
    deps.observe.candidate(candidate.name, seen);
    follow(stepWalk(walk.state, candidate, seen));
  }

  function questionType(slot: Slot): number {
    if (slot === 1) return recordTypes.AAAA;
    // The pair may have been opened by its AAAA question.
    return input.addresses ? recordTypes.A : input.type;
  }

  function openSockets(name: WireName): CandidateSockets {
    const questions = { name, typeOf: questionType, queryFields, readAnswers: input.readAnswers };
    return openCandidateSockets(deps, snapshot, servers, questions, { arrived: dispatch, isAwaited });
  }

  function queryFields(): Omit<QueryFields, 'id' | 'name' | 'type'> {
    // The A question that glibc asks in place of AAAA alone is a plain one.
    const plain = noAaaa && !slots.includes(0);
    const edns = input.edns ?? (conf.edns0 && !plain ? { payloadSize: edns0PayloadSize, dnssecOk: false } : undefined);
    return { rd: true, ad: conf.trustAd || input.ad, cd: input.cd, ...(edns === undefined ? {} : { edns }) };
  }

  function isAwaited(server: number): boolean {
    return state !== undefined && awaitsUdp(state, server);
  }

  function finish(): void {
    ended = true;
    cancelDeadline();
    cancelHurry();
    cancelCap();
    endWatch?.();
    sockets?.end();
  }

  return {
    get kind() {
      return kind;
    },
    start() {
      follow(startWalk(input.request, rules));
    },
    join(slot) {
      if (ended || kind !== 'open') return;
      kind = 'pair';
      slots = [0, 1];
      if (heldEnd !== undefined) return conclude(heldEnd);
      const outcome = held;
      held = undefined;
      if (outcome === undefined && !noAaaa) return dispatch({ type: 'sibling', half: slot });
      if (outcome === undefined) return;
      if (noAaaa) settle(outcome);
      // The candidate failed for the one question before the other came: both are asked.
      else if (candidate !== undefined) ask(candidate);
    },
    closeWindow() {
      if (ended || kind !== 'open') return;
      kind = 'solo';
      if (heldEnd !== undefined) return conclude(heldEnd);
      const outcome = held;
      held = undefined;
      if (outcome !== undefined) settle(outcome);
      else dispatch({ type: 'window-over' });
    },
    abandon() {
      if (!ended) finish();
    },
  };
}
