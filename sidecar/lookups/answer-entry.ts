/** Makes an entry of the answer cache of a lookup that has ended, and tells under which key it is found. */
import { answerKey } from '../cache/answer-cache.ts';
import type { AnswerEntry, AnswerHalf } from '../cache/answer-cache.ts';
import { keepReply } from '../cache/kept-reply.ts';
import { keepAnswer } from '../decide/lookup/kept-answer.ts';
import type { AnsweredLookup, KeptHalf } from '../decide/lookup/kept-answer.ts';
import { findHosts } from '../decide/hosts/hosts.ts';
import { isEmpty } from '../decide/hosts/hosts-table.ts';
import { asksForDnssec, clientFlag, clientFlags } from '../decide/query/client-flags.ts';
import { rcodeOf } from '../decide/reply/reply-plan.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { SearchBasis } from '../search/run-search.ts';
import { byteAt } from '../wire/bytes.ts';
import { headerBytes, isAddressType } from '../wire/iana.ts';
import type { QueryView } from '../wire/message-view.ts';
import { nameKey } from '../wire/name.ts';
import type { PlainQuery } from '../wire/plain-query.ts';
import { isAddressLookup } from './lookup.ts';
import type { EndedLookup, QueryContext } from './lookup.ts';
import { writeWhole } from './reply-writer.ts';

/** Flags of a query that change its answer, `clientFlag`s. */
export function answerFlags({ ad, cd, dnssecOk }: PlainQuery): number {
  return (ad ? clientFlag.ad : 0) | (cd ? clientFlag.cd : 0) | (dnssecOk ? clientFlag.dnssecOk : 0);
}

/** A and AAAA are one, but where signatures are wanted: there each is passed on as the upstream gave it. */
export function keyOfQuestion(plain: PlainQuery): string {
  const { folded, nameEnd, type, hasOpt, dnssecOk } = plain;
  const asked = isAddressType(type) && !dnssecOk ? 1 : type;
  return answerKey(folded, nameEnd - headerBytes, asked, answerFlags(plain) * 2 + (hasOpt ? 1 : 0));
}

/** The letter case is that of the answer's canonical name. */
export function isSameName(name: Uint8Array, message: Uint8Array, nameEnd: number): boolean {
  if (name.length !== nameEnd - headerBytes) return false;
  for (let index = 0; index < name.length; index++) {
    if (name[index] !== byteAt(message, headerBytes + index)) return false;
  }
  return true;
}

/** One of another letter case stays; one of the same search is there already, where many waited for it. */
export function mayReplace(before: AnswerEntry | undefined, end: SearchEnd, view: QueryView, now: number): boolean {
  if (before === undefined || now >= before.goodUntil) return true;
  const { question } = view;
  return before.source !== end && question !== undefined && isSameName(before.name, view.bytes, question.end - 4);
}

/** Undefined: it is not kept. */
export function entryOf(
  ended: EndedLookup,
  basis: SearchBasis,
  end: SearchEnd,
  now: number,
  randomId: () => number,
): AnswerEntry | undefined {
  const { context } = ended;
  const { marked, questionName, request } = context;
  const kept = mayBeKept(context) ? keepAnswer(answeredLookup(ended, basis, end), now) : undefined;
  const views = kept && viewsOf(ended, kept.halves[1] !== undefined);
  if (kept === undefined || views === undefined) return undefined;
  const [first, second] = kept.halves.map((half, index) => {
    const view = views[index];
    return half && view && halfOf(half, view, context, now, randomId);
  });
  if (first === undefined || (kept.halves[1] !== undefined && second === undefined)) return undefined;
  const { goodUntil, whileSilent, bareName } = kept;
  return {
    source: end,
    name: questionName.slice(),
    marked,
    searchedName: marked ? nameKey(request.name) : '',
    goodUntil,
    whileSilent,
    halves: [first, second],
    bareName,
  };
}

function answeredLookup(ended: EndedLookup, { plan, consumed }: SearchBasis, end: SearchEnd): AnsweredLookup {
  const { marked, whole, questionName } = ended.context;
  const kind = !isAddressLookup(ended.context) ? 'none' : ended.kind === 'pair' ? 'pair' : 'solo';
  return { end, plan, consumed, questionName, marked, whole, kind, early: ended.early };
}

/** Neither a name that the hosts files have in one family, nor a pair that is asked for as a validator asks. */
function mayBeKept(context: QueryContext): boolean {
  if (isHeldByHosts(context)) return false;
  return context.whole || !isAddressLookup(context) || !asksForDnssec(clientFlags(context.query.view));
}

/** Both questions have the same flags, and their names the same letter case. */
function viewsOf({ halves }: EndedLookup, isPair: boolean): readonly QueryView[] | undefined {
  const [one] = halves[0].queries;
  const [other] = halves[1].queries;
  if (!isPair) return one && [one.view];
  if (one === undefined || other === undefined) return undefined;
  const { question } = one.view;
  const isAlike =
    question !== undefined &&
    clientFlags(one.view) === clientFlags(other.view) &&
    (one.view.edns === undefined) === (other.view.edns === undefined) &&
    isSameName(question.name, other.view.bytes, (other.view.question?.end ?? 0) - 4);
  return isAlike ? [one.view, other.view] : undefined;
}

function halfOf(
  { plan, since, alone, bareNameAlone }: KeptHalf,
  view: QueryView,
  { snapshot }: QueryContext,
  now: number,
  randomId: () => number,
): AnswerHalf | undefined {
  const { question } = view;
  const bytes = question && writeWhole(plan, view, snapshot);
  if (question === undefined || bytes === undefined) return undefined;
  const reply = keepReply(bytes, question.end - 4, randomId());
  return { reply, since: since ?? now, rcode: rcodeOf(plan, view.edns !== undefined), alone, bareNameAlone };
}

function isHeldByHosts({ snapshot: { hosts }, usesHosts, request }: QueryContext): boolean {
  return usesHosts && !isEmpty(hosts) && findHosts(hosts, nameKey(request.name)) !== undefined;
}
