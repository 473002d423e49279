/** What the caches hold of some names, to be shown: nothing of it counts as used. */
import { formatAddressBytes } from '../../shared/values/address-bytes.ts';
import type { HeldAnswer, HeldAnswers, HeldReply } from '../../shared/report/trace-record.ts';
import { readAnswer } from '../wire/answer.ts';
import { headerBytes, isAddressType } from '../wire/iana.ts';
import { readQuestion, type Question } from '../wire/message-view.ts';
import { rcodeName, typeName } from '../wire/mnemonics.ts';
import { formatName, nameKey, stripSuffix, type WireName } from '../wire/name.ts';
import { byteAt } from '../wire/bytes.ts';
import type { AnswerEntry } from './answer-cache.ts';
import type { Caches } from './caches.ts';
import type { KeptReply } from './reply-cache.ts';

export interface HeldQuestion {
  readonly names: readonly WireName[];
  readonly marker: WireName;
  /** On the monotonic clock, in milliseconds. */
  readonly now: number;
}

/** Of these names, and of answers also where they were asked for under the marker. */
export function heldAnswers(
  { answers, replies }: Pick<Caches, 'answers' | 'replies'>,
  asked: HeldQuestion,
): HeldAnswers {
  const wanted = new Set(asked.names.map(nameKey));
  return {
    answers: [...answers.entries()].flatMap((entry) => answersOf(entry, wanted, asked)),
    replies: [...replies.entries()].flatMap((reply) => replyOf(reply, wanted, asked)),
  };
}

function answersOf(entry: AnswerEntry, wanted: ReadonlySet<string>, { marker, now }: HeldQuestion): HeldAnswer[] {
  if (entry.goodUntil <= now) return [];
  return entry.messages().flatMap((message) => {
    const said = saidIn(message);
    const name = said && nameWithout(said.question.name, marker);
    if (said === undefined || name === undefined || !wanted.has(nameKey(name))) return [];
    const { type, addresses, rcode } = said;
    return [
      {
        ...{ name: formatName(name), isSearched: entry.marked },
        ...{ type, rcode, addresses, secondsLeft: secondsUntil(entry.goodUntil, now) },
      },
    ];
  });
}

function nameWithout(name: WireName, marker: WireName): WireName {
  return stripSuffix(name, marker) ?? name;
}

/** The key begins with server and transport. */
function replyOf(kept: KeptReply, wanted: ReadonlySet<string>, { now }: HeldQuestion): HeldReply[] {
  if (kept.goodUntil <= now) return [];
  const said = saidIn(Buffer.from(kept.message, 'latin1'));
  if (said === undefined || !wanted.has(nameKey(said.question.name))) return [];
  const { type, addresses, rcode } = said;
  const transport = kept.key.startsWith(`${kept.server} tcp `) ? 'tcp' : 'udp';
  return [
    {
      ...{ name: formatName(said.question.name), server: kept.server, transport },
      ...{ type, rcode, addresses, secondsLeft: secondsUntil(kept.goodUntil, now) },
    },
  ];
}

interface Said {
  readonly question: Question;
  readonly type: string;
  readonly rcode: string;
  readonly addresses: readonly string[];
}

function saidIn(message: Uint8Array): Said | undefined {
  const question = message.length < headerBytes ? undefined : readQuestion(message, headerBytes);
  if (question === undefined) return undefined;
  const records = isAddressType(question.type) ? readAnswer(message, question.name, question.type).records : [];
  return {
    question,
    type: typeName(question.type),
    rcode: rcodeName(byteAt(message, 3) & 0x0f),
    addresses: records.map(({ rdata }) => formatAddressBytes(rdata)),
  };
}

function secondsUntil(goodUntil: number, now: number): number {
  return Math.floor((goodUntil - now) / 1000);
}
