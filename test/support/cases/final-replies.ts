/** The replies that ended a direct lookup: what the last servers asked said to the name that was asked last. */
import { readGlibcAnswer, type GlibcAnswer } from '../../../cli/models/glibc-answer.ts';
import { composeQuery, encodeName, readHeader } from '../../../cli/models/message.ts';
import { readQuestion, typeNumbers } from '../../../cli/simulation/message.ts';
import { scriptedReply, tcpReply, udpPackets } from '../../../cli/simulation/reply.ts';
import type { ReplyDetails, Script } from '../../../cli/simulation/script.ts';
import type { AskedQuery } from '../observation/questions.ts';

export interface FinalReply {
  readonly name: string;
  readonly type: string;
  readonly details: ReplyDetails;
  /** The reply has answers and no error. */
  readonly isPositive: boolean;
  readonly answer: GlibcAnswer;
}

/** One for each type that was asked for the last name. */
export function finalReplies(script: Script, queries: readonly AskedQuery[]): FinalReply[] {
  const last = queries.at(-1);
  if (last === undefined) return [];
  const own = queries.filter(({ name }) => name.toLowerCase() === last.name.toLowerCase());
  const types = [...new Set(own.map(({ type }) => type))];
  return types.flatMap((type) => {
    const index = queries.findLastIndex((query) => own.includes(query) && query.type === type);
    const reply = replyTo(script, queries.slice(0, index + 1));
    return reply === undefined ? [] : [reply];
  });
}

/** The reply to the last of these queries. */
function replyTo(script: Script, queries: readonly AskedQuery[]): FinalReply | undefined {
  const last = queries.at(-1);
  if (last === undefined) return undefined;
  const server = script.servers[last.server];
  const encoded = encodeName(last.name);
  if (server === undefined || encoded === undefined) return undefined;
  const { name, type, transport } = last;
  const question = readQuestion(Buffer.from(composeQuery({ id: 1, name: encoded, type: typeNumbers[type] ?? 0 })));
  if (question === undefined) return undefined;
  const count = (over: 'udp' | 'tcp') =>
    queries.filter((query) => query.server === last.server && query.transport === over && isSame(query, last)).length;
  const details = scriptedReply(server, question, Math.max(count('udp') || count('tcp'), 1) - 1);
  // What is sent ahead of a reply that never comes is none.
  if (transport === 'udp' && details.is === 'LOST') return undefined;
  const message = transport === 'tcp' ? tcpReply(details, question) : udpPackets(details, question).at(-1);
  if (message === undefined || typeof message === 'string' || message.bytes.length < 12) return undefined;
  const { rcode, answerCount } = readHeader(message.bytes);
  const used = transport === 'tcp' && typeof details.tcp === 'object' ? details.tcp : details;
  const isPositive = rcode === 0 && answerCount > 0;
  return { name, type, details: used, isPositive, answer: readGlibcAnswer(message.bytes, true) };
}

function isSame(a: AskedQuery, b: AskedQuery): boolean {
  return a.type === b.type && a.name.toLowerCase() === b.name.toLowerCase();
}
