/**
 * The exchange in the notation of the tables. Settings: `pair`, `solo A`, `open AAAA`; `servers 2`, `attempts 2`, `rotated 1`
 * (the server that is first), `timeouts 5,3,6` in seconds; `use-vc`, `strict-error`, `keep-surviving-half`; `serial` and
 * `reopen`; `timed-out s0` (it let its time run out before in this search), `silent s0`; `asked 0.2` (so many seconds ago, before its turn); `told` (of servers that gave nothing), `counted` (what was lost), `later 2` (entries behind this candidate) and
 * `as-is-later`.
 *
 * Actions: `send A+AAAA s0`, `close` (the UDP sockets), `connect A+AAAA s1`, `write AAAA`, `wait 5s` (until `timeout`),
 * `early A DATA` (it may be answered), `end POS A=DATA AAAA=EMPTY`, with the rcode where it counts. Events: `A DATA`, a reply;
 * `foreign SERVFAIL`, `short`, `short SERVFAIL`, `dead`, `timeout`, `timeout unsent` (no socket could be opened); `refused`, `reset`, `closed`, `error` of TCP; `join AAAA`,
 * `window over`, `client deadline`; `silence s0`, `heard s0` of a server. With `told`, `unanswered s0 2`: two questions got nothing.
 */
import type { CandidateOutcome } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import type { Draft, EarlyReply, ExchangeAction, ExchangeEvent } from '../../../../sidecar/decide/search/exchange.ts';
import type { Half, Kind } from '../../../../sidecar/decide/search/pair.ts';
import { startExchange, stepExchange } from '../../../../sidecar/decide/search/servers.ts';
import type { ExchangeStart } from '../../../../sidecar/decide/search/servers.ts';
import type { SerialMode } from '../../../../sidecar/decide/search/timeouts.ts';
import { actionArray, given, has, type Machine } from '../script.ts';
import { replyOf, wordOf } from '../replies.ts';

const types = ['A', 'AAAA'] as const;

export function exchange(settings: string): Machine {
  const actions = actionArray<ExchangeAction>();
  let draft: Draft | undefined;
  const told = ({ early, outcome }: Draft): string => {
    const hidden = [...(has(settings, 'told') ? [] : ['unanswered']), ...(has(settings, 'counted') ? [] : ['lost'])];
    const shown: ToldAction[] = actions.written.filter((action) => !hidden.includes(action.do));
    if (early !== undefined) shown.push({ do: 'early', ...early });
    if (outcome !== undefined) shown.push({ do: 'end', outcome });
    return textOfActions(shown);
  };
  return {
    start: () => {
      draft = startExchange(startOf(settings), 0, actions);
      return told(draft);
    },
    step: (event, nowMs) => {
      if (draft === undefined) throw new Error('not started');
      actions.clear();
      stepExchange(draft, eventOf(event), nowMs);
      return told(draft);
    },
  };
}

/** What a step does, with what it has come to. */
export type ToldAction =
  | ExchangeAction
  | ({ readonly do: 'early' } & EarlyReply)
  | { readonly do: 'end'; readonly outcome: CandidateOutcome };

function startOf(settings: string): ExchangeStart {
  const count = Number(given(settings, 'servers') ?? 1);
  const servers = Array.from({ length: count }, (_, index) => index);
  const rotated = Number(given(settings, 'rotated') ?? 0);
  const timeouts = given(settings, 'timeouts')?.split(',').map(Number) ?? servers.map(() => 5);
  const timedOut = given(settings, 'timed-out');
  const silent = given(settings, 'silent');
  const asked = given(settings, 'asked');
  const [kind, halves] = kindOf(settings);
  const serial: SerialMode = has(settings, 'reopen') ? 'reopen' : has(settings, 'serial') ? 'serial' : 'parallel';
  return {
    kind,
    halves,
    serial,
    epoch: 0,
    askedAt: asked === undefined ? undefined : -1000 * Number(asked),
    silent: servers.map((index) => silent?.split(',').includes(`s${index}`) === true),
    plan: {
      order: servers.map((index) => (index + rotated) % count),
      attempts: Number(given(settings, 'attempts') ?? 2),
      timeoutsMs: timeouts.map((seconds) => seconds * 1000),
      useVc: has(settings, 'use-vc'),
      strictError: has(settings, 'strict-error'),
      keepSurvivingHalf: has(settings, 'keep-surviving-half'),
    },
    time: {
      startedAt: 0,
      timedOut: servers.map((index) => timedOut?.split(',').includes(`s${index}`) === true),
      laterEntries: Number(given(settings, 'later') ?? 0),
      laterAsIs: has(settings, 'as-is-later'),
    },
  };
}

export function kindOf(settings: string): [Kind, readonly Half[]] {
  for (const kind of ['solo', 'open'] as const) {
    const type = given(settings, kind);
    if (type !== undefined) return [kind, [halfOf(type)]];
  }
  return ['pair', [0, 1]];
}

function halfOf(type: string): Half {
  if (type !== 'A' && type !== 'AAAA') throw new Error(`no such question: ${type}`);
  return type === 'A' ? 0 : 1;
}

export function eventOf(text: string): ExchangeEvent {
  const [word = '', detail] = text.split(' ');
  switch (word) {
    case 'A':
    case 'AAAA':
      return { type: 'reply', half: halfOf(word), reply: replyOf(detail ?? '') };
    case 'foreign':
      return { type: 'foreign', rcode: replyOf(detail ?? '').rcode };
    case 'short':
      return { type: 'undersized', rcode: detail === undefined ? undefined : replyOf(detail).rcode };
    case 'refused':
    case 'reset':
    case 'closed':
    case 'error':
      return { type: 'tcp-failed', reason: word };
    case 'join':
      return { type: 'sibling', half: halfOf(detail ?? '') };
    case 'window':
      return { type: 'window-over' };
    case 'timeout':
      return { type: 'timeout', unsent: detail === 'unsent' };
    case 'client':
      return { type: 'client-deadline' };
    case 'dead':
      return { type: 'dead' };
    default:
      return eventOfServer(text);
  }
}

function eventOfServer(text: string): ExchangeEvent {
  const [, word, server] = /^(silence|heard) s(\d)$/.exec(text) ?? [];
  if (word === undefined) throw new Error(`no such event: ${text}`);
  return { type: 'silence', server: Number(server), isSilent: word === 'silence' };
}

export function textOfActions(actions: readonly ToldAction[]): string {
  const texts: string[] = [];
  const sent: string[] = [];
  const waits: string[] = [];
  for (const action of actions) {
    switch (action.do) {
      case 'send':
        sent.push(`${types[action.half]} s${action.server}`);
        break;
      case 'timeout':
        waits.push(`wait ${action.afterMs / 1000}s`);
        break;
      default:
        texts.push(...sending(sent.splice(0)), textOfAction(action));
    }
  }
  return [...texts, ...sending(sent), ...waits].join(', ');
}

function textOfAction(action: Exclude<ToldAction, { do: 'send' | 'timeout' }>): string {
  switch (action.do) {
    case 'close-sockets':
      return 'close';
    case 'connect':
      return `connect ${action.halves.map((half) => types[half]).join('+')} s${action.server}`;
    case 'write':
      return `write ${types[action.half]}`;
    case 'early':
      return `early ${types[action.half]} ${wordOf(action.reply)}`;
    case 'unanswered':
      return `unanswered s${action.server} ${action.questions}`;
    case 'lost':
      return `lost s${action.server}`;
    case 'end':
      return `end ${textOfOutcome(action.outcome)}`;
    default:
      throw new Error(`no such action: ${JSON.stringify(action)}`);
  }
}

/** Queries that leave together for one server are one word. */
function sending(sent: readonly string[]): string[] {
  const [first, second, ...more] = sent;
  if (first === undefined) return [];
  const together = first.startsWith('A s') && second === first.replace('A', 'AAAA') && more.length === 0;
  return together ? [`send ${first.replace('A', 'A+AAAA')}`] : sent.map((one) => `send ${one}`);
}

export function textOfOutcome({ code, halves, rcode }: CandidateOutcome): string {
  const texts = halves.flatMap((reply, half) => (reply === undefined ? [] : [`${types[half]}=${wordOf(reply)}`]));
  return [code, ...texts, ...(code === 'FATAL' ? [`rcode ${rcode}`] : [])].join(' ');
}
