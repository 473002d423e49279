/** A trace without the names of the user. What its record holds beyond what is known here goes, too: it may have names. */
import type { CandidateRecord, ReplyRecord, ServerRecord, StepRecord } from '../../shared/report/lookup-record.ts';
import type { HeldAnswer, HeldReply, TraceRecord } from '../../shared/report/trace-record.ts';
import type { TracedLookup } from '../report/trace-text.ts';
import { createRedactor } from './redact.ts';

export function redactedTrace({ record }: TracedLookup): TracedLookup {
  const { format, version, mode, isComplete, elapsedMs, replies, lookup, held } = record;
  const redactor = createRedactor();
  const named = <Named extends { readonly name: string }>(given: Named): Named => ({
    ...given,
    name: redactor.name(given.name),
  });
  const replaced: TraceRecord = {
    ...{ format, version, name: redactor.name(record.name), mode, isComplete, elapsedMs },
    resolvConf: redactor.resolvConf(record.resolvConf),
    replies: replies.map((reply) => only(reply, ['type', 'rcode', 'addresses', 'isTruncated'])),
    lookup: redactor.record({
      ...only(lookup, ['rejected', 'isFromHosts']),
      candidates: lookup.candidates.map(knownCandidate),
    }),
    held: {
      answers: held.answers.map((answer) => named(only(answer, answerMembers))),
      replies: held.replies.map((reply) => named(only(reply, heldReplyMembers))),
    },
  };
  return { title: 'a pod whose name is replaced', record: replaced };
}

const answerMembers: readonly (keyof HeldAnswer)[] = [
  ...(['name', 'isSearched', 'type', 'rcode', 'addresses', 'secondsLeft'] as const),
];
const heldReplyMembers: readonly (keyof HeldReply)[] = [
  ...(['name', 'server', 'transport', 'type', 'rcode', 'addresses', 'secondsLeft'] as const),
];
const replyMembers: readonly (keyof ReplyRecord)[] = ['kind', 'rcode', 'addresses', 'isTruncated', 'bytes'];

function knownCandidate({ name, entry, startMs, endMs, steps, conclusion, limits }: CandidateRecord): CandidateRecord {
  return { name, entry, startMs, endMs, steps: steps.map(knownStep), conclusion, limits };
}

function knownStep(step: StepRecord): StepRecord {
  if (step.kind === 'silence') {
    const { kind, atMs, server, waitedMs } = step;
    return { kind, atMs, server: server && knownServer(server), waitedMs };
  }
  const { atMs, transport } = step;
  const place = { atMs, server: knownServer(step.server), transport };
  if (step.kind === 'query') return { kind: 'query', ...place, type: step.type };
  if (step.kind === 'reply')
    return { kind: 'reply', ...place, type: step.type, reply: only(step.reply, replyMembers), use: step.use };
  return { kind: 'failure', ...place, code: step.code, ...(step.type !== undefined && { type: step.type }) };
}

function knownServer({ address, port }: ServerRecord): ServerRecord {
  return { address, port };
}

/** The object with these of its members. */
function only<Whole extends object>(whole: Whole, members: readonly (keyof Whole)[]): Whole {
  const kept = members.filter((member) => whole[member] !== undefined).map((member) => [member, whole[member]]);
  return Object.fromEntries(kept) as Whole;
}
