/**
 * A whole search in the notation of the tables. Settings: `pair`, `solo AAAA`, `open A`; those of the search in `machine.ts`
 * (`name`, `search`, `ndots`, `absolute`, `host-names-only`); `servers 2`, `attempts 1`, `timeouts 5,3` in seconds, `rotate`
 * (the next candidate begins one server later), `usual 1` (so many of the servers are the configuration's) and
 * `zones a=1+2,b=1>,c=-` (names under a at s1 and s2, under b at s1 and then at the usual ones, under c at none), `ahead 6` (candidates may be asked before
 * their turn), `place 2` (of the last end), `taught`, `use-vc`, `strict-error`, `keep-surviving-half`, `serial`, `reopen`, `no-aaaa`; `local foo.a=A,foo.b=A+AAAA,foo.c=-,foo.d=?` (names that
 * are answered for here, and the families of their records: `-` none, `?` not yet known), `told`
 * (of servers that gave nothing, and of alarms); `kept` (replies have lifetimes, and the end tells what it rests on).
 *
 * Actions: those of an exchange, with `open foo.a.test` before a candidate is asked, `judged NX` behind it, `no wait` where
 * nothing is waited for any more, and `end NONAME`, `end LIMIT` or `end` of the search. Events: those of an exchange, and
 * `limit`, `abandoned`. `stale A NX` is of the epoch before the last step, `first A NX` of
 * the first one. `to come` is told whose turn has not come of those asked ahead, `asking` what is known of the questions of the moment, `awaits s0` whether the server is waited for, `in hand` whether there is a reply that can be used. The sockets of a candidate open at once, with the
 * silent servers that `silent s0` has named; those of one that was asked ahead have been asked since then.
 *
 * With `kept`, data lives for 60 seconds and a denial for 30, `EMPTY#2` for 5 beside data alone, `NX#2` never, from when it
 * comes. Behind the end: `good 60s` (until then; or `never`), `while silent`, and in brackets the candidates
 * with the classes of their halves: `(NX A=NX AAAA=NX, POS A=DATA)`.
 */
import type { Consumed } from '../../../../sidecar/decide/search/consumed.ts';
import type { Candidate } from '../../../../sidecar/decide/search/candidates.ts';
import type { LocalName, LocalOutcome } from '../../../../sidecar/decide/search/local-candidates.ts';
import { searchPlan } from '../../../../sidecar/decide/search/search-plan.ts';
import {
  askingOf,
  candidatesToCome,
  isAwaited,
  isInHand,
  startSearch,
  stepSearch,
} from '../../../../sidecar/decide/search/search.ts';
import type { SearchAction, SearchDraft, SearchEvent, SearchState } from '../../../../sidecar/decide/search/search.ts';
import type { Route, Routes } from '../../../../sidecar/decide/search/routes.ts';
import { encodeName, formatName, nameKey, rootName } from '../../../../sidecar/wire/name.ts';
import { eventOf, kindOf, textOfActions, textOfOutcome } from '../exchange/machine.ts';
import { wordOf } from '../replies.ts';
import { actionArray, given, has, type Machine } from '../script.ts';
import { searchOf } from './machine.ts';

type ExchangeAction = Parameters<typeof textOfActions>[0][number];

export function wholeSearch(settings: string): Machine {
  const [kind, halves] = kindOf(settings);
  const plan = planOf(settings);
  const silent = given(settings, 'silent')?.split(',') ?? [];
  let rotated = 0;
  const askedAhead = new Map<string, number>();
  const list = actionArray<SearchAction>();
  let draft: SearchDraft | undefined;
  let epochBefore = 0;
  let firstEpoch = 0;

  /** What a step does, and what the sockets that it opens lead to. */
  function told(step: SearchDraft, nowMs: number): SearchAction[] {
    const actions = [...list.written];
    for (const action of actions) {
      if (action.do !== 'ask-ahead') continue;
      for (const { name } of action.candidates) askedAhead.set(nameKey(name), askedAhead.get(nameKey(name)) ?? nowMs);
    }
    const opening = actions.find((action) => action.do === 'open');
    if (opening === undefined) return actions;
    const first = opening.rotate ? rotated % opening.servers : 0;
    if (opening.rotate) rotated += 1;
    const event = {
      type: 'opened',
      first,
      askedAt: askedAhead.get(nameKey(opening.candidate.name)),
      silent: plan.exchange.timeoutsMs.map((_, server) => silent.includes(`s${server}`)),
    };
    stepSearch(step, event as SearchEvent, nowMs);
    return [...actions, ...told(step, nowMs)];
  }

  return {
    start() {
      draft = startSearch({ plan, kind, halves }, 0, list);
      const actions = told(draft, 0);
      firstEpoch = draft.state.epoch;
      return textOf(actions, settings);
    },
    step(text, nowMs) {
      if (draft === undefined) throw new Error('not started');
      const { state } = draft;
      const [, server] = /^awaits s(\d)$/.exec(text) ?? [];
      if (server !== undefined) return isAwaited(state, Number(server)) ? 'yes' : 'no';
      if (text === 'in hand') return isInHand(state) ? 'yes' : 'no';
      if (text === 'asking') return textOfAsking(state);
      if (text === 'to come') return textOfNames(candidatesToCome(state, state.ahead));
      const read = searchEventOf(text, { now: state.epoch, stale: epochBefore, first: firstEpoch });
      const event = has(settings, 'kept') ? withTimes(read, nowMs) : read;
      epochBefore = state.epoch;
      stepSearch(draft, event, nowMs);
      return textOf(told(draft, nowMs), settings);
    },
  };
}

function planOf(settings: string): ReturnType<typeof searchPlan> {
  const { request, rules } = searchOf(settings);
  const timeouts = given(settings, 'timeouts')?.split(',').map(Number);
  const servers = Array.from({ length: Number(given(settings, 'servers') ?? 1) }, (_, index) => ({
    timeoutMs: (timeouts?.[index] ?? 5) * 1000,
  }));
  const options = {
    ...rules,
    servers,
    routes: routesOf(settings, servers.length),
    attempts: Number(given(settings, 'attempts') ?? 2),
    rotate: has(settings, 'rotate'),
    useVc: has(settings, 'use-vc'),
    strictError: has(settings, 'strict-error'),
    singleRequest: has(settings, 'serial'),
    singleRequestReopen: has(settings, 'reopen'),
    noAaaa: has(settings, 'no-aaaa'),
    edns0: false,
    trustAd: false,
  };
  const filters = { hostNameFilter: rules.hostNamesOnly, keepSurvivingHalf: has(settings, 'keep-surviving-half') };
  const question = {
    request,
    local: localOf(settings),
    type: 1,
    addresses: true,
    ad: false,
    cd: false,
    edns: undefined,
  };
  const place = given(settings, 'place');
  const max = Number(given(settings, 'ahead') ?? 0);
  const ahead = { max, place: place === undefined ? undefined : Number(place), isTaught: has(settings, 'taught') };
  return searchPlan(options, filters, question, max === 0 ? undefined : ahead);
}

function routesOf(settings: string, servers: number): Routes | undefined {
  const texts = given(settings, 'zones')?.split(',');
  if (texts === undefined) return undefined;
  const usual: Route = {
    order: Array.from({ length: Number(given(settings, 'usual') ?? servers) }, (_, index) => index),
  };
  const zones = texts.map((text): [string, Route] => {
    const [zone = '', places = ''] = text.split('=');
    const order = [...places.matchAll(/\d/g)].map(Number);
    const route = { order, denied: places === '-', next: places.endsWith('>') ? usual : undefined };
    return [nameKey(encodeName(zone) ?? rootName), route];
  });
  return { usual, zones: new Map(zones) };
}

function localOf(settings: string): readonly LocalName[] | undefined {
  return given(settings, 'local')
    ?.split(',')
    .map((text) => {
      const [name = '', families = ''] = text.split('=');
      const outcomeOf = (family: string): LocalOutcome => {
        if (families === '?') return 'not-ready';
        return families.split('+').includes(family) ? 'records' : 'no-data';
      };
      return { name: encodeName(name) ?? rootName, outcomes: [outcomeOf('A'), outcomeOf('AAAA')] };
    });
}

function searchEventOf(text: string, epochs: Readonly<Record<'now' | 'stale' | 'first', number>>): SearchEvent {
  if (text === 'limit') return { type: 'search-limit' };
  if (text === 'abandoned') return { type: 'abandoned' };
  const when = (['stale', 'first'] as const).find((word) => text.startsWith(`${word} `));
  const event = eventOf(when === undefined ? text : text.slice(when.length + 1));
  switch (event.type) {
    case 'sibling':
    case 'window-over':
    case 'client-deadline':
    case 'silence':
      return event;
    default:
      return { type: 'upstream', epoch: epochs[when ?? 'now'], event };
  }
}

function textOfNames(candidates: readonly Candidate[]): string {
  return candidates.map(({ name }) => formatName(name)).join('+');
}

function textOfAsking(state: SearchState): string {
  const { kind, truncatedSuffices } = askingOf(state);
  return `${kind}${truncatedSuffices === 'neither' ? '' : `, ${truncatedSuffices} truncated`}`;
}

function withTimes(event: SearchEvent, nowMs: number): SearchEvent {
  if (event.type !== 'upstream' || event.event.type !== 'reply') return event;
  const { half, reply } = event.event;
  const isSecond = reply.message[0] === 2;
  const seconds = reply.class === 'DATA' ? 60 : isSecond ? -Infinity : 30;
  const goodUntil = nowMs + seconds * 1000;
  const goodUntilBesideData = isSecond && reply.class === 'EMPTY' ? nowMs + 5000 : goodUntil;
  const kept = { since: nowMs, goodUntil, goodUntilBesideData };
  return { ...event, event: { type: 'reply', half, reply: { ...reply, kept } } };
}

/** Told with `told` alone. */
const asides: readonly SearchAction['do'][] = ['alarm', 'cancel-timeout', 'lost', 'unanswered'];

function textOf(actions: readonly SearchAction[], settings: string): string {
  const texts: string[] = [];
  let together: ExchangeAction[] = [];
  const flush = (): void => {
    if (together.length > 0) texts.push(textOfActions(together));
    together = [];
  };
  for (const action of actions) {
    if (asides.includes(action.do) && !has(settings, 'told')) continue;
    const basis = action.do === 'end' && has(settings, 'kept') ? ` ${textOfConsumed(action.consumed)}` : '';
    const text = textOfAction(action, basis);
    if (typeof text !== 'string') together.push(text);
    else {
      flush();
      texts.push(text);
    }
  }
  flush();
  return texts.join(', ');
}

/** An action of an exchange as it is. */
function textOfAction(action: SearchAction, basis: string): string | ExchangeAction {
  switch (action.do) {
    case 'alarm':
      return `alarm ${action.event.type} ${action.afterMs / 1000}s`;
    case 'open':
      return `open ${formatName(action.candidate.name)}`;
    case 'ask-ahead': {
      const halves = action.halves.map((half) => (half === 0 ? 'A' : 'AAAA')).join('+');
      return `ahead ${halves} s${action.server} ${action.candidates.map(({ name }) => formatName(name)).join(' ')}`;
    }
    case 'cancel-timeout':
      return 'no wait';
    case 'early':
      return `early ${action.half === 0 ? 'A' : 'AAAA'} ${action.reply === undefined ? 'of our own' : `${wordOf(action.reply)} of`} ${formatName(action.candidate.name)}`;
    case 'judged':
      return `judged ${textOfOutcome(action.outcome)}`;
    case 'end':
      return textOfEnd(action.end) + basis;
    default:
      return action;
  }
}

function textOfEnd(end: Extract<SearchAction, { do: 'end' }>['end']): string {
  if (end === undefined) return 'end';
  return end.code === 'LOCAL' && end.candidate !== undefined
    ? `end LOCAL ${formatName(end.candidate.name)}`
    : `end ${end.code}`;
}

function textOfConsumed({ goodUntil, passedSilent, candidates }: Consumed): string {
  const asked = candidates.map(({ code, classes: [one, other] }) =>
    [code, ...(one === undefined ? [] : [`A=${one}`]), ...(other === undefined ? [] : [`AAAA=${other}`])].join(' '),
  );
  return [
    goodUntil === -Infinity ? 'never' : `good ${goodUntil / 1000}s`,
    ...(passedSilent ? ['while silent'] : []),
    `(${asked.join(', ')})`,
  ].join(' ');
}
