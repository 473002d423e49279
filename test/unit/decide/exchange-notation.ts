/**
 * One exchange in short notation, a line per event: `event → actions`.
 *
 * Events: `start`; a reply (`A DATA`, `AAAA TC`); `timeout`, `dead`,
 * `hurry`, `window-closed`, `join AAAA`; `tcp closed` (refused, reset, error). Time passes before an event with `+300`.
 *
 * Actions: `send A s0`, `connect s0 A AAAA`, `write AAAA`, `close`, `wait 5000`, `early A`; an end is the result with the
 * class of each half, `POS A=DATA`.
 */
import type { UpstreamReply } from '../../../sidecar/decide/candidate-outcome.ts';
import { startExchange, stepExchange } from '../../../sidecar/decide/upstream-plan.ts';
import type {
  ExchangeAction,
  ExchangeEvent,
  ExchangePlan,
  ExchangeStart,
  ExchangeStep,
  Slot,
} from '../../../sidecar/decide/upstream-plan.ts';
import type { ReplyClass } from '../../../sidecar/wire/classify-reply.ts';

const families = ['A', 'AAAA'] as const;

const rcodes: Partial<Record<ReplyClass, number>> = { SF: 2, NX: 3, NI: 4, RF: 5 };

export interface ExchangeSetting extends Partial<ExchangePlan>, Partial<Omit<ExchangeStart, 'plan'>> {
  readonly servers: number;
}

/** Plays the events of the lines, and gives the lines as they came to be. */
export function playExchange(setting: ExchangeSetting, lines: readonly string[]): string[] {
  let now = 0;
  let step: ExchangeStep | undefined;
  return lines.map((line) => {
    const words = (line.split('→')[0] ?? '').trim().split(' ');
    const [word = ''] = words;
    if (word.startsWith('+')) now += Number(words.shift()?.slice(1));
    step =
      step === undefined
        ? startExchange(startOf(setting), now)
        : stepExchange(step.state, eventOf(words, step.state.plan.order), now);
    return [line.split('→')[0]?.trim(), step.actions.map(actionText).join(', ')].join(' → ').trim();
  });
}

/** Lines may be set out in columns. */
export function tidy(lines: readonly string[]): string[] {
  return lines.map((line) => line.replaceAll(/ +/g, ' ').trim());
}

function startOf(setting: ExchangeSetting): ExchangeStart {
  const { servers, kind = 'pair', slots = [0, 1], serial = 'parallel' } = setting;
  const indices = Array.from({ length: servers }, (_, index) => index);
  const plan: ExchangePlan = {
    order: indices,
    attempts: 2,
    patienceMs: indices.map(() => 1000),
    useVc: false,
    strictError: false,
    keepSurvivingHalf: false,
    ...setting,
  };
  const time = { startedAt: 0, expired: indices.map(() => false), laterEntries: 0, laterAsIs: false };
  return { time, ...setting, plan, kind, slots, serial };
}

function eventOf([word = '', ...rest]: readonly string[], order: readonly number[]): ExchangeEvent {
  switch (word) {
    case 'join':
      return { type: 'join', slot: slotOf(rest[0]) };
    case 'tcp':
      return { type: 'tcp-failed', reason: rest[0] as 'refused' | 'reset' | 'closed' | 'error' };
    case 'timeout':
    case 'dead':
    case 'hurry':
    case 'window-closed':
      return { type: word };
    case 'A':
    case 'AAAA':
      return { type: 'reply', ...replyOf([word, ...rest]) };
    default:
      throw new Error(`no such event: ${word} (of ${order.length} servers)`);
  }
}

function replyOf([family, replyClass]: readonly string[]): { slot: Slot; reply: UpstreamReply } {
  const known = replyClass as ReplyClass;
  return { slot: slotOf(family), reply: { class: known, rcode: rcodes[known] ?? 0, message: new Uint8Array() } };
}

function slotOf(family: string | undefined): Slot {
  return family === 'AAAA' ? 1 : 0;
}

function actionText(action: ExchangeAction): string {
  switch (action.do) {
    case 'send':
      return `send ${families[action.slot]} s${action.server}`;
    case 'connect':
      return `connect s${action.server} ${action.slots.map((slot) => families[slot]).join(' ')}`;
    case 'write':
      return `write ${families[action.slot]}`;
    case 'close-sockets':
      return 'close';
    case 'deadline':
      return `wait ${action.afterMs}`;
    case 'early':
      return `early ${families[action.slot]}`;
    case 'done': {
      const { result, halves } = action.outcome;
      const known = halves.flatMap((half, slot) => (half === undefined ? [] : `${families[slot]}=${half.class}`));
      return [result, ...known].join(' ');
    }
  }
}
