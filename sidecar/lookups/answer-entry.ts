/** Makes an entry of the answer cache of a lookup that has ended, and tells which queries it answers. */
import { AnswerEntry, questionNumber } from '../cache/answer-cache.ts';
import type { AnswerHalf, Denial } from '../cache/answer-cache.ts';
import { keepReply } from '../cache/kept-reply.ts';
import { keepAnswer } from '../decide/lookup/kept-answer.ts';
import type { AnsweredLookup, KeptAnswer, KeptHalf } from '../decide/lookup/kept-answer.ts';
import { findHosts } from '../decide/hosts/hosts.ts';
import { isEmpty } from '../decide/hosts/hosts-table.ts';
import { asksForDnssec, clientFlag, clientFlags } from '../decide/query/client-flags.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { SearchBasis } from '../search/run-search.ts';
import { byteAt } from '../wire/bytes.ts';
import { headerBytes, isAddressType, recordTypes } from '../wire/iana.ts';
import type { QueryView } from '../wire/message-view.ts';
import { isSameName } from '../wire/name.ts';
import type { PlainQuery } from '../wire/plain-query.ts';
import { isAddressLookup } from './lookup.ts';
import type { EndedLookup, QueryContext } from './lookup.ts';
import { writeWhole } from './reply-writer.ts';

/** Flags of a query that change its answer, `clientFlag`s. */
export function answerFlags({ ad, cd, dnssecOk }: PlainQuery): number {
  return (ad ? clientFlag.ad : 0) | (cd ? clientFlag.cd : 0) | (dnssecOk ? clientFlag.dnssecOk : 0);
}

/** What is asked beside the name. A and AAAA are one, but where signatures are wanted: there each is passed on as it was given. */
export function questionOf(plain: PlainQuery): number {
  const { type, hasOpt, dnssecOk } = plain;
  const asked = isAddressType(type) && !dnssecOk ? recordTypes.A : type;
  return questionNumber(asked, answerFlags(plain) * 2 + (hasOpt ? 1 : 0));
}

/** The letter case of the question is that of the answer's canonical name. `plain` is the reading of `message`. */
export function isAnswerTo(
  { name, question }: Pick<AnswerEntry, 'name' | 'question'>,
  asked: number,
  { nameEnd }: PlainQuery,
  message: Uint8Array,
): boolean {
  if (question !== asked || name.length !== nameEnd - headerBytes) return false;
  for (let index = 0; index < name.length; index++)
    if (name.charCodeAt(index) !== byteAt(message, headerBytes + index)) return false;
  return true;
}

/** A lookup that a search has ended. */
export type AnsweredBySearch = EndedLookup & { readonly end: SearchEnd; readonly basis: SearchBasis };

export interface EntryDependencies {
  readonly now: () => number;
  /** Where the addresses of a new answer begin to turn. */
  readonly randomId: () => number;
  readonly sharedEnd: (end: SearchEnd) => SearchEnd;
}

/** Undefined: it is not kept. */
export function entryOf(
  ended: AnsweredBySearch,
  { key, question, source }: { readonly key: number; readonly question: number; readonly source: number },
  { now, randomId, sharedEnd }: EntryDependencies,
): AnswerEntry | undefined {
  const { context } = ended;
  const at = now();
  const kept = mayBeKept(context) ? keepAnswer(answeredLookup(ended), at) : undefined;
  const [one, other] = kept?.halves ?? [];
  const views = viewsOf(ended, other !== undefined);
  if (kept === undefined || one === undefined || views === undefined) return undefined;
  const first = halfOf(one, views[0], context, at);
  const second = other && views[1] && halfOf(other, views[1], context, at);
  if (first === undefined || (other !== undefined && second === undefined)) return undefined;
  const { goodUntil, whileSilent, isPositive } = kept;
  const name = flatText(context.questionName);
  const { marked } = context;
  const denial = denialOf(kept, sharedEnd);
  return new AnswerEntry(
    key,
    { question, source, name, marked, goodUntil, whileSilent, isPositive, keptAt: at, denial },
    [first, second],
    randomId(),
  );
}

/** One character a byte. */
function flatText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function denialOf(
  { bareName, halves: [one, other] }: KeptAnswer,
  shared: (end: SearchEnd) => SearchEnd,
): Denial | undefined {
  if (bareName === undefined) return undefined;
  const sharedAlone = (half: KeptHalf | undefined): SearchEnd | undefined =>
    half?.bareNameAlone && shared(half.bareNameAlone);
  return { both: shared(bareName), firstAlone: sharedAlone(one), secondAlone: sharedAlone(other) };
}

/** Most denials are alike: one object for all of them that are. */
export function createSharedEnds(): (end: SearchEnd) => SearchEnd {
  const ends = new Map<string, SearchEnd>();
  return (end) => {
    const { code, candidate, outcome, asIs } = end;
    const holdsReplies = [outcome, asIs].some((one) => one?.halves.some((half) => half !== undefined) === true);
    if (candidate !== undefined || holdsReplies) return end;
    const key = `${code} ${outcome.code} ${outcome.rcode} ${asIs?.code} ${asIs?.rcode}`;
    const known = ends.get(key) ?? end;
    ends.set(key, known);
    return known;
  };
}

function answeredLookup(ended: AnsweredBySearch): AnsweredLookup {
  const { end, basis } = ended;
  const { plan, consumed } = basis;
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
function viewsOf({ halves }: EndedLookup, isPair: boolean): readonly [QueryView, QueryView | undefined] | undefined {
  const [one] = halves[0].queries;
  const [other] = halves[1].queries;
  if (one === undefined || !isPair) return one && [one.view, undefined];
  return other !== undefined && isAlike(one.view, other.view) ? [one.view, other.view] : undefined;
}

function isAlike(one: QueryView, other: QueryView): boolean {
  if (clientFlags(one) !== clientFlags(other) || (one.edns === undefined) !== (other.edns === undefined)) return false;
  return isSameName(one.question?.name ?? noName, other.question?.name ?? noName);
}

const noName = new Uint8Array(0);

function halfOf(
  { plan, since, alone }: KeptHalf,
  view: QueryView,
  { snapshot }: QueryContext,
  at: number,
): AnswerHalf | undefined {
  const { question } = view;
  const bytes = question && writeWhole(plan, view, snapshot);
  if (question === undefined || bytes === undefined) return undefined;
  return { reply: keepReply(bytes, question.end - 4), since: since ?? at, alone };
}

function isHeldByHosts({ snapshot: { hosts }, usesHosts, request }: QueryContext): boolean {
  return usesHosts && !isEmpty(hosts) && findHosts(hosts, request.name) !== undefined;
}
