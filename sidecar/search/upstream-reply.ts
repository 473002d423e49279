/** An accepted message as the search sees it: its class, and its records where they are read. */
import type { UpstreamReply } from '../decide/search/candidate-outcome.ts';
import type { Half } from '../decide/search/pair.ts';
import { readAnswer } from '../wire/answer.ts';
import type { ClassifiedReply } from '../wire/classify-reply.ts';
import type { WireName } from '../wire/name.ts';

export type AcceptedReply = Extract<ClassifiedReply, { accept: true }>;

/** What was asked. */
export interface ReadQuestions {
  readonly name: WireName;
  typeOf(half: Half): number;
  /** The records of any type are read: the name may be searched. Else only those of address lookups are. */
  readonly readAnswers: boolean;
}

/** `receivedAt`: missing where it was remembered. */
export function readReply(
  { class: headerClass, rcode, answer: read }: AcceptedReply,
  message: Uint8Array,
  questions: ReadQuestions,
  half: Half,
  receivedAt?: number,
): UpstreamReply {
  const isUnread = questions.readAnswers && headerClass === 'DATA' && read === undefined;
  const answer = isUnread ? readAnswer(message, questions.name, questions.typeOf(half)) : read;
  const replyClass = isUnread && answer !== undefined ? answer.kind : headerClass;
  return { class: replyClass, rcode, answer, message, receivedAt };
}
