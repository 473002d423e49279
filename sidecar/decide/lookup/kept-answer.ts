/** Which ends of searches are kept as whole answers, for how long, and whom they may be given to. */
import { endAlone } from '../cache/alone-end.ts';
import { bareNameEnd, planReply, planWhole } from '../reply/reply-plan.ts';
import type { ReplyPlan } from '../reply/reply-plan.ts';
import { isSameForPair, judgePositive } from '../search/candidate-outcome.ts';
import type { SearchEnd } from '../search/candidates.ts';
import type { Consumed } from '../search/consumed.ts';
import type { Half, Halves } from '../search/pair.ts';
import type { SearchPlan } from '../search/search.ts';
import type { WireName } from '../../wire/name.ts';

/** A lookup that a search has answered. */
export interface AnsweredLookup {
  readonly end: SearchEnd;
  readonly plan: SearchPlan;
  readonly consumed: Consumed;
  readonly questionName: WireName;
  readonly marked: boolean;
  /** The upstream's reply is passed on as it is. */
  readonly whole: boolean;
  /** `none`: no question for an address. */
  readonly kind: 'pair' | 'solo' | 'none';
  /** One half had its answer before the sibling came. */
  readonly early: boolean;
}

export interface KeptAnswer {
  /** On the monotonic clock, in milliseconds. */
  readonly goodUntil: number;
  /** It holds for as long as a server is silent. */
  readonly whileSilent: boolean;
  /** Something was found. */
  readonly isPositive: boolean;
  readonly halves: Halves<KeptHalf>;
  /** For the client's own query for the bare name, once both halves were given. */
  readonly bareName: SearchEnd | undefined;
}

export interface KeptHalf {
  readonly plan: ReplyPlan;
  /** When its TTLs are true, in milliseconds; undefined where it has none. */
  readonly since: number | undefined;
  /** It is the same whether the sibling question comes or not. */
  readonly alone: boolean;
  /** For the client's own query for the bare name, where the sibling did not come. */
  readonly bareNameAlone: SearchEnd | undefined;
}

/** Undefined: it is not kept. */
export function keepAnswer(lookup: AnsweredLookup, now: number): KeptAnswer | undefined {
  const { end, plan, consumed, kind, early } = lookup;
  if (!isKeptEnd(end) || consumed.goodUntil <= now || plan.rotate) return undefined;
  // Of a question on its own nothing tells whether the next one has a sibling; the reply cache serves those.
  if (kind === 'solo' || (kind === 'pair' && early && !isOfOneMoment(end))) return undefined;
  const bareName = lookup.marked ? bareNameEnd(end) : undefined;
  const halves: Halves<KeptHalf> =
    kind === 'pair'
      ? [keptHalf(lookup, 0), keptHalf(lookup, 1)]
      : [{ ...onlyPlan(lookup), alone: true, bareNameAlone: bareName }, undefined];
  const { goodUntil, passedSilent } = consumed;
  return { goodUntil, whileSilent: passedSilent, isPositive: end.code === 'POS', halves, bareName };
}

/** Both halves were remembered of one exchange: the sibling gets what it would have got together with the first. */
function isOfOneMoment({ outcome: { halves } }: SearchEnd): boolean {
  return halves.every((half) => half?.isRecalled === true);
}

/** Failures are never kept, nor what no program can read. */
function isKeptEnd(end: SearchEnd): boolean {
  if (end.code === 'POS') return judgePositive(end.outcome) !== 'unreadable';
  return end.code === 'NODATA' || end.code === 'NONAME';
}

function onlyPlan({ end, whole, questionName, marked }: AnsweredLookup): Pick<KeptHalf, 'plan' | 'since'> {
  if (whole) return { plan: planWhole(end), since: end.outcome.halves[0]?.kept?.since };
  const plan = planReply(end, 0, questionName, { alone: true, marked });
  return { plan, since: sinceOf(plan) };
}

function keptHalf(lookup: AnsweredLookup, half: Half): KeptHalf {
  const { end, plan, consumed, questionName, marked } = lookup;
  const reply = planReply(end, half, questionName, { marked });
  const since = sinceOf(reply);
  const alone = endAlone(plan, consumed, half);
  if (alone === undefined || !isSame(reply, alone)) {
    return { plan: reply, since, alone: false, bareNameAlone: undefined };
  }
  return { plan: reply, since, alone: true, bareNameAlone: marked ? bareNameEnd(alone) : undefined };
}

/** The aliases may be of the other half. */
function sinceOf(plan: ReplyPlan): number | undefined {
  if (plan.form !== 'found') return undefined;
  const times = [plan.own, plan.naming].flatMap(({ kept }) => kept?.since ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function isSame(reply: ReplyPlan, alone: SearchEnd): boolean {
  // Data of this half ends the search for it alone, too, at the same candidate.
  if (reply.form === 'found') {
    return reply.own.class === 'DATA' && reply.naming === reply.own && isSameForPair(reply.own);
  }
  // Nothing else of a denial reaches the client.
  return reply.form === 'empty' && alone.code === codeOfDenial[reply.rcode];
}

const codeOfDenial: Readonly<Record<number, SearchEnd['code']>> = { 0: 'NODATA', 3: 'NONAME' };
