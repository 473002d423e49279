/**
 * One search, as a step function: `(draft, event, now) → draft`, which holds the state and the actions. The candidates come in the order of
 * `candidates.ts`; each is asked at the servers by `servers.ts`. What is here is of the whole search: `no-aaaa`, what waits
 * for the sibling question, what one candidate leaves to the next, the client deadline and the search limit. No I/O, no
 * clock.
 *
 * Follows `__res_context_search` (resolv/res_query.c), and what glibc keeps in `struct __res_state` from one query to the
 * next.
 */
import { isSameForPair, noRecords, noSuchName } from './candidate-outcome.ts';
import type { CandidateOutcome, UpstreamReply } from './candidate-outcome.ts';
import { mayAnswer, startCandidates, stepCandidates } from './candidates.ts';
import type {
  AskedCandidate,
  Candidate,
  CandidateRules,
  CandidatesStep,
  SearchEnd,
  SearchRequest,
} from './candidates.ts';
import { candidatesAhead } from './ahead.ts';
import type { AheadKnowledge } from './ahead.ts';
import { consumeEvent, consumeOutcome, nothingConsumed, spoil } from './consumed.ts';
import type { Consumed } from './consumed.ts';
import { acceptedReplies, askedHalves, awaitsUdp } from './exchange.ts';
import type {
  Actions,
  Draft as ExchangeDraft,
  ExchangeAction,
  ExchangeEvent,
  ExchangePlan,
  Mutable,
  TurnEvent,
} from './exchange.ts';
import { askedBefore, judgeLocal, laterAsked, localOutcomes } from './local-candidates.ts';
import type { LocalName, LocalOutcomes } from './local-candidates.ts';
import { bothHalves } from './pair.ts';
import type { Half, Kind, TruncatedSuffices } from './pair.ts';
import { routeAfter, routeOf } from './routes.ts';
import type { Route, Routes } from './routes.ts';
import { startExchange, stepExchange } from './servers.ts';
import { clientDeadlineMs, searchLimitMs } from './timeouts.ts';
import type { SerialMode } from './timeouts.ts';

/** What does not change while the search lasts. */
export interface SearchPlan {
  readonly request: SearchRequest;
  readonly rules: CandidateRules;
  /** How a candidate is asked; its `order` is that of the configuration. */
  readonly exchange: ExchangePlan;
  /** Where not every name is asked for in that order. */
  readonly routes?: Routes | undefined;
  /** Candidates that are answered for here: nobody is asked for them. */
  readonly local?: readonly LocalName[] | undefined;
  /** Each candidate begins at another server. */
  readonly rotate: boolean;
  /** `no-aaaa`: upstream there is only the A question, whatever the client asks. */
  readonly onlyA: boolean;
  readonly serial: SerialMode;
  /** Undefined: no candidate is asked before its turn. */
  readonly ahead: AheadKnowledge | undefined;
}

export interface SearchStart {
  readonly plan: SearchPlan;
  readonly kind: Kind;
  readonly halves: readonly Half[];
}

export interface SearchState {
  readonly plan: SearchPlan;
  readonly startedAt: number;
  readonly kind: Kind;
  readonly halves: readonly Half[];
  /** Raised where candidate, server or transport change: events of an earlier one are void. */
  readonly epoch: number;
  /** What the candidates before leave to the next one: the serial mode, and the servers whose time ran out, by index. */
  readonly serial: SerialMode;
  readonly timedOut: readonly boolean[];
  readonly consumed: Consumed;
  /** Candidates that were asked before their turn. */
  readonly ahead: readonly Candidate[];
  readonly stage: SearchStage;
}

export type SearchStage =
  /** The sockets of the candidate are being opened. */
  | { readonly is: 'opening'; readonly asked: AskedCandidate; readonly route: Route }
  | { readonly is: 'asking'; readonly asked: AskedCandidate; readonly route: Route; readonly exchange: ExchangeDraft }
  /** The outcome of the candidate may still depend on the sibling question. */
  | { readonly is: 'held'; readonly asked: AskedCandidate; readonly outcome: CandidateOutcome }
  /** Nothing was to be asked, while the sibling question may still come. */
  | { readonly is: 'end-held'; readonly end: SearchEnd }
  | { readonly is: 'over' };

export type SearchEvent =
  /**
   * The sockets of the candidate are open. The place of its first server by `rotate` (else 0), and which servers are silent, by index;
   * when the first was asked before the turn of the candidate.
   */
  | {
      readonly type: 'opened';
      readonly first: number;
      readonly silent: readonly boolean[];
      readonly askedAt?: number | undefined;
    }
  /** What happened at a server when the state had this epoch. */
  | { readonly type: 'upstream'; readonly epoch: number; readonly event: TurnEvent }
  | Exclude<ExchangeEvent, TurnEvent>
  | { readonly type: 'search-limit' }
  /** Nobody waits for the search any more. */
  | { readonly type: 'abandoned' };

export type SearchAction =
  /** Raise the event after so many milliseconds, unless the search is over by then. There is one alarm at a time. */
  | {
      readonly do: 'alarm';
      readonly event: { readonly type: 'client-deadline' | 'search-limit' };
      readonly afterMs: number;
    }
  /** Close the sockets that are open, open those of this candidate, for so many servers, and say so with `opened`. */
  | { readonly do: 'open'; readonly candidate: Candidate; readonly servers: number; readonly rotate: boolean }
  | ExchangeAction
  /** Ask for these before their turn; what is said is taken when it has come. */
  | {
      readonly do: 'ask-ahead';
      readonly candidates: readonly Candidate[];
      readonly halves: readonly Half[];
      readonly server: number;
    }
  | { readonly do: 'cancel-timeout' }
  /**
   * Data for the only question seen so far: it may be answered, the sibling does not change it. Without a reply where the candidate
   * is answered for here.
   */
  | { readonly do: 'early'; readonly half: Half; readonly reply?: UpstreamReply; readonly candidate: Candidate }
  /** The candidate has its outcome. */
  | { readonly do: 'judged'; readonly candidate: Candidate; readonly outcome: CandidateOutcome }
  /** Close everything. Without an end there is nobody to tell. */
  | { readonly do: 'end'; readonly end: SearchEnd | LimitEnd | undefined; readonly consumed: Consumed };

/** The search limit is over: glibc would go on. */
export interface LimitEnd {
  readonly code: 'LIMIT';
}

/** What the steps of one search write, one after the other, and what the last of them does. */
export interface SearchDraft {
  readonly state: Mutable<SearchState>;
  readonly actions: Actions<SearchAction>;
  now: number;
}

/** A search begins with its first candidate. */
export function startSearch(
  { plan, kind, halves }: SearchStart,
  now: number,
  actions: Actions<SearchAction>,
): SearchDraft {
  const state: SearchState = {
    plan,
    startedAt: now,
    kind,
    halves,
    epoch: 0,
    serial: plan.serial,
    timedOut: plan.exchange.timeoutsMs.map(() => false),
    consumed: nothingConsumed,
    ahead: none,
    stage: over,
  };
  const draft: Draft = { state, actions, now };
  actions.push(deadlineAlarm);
  follow(draft, startCandidates(plan.request, plan.rules));
  return draft;
}

/** Takes one event, and writes what comes of it. Events after the end, and of an earlier epoch, are ignored. */
export function stepSearch(draft: SearchDraft, event: SearchEvent, now: number): void {
  const { state, actions } = draft;
  actions.clear();
  draft.now = now;
  if (state.stage.is === 'over' || (event.type === 'upstream' && event.epoch !== state.epoch)) return;
  take(draft, event);
}

const none: readonly never[] = [];
const over: SearchStage = { is: 'over' };

/** Whether a datagram of the server is waited for now. */
export function isAwaited({ stage }: SearchState, server: number): boolean {
  return stage.is === 'asking' && awaitsUdp(stage.exchange.state, server);
}

/** Whether a reply to a question of the moment could be all that there is. */
export function isInHand({ stage }: SearchState): boolean {
  if (stage.is === 'held' || stage.is === 'end-held') return true;
  if (stage.is !== 'asking') return false;
  const { state } = stage.exchange;
  return [...acceptedReplies(state), ...state.survivors].some(isThere);
}

function isThere(reply: UpstreamReply | undefined): boolean {
  return reply !== undefined;
}

/** How the questions of the moment are asked. */
export function askingOf({ kind, stage, plan }: SearchState): {
  readonly kind: Kind;
  readonly truncatedSuffices: TruncatedSuffices;
} {
  if (stage.is !== 'asking') return { kind, truncatedSuffices: 'neither' };
  const { state } = stage.exchange;
  const whenParallel = plan.exchange.keepSurvivingHalf ? 'neither' : 'either';
  return { kind: state.kind, truncatedSuffices: state.serial === 'parallel' ? whenParallel : 'own' };
}

const deadlineAlarm = { do: 'alarm', event: { type: 'client-deadline' }, afterMs: clientDeadlineMs } as const;

type Draft = SearchDraft;

function take(draft: Draft, event: SearchEvent): void {
  switch (event.type) {
    case 'opened':
      return onOpened(draft, event);
    case 'upstream':
      return atServer(draft, event.event);
    case 'client-deadline':
      armLimit(draft);
      return onClientDeadline(draft);
    case 'silence':
      return onSilence(draft, event);
    case 'sibling':
      return onSibling(draft, event.half);
    case 'window-over':
      return onAlone(draft);
    case 'search-limit':
      return onLimit(draft);
    case 'abandoned':
      return end(draft, undefined);
  }
}

function follow(draft: Draft, step: CandidatesStep): void {
  if (step.do === 'ask') open(draft, step);
  else onEnd(draft, step.end);
}

function onEnd(draft: Draft, searchEnd: SearchEnd): void {
  if (draft.state.kind === 'open') draft.state.stage = { is: 'end-held', end: searchEnd };
  else end(draft, searchEnd);
}

function open(draft: Draft, asked: AskedCandidate): void {
  const { exchange, routes, local } = draft.state.plan;
  const { candidate } = asked;
  const outcomes = localOutcomes(local, candidate.name);
  if (outcomes !== undefined) return openLocal(draft, asked, outcomes);
  const route = routes === undefined ? { order: exchange.order } : routeOf(routes, candidate.name);
  if (route.denied !== true) return openRoute(draft, asked, route);
  // No server has said it: it has no lifetime.
  draft.state.consumed = spoil(draft.state.consumed);
  settle(draft, asked, noSuchName);
}

/** Nobody is asked. No server has said it, either: what is known here has no lifetime. */
function openLocal(draft: Draft, asked: AskedCandidate, outcomes: LocalOutcomes): void {
  const { state, actions } = draft;
  const { candidate } = asked;
  const half = state.halves[0] ?? 0;
  const judgement = judgeLocal(outcomes, state.kind, half);
  if (judgement === 'ends') {
    if (state.kind === 'open') actions.push({ do: 'early', half, candidate });
    return onEnd(draft, { code: 'LOCAL', candidate, outcome: noSuchName, asIs: asked.state.asIs });
  }
  state.consumed = spoil(state.consumed);
  if (judgement === 'passed') settle(draft, asked, noRecords);
  else state.stage = { is: 'held', asked, outcome: noRecords };
}

function openRoute({ state, actions }: Draft, asked: AskedCandidate, route: Route): void {
  const servers = route.order.length;
  state.stage = { is: 'opening', asked, route };
  actions.push({ do: 'open', candidate: asked.candidate, servers, rotate: state.plan.rotate && servers > 1 });
}

function onOpened(draft: Draft, { first, silent, askedAt }: Extract<SearchEvent, { type: 'opened' }>): void {
  const { plan, startedAt, kind, halves, epoch, serial, timedOut, stage } = draft.state;
  if (stage.is !== 'opening') return;
  const { laterEntries, laterAsIs } = laterAsked(plan.local, stage.asked, kind, halves[0] ?? 0);
  const start = {
    plan: startingAt(plan.exchange, stage.route, first),
    time: { startedAt, timedOut, laterEntries, laterAsIs },
    silent,
    kind: plan.onlyA ? 'solo' : kind,
    halves: plan.onlyA ? onlyA : halves,
    serial,
    epoch,
    askedAt,
  } as const;
  const exchange = startExchange(start, draft.now, draft.actions);
  const asking = { is: 'asking', asked: stage.asked, route: stage.route, exchange } as const;
  draft.state.stage = asking;
  takeStep(draft, asking);
  askAhead(draft, silent);
}

/** With the first candidate, to the server whose turn it is; a plan that allows it asks over UDP. */
function askAhead({ state, actions }: Draft, silent: readonly boolean[]): void {
  const { plan, stage, consumed } = state;
  if (plan.ahead === undefined || state.ahead.length > 0 || consumed.candidates.length > 0) return;
  if (stage.is !== 'asking' || !isUsual(plan, stage.route)) return;
  const server = plan.exchange.order[0] ?? 0;
  const later = candidatesAhead(plan.request, plan.rules, plan.ahead, silent[server] === true);
  const candidates = askedBefore(plan.local, later);
  state.ahead = candidates.filter(({ name }) => plan.routes === undefined || isUsual(plan, routeOf(plan.routes, name)));
  if (state.ahead.length === 0) return;
  actions.push({ do: 'ask-ahead', candidates: state.ahead, halves: askedHalves(stage.exchange.state), server });
}

/** Names of stub zones are asked for in their turn alone. */
function isUsual({ exchange: { order } }: SearchPlan, route: Route): boolean {
  return route.order === order;
}

/**
 * They are asked for the sibling, too, unless something has gone wrong since. The turn of none of them has come: a candidate ends
 * when the kind is known.
 */
function askSiblingAhead({ state, actions }: Draft, half: Half): void {
  const { ahead: candidates, consumed, plan } = state;
  if (candidates.length === 0 || plan.onlyA || consumed.goodUntil === -Infinity) return;
  actions.push({ do: 'ask-ahead', candidates, halves: [half], server: plan.exchange.order[0] ?? 0 });
}

/** Of these candidates, in the order of their turns. */
export function candidatesToCome({ stage }: SearchState, candidates: readonly Candidate[]): readonly Candidate[] {
  if (!('asked' in stage)) return [];
  const current = candidatesLeft(stage.asked.candidate);
  return candidates.filter((candidate) => candidatesLeft(candidate) < current);
}

/** How many may follow. */
function candidatesLeft({ laterEntries, laterAsIs }: Candidate): number {
  return laterEntries + (laterAsIs ? 1 : 0);
}

const onlyA: readonly Half[] = [0];

function startingAt(plan: ExchangePlan, { order }: Route, first: number): ExchangePlan {
  if (first === 0) return order === plan.order ? plan : { ...plan, order };
  return { ...plan, order: [...order.slice(first), ...order.slice(0, first)] };
}

function atServer(draft: Draft, event: TurnEvent): void {
  const { stage, consumed } = draft.state;
  if (stage.is === 'asking') draft.state.consumed = consumeEvent(consumed, stage.exchange.state, event);
  exchange(draft, event);
}

function exchange(draft: Draft, event: ExchangeEvent): void {
  const { stage } = draft.state;
  if (stage.is !== 'asking') return;
  stepExchange(stage.exchange, event, draft.now);
  takeStep(draft, stage);
}

type Asking = Extract<SearchStage, { is: 'asking' }>;

/** What the exchange has come to. */
function takeStep(draft: Draft, asking: Asking): void {
  const { state, early, outcome } = asking.exchange;
  draft.state.epoch = state.epoch;
  if (early !== undefined) giveEarly(draft, asking.asked.candidate, early.half, early.reply);
  if (outcome !== undefined) onOutcome(draft, asking, outcome);
}

function onOutcome(draft: Draft, { asked, route, exchange }: Asking, outcome: CandidateOutcome): void {
  const { state, actions } = draft;
  state.serial = exchange.state.serial;
  state.timedOut = exchange.state.time.timedOut;
  actions.push(cancelTimeout);
  const after = routeAfter(route, outcome);
  if (after !== undefined) return openRoute(draft, asked, after);
  if (state.kind !== 'open') return settle(draft, asked, outcome);
  state.stage = { is: 'held', asked, outcome };
  const [reply] = outcome.halves;
  // The A half is the same for the pair: nothing is asked for AAAA.
  if (state.plan.onlyA && state.halves[0] === 0 && reply?.class === 'DATA') giveEarly(draft, asked.candidate, 0, reply);
}

const cancelTimeout = { do: 'cancel-timeout' } as const;

function giveEarly(draft: Draft, candidate: Candidate, half: Half, reply: UpstreamReply): void {
  if (!mayAnswer(candidate, draft.state.plan.rules) || !isSameForPair(reply)) return;
  draft.actions.push({ do: 'early', half, reply, candidate });
}

function settle(draft: Draft, asked: AskedCandidate, outcome: CandidateOutcome): void {
  const { plan, halves } = draft.state;
  // The name exists, but the program asked for AAAA alone.
  const isWithoutAddress = plan.onlyA && halves[0] === 1 && outcome.code === 'POS';
  const seen: CandidateOutcome = isWithoutAddress ? { ...outcome, code: 'NODATA' } : outcome;
  draft.actions.push({ do: 'judged', candidate: asked.candidate, outcome: seen });
  draft.state.consumed = consumeOutcome(draft.state.consumed, seen);
  follow(draft, stepCandidates(asked.state, asked.candidate, seen));
}

function onSibling(draft: Draft, half: Half): void {
  const { state } = draft;
  if (state.kind !== 'open') return;
  state.kind = 'pair';
  state.halves = bothHalves;
  const { stage, plan } = state;
  if (stage.is === 'end-held') return end(draft, stage.end);
  // The candidate failed for the one question before the other came: both are asked.
  if (stage.is === 'held')
    return isOfBoth(plan, stage) ? settle(draft, stage.asked, stage.outcome) : open(draft, stage.asked);
  exchange(draft, siblings[half]);
  askSiblingAhead(draft, half);
}

/** Only the A question was asked, whatever the client asks. */
function isOfBoth(
  { onlyA, local }: SearchPlan,
  { asked }: Pick<Extract<SearchStage, { is: 'held' }>, 'asked'>,
): boolean {
  return onlyA && localOutcomes(local, asked.candidate.name) === undefined;
}

/** No sibling comes. */
function onAlone(draft: Draft): void {
  const { state } = draft;
  if (state.kind !== 'open') return;
  state.kind = 'solo';
  const { stage } = state;
  if (stage.is === 'end-held') return end(draft, stage.end);
  if (stage.is === 'held') return settle(draft, stage.asked, stage.outcome);
  exchange(draft, windowOver);
}

/** What rests on the silence of a server does not outlast it. */
function onSilence(draft: Draft, event: Extract<SearchEvent, { type: 'silence' }>): void {
  const { consumed } = draft.state;
  if (!event.isSilent && consumed.passedSilent) draft.state.consumed = spoil(consumed);
  exchange(draft, event);
}

/** A half that was not waited for may say more another time. */
function onClientDeadline(draft: Draft): void {
  draft.state.consumed = spoil(draft.state.consumed);
  exchange(draft, clientDeadline);
}

const siblings = [
  { type: 'sibling', half: 0 },
  { type: 'sibling', half: 1 },
] as const;
const windowOver = { type: 'window-over' } as const;
const clientDeadline = { type: 'client-deadline' } as const;

/** Few searches last so long. */
function armLimit({ state, actions, now }: Draft): void {
  const afterMs = Math.max(0, state.startedAt + searchLimitMs - now);
  actions.push({ do: 'alarm', event: { type: 'search-limit' }, afterMs });
}

/** What would have been used at the client deadline is better than nothing. */
function onLimit(draft: Draft): void {
  onClientDeadline(draft);
  if (draft.state.stage.is !== 'over') end(draft, { code: 'LIMIT' });
}

function end({ state, actions }: Draft, searchEnd: SearchEnd | LimitEnd | undefined): void {
  state.stage = over;
  actions.push({ do: 'end', end: searchEnd, consumed: state.consumed });
}
