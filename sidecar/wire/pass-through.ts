/**
 * Replies to questions that were asked as they are, of types other than A and AAAA or by a client that checks signatures:
 * the upstream's message goes through whole, bytes unchanged where that is possible. Replaced: ID, flags (AD stays for a
 * query with AD or DO), the question's bytes and OPT. Cut to the size limit with complete records and TC.
 *
 * Records are written anew only where copying would break a name: OPT not at the end, owner names that point past 510,
 * pointers forward, a question of another length. A message that breaks off ends behind its last good record, as
 * glibc's own readers take what stands before a fault.
 */
import { byteAt, putUint16, readUint16 } from './bytes.ts';
import { headerBytes, recordTypes } from './iana.ts';
import type { QueryView } from './message-view.ts';
import { surveyMessage } from './message-survey.ts';
import type { MessageSurvey } from './message-survey.ts';
import { appendWhole, beginMessage, finishMessage, questionPointer, writeRecord } from './message-writer.ts';
import type { MessageWriter, Section } from './message-writer.ts';
import { equalNames, rootName } from './name.ts';
import type { WireName } from './name.ts';
import { readName } from './packed-name.ts';
import { expandRdata } from './rdata-names.ts';
import { nextRecord, openRecords } from './record-cursor.ts';
import type { RecordCursor } from './record-cursor.ts';
import { isTruncated, optBytes, optRecord, questionBytes, replyFlags } from './reply-header.ts';

export interface PassThroughOptions {
  /** As `replyLimit` gives it. */
  readonly limit: number;
  /** Put an OPT record into the reply: if and only if the query had one. */
  readonly keepEdns: boolean;
  /** Of the PTR records of the answer only the first. */
  readonly firstPtrOnly?: boolean;
}

/** What the reply gets instead of the upstream's own. */
interface Replacement {
  readonly query: QueryView;
  readonly question: Uint8Array;
  readonly opt: Uint8Array | undefined;
  /** Bytes for everything but OPT. */
  readonly bodySize: number;
  readonly ad: boolean;
  readonly rcode: number;
}

/** `isTruncated` tells whether something was cut off. */
export function passThrough(upstream: Uint8Array, query: QueryView, options: PassThroughOptions): Uint8Array {
  const survey = surveyMessage(upstream, query);
  const low = byteAt(upstream, 3);
  const rcode = survey.extendedRcode * 16 + (low & 0x0f);
  const replacement: Replacement = {
    query,
    question: questionBytes(query),
    opt: options.keepEdns ? optRecord(query, rcode) : undefined,
    bodySize: options.limit - (options.keepEdns ? optBytes : 0),
    ad: (low & 0x20) !== 0 && (query.ad || query.edns?.dnssecOk === true),
    rcode,
  };
  const firstPtrOnly = options.firstPtrOnly === true;
  const copyable = survey.copyable && !firstPtrOnly;
  if (copyable && !survey.farOwner) return copyRecords(upstream, survey, replacement);
  const rewritten = rewriteRecords(upstream, survey, replacement, firstPtrOnly);
  // Spelling names out takes room. Pointers past 510 trouble old musl only, which never sends OPT.
  const better = copyable && options.keepEdns && isTruncated(rewritten);
  return better ? copyRecords(upstream, survey, replacement) : rewritten;
}

function copyRecords(upstream: Uint8Array, survey: MessageSurvey, replacement: Replacement): Uint8Array {
  const { query, question, opt } = replacement;
  const wanted = survey.readableRecords - survey.optRecords;
  const cursor = openRecords(upstream, survey.recordsStart);
  let kept = 0;
  let end = survey.recordsStart;
  while (kept < wanted && nextRecord(cursor) && cursor.next <= replacement.bodySize) {
    kept++;
    end = cursor.next;
  }

  const reply = new Uint8Array(end + (opt?.length ?? 0));
  reply.set(upstream.subarray(0, end));
  putUint16(reply, 0, query.id);
  putUint16(reply, 2, replyFlags(query, { tc: kept < wanted, ad: replacement.ad, rcode: replacement.rcode }));
  reply.set(question, headerBytes);
  const answers = Math.min(kept, readUint16(upstream, 6));
  const authorities = Math.min(kept - answers, readUint16(upstream, 8));
  putUint16(reply, 6, answers);
  putUint16(reply, 8, authorities);
  putUint16(reply, 10, kept - answers - authorities + (opt === undefined ? 0 : 1));
  if (opt !== undefined) reply.set(opt, end);
  return reply;
}

function rewriteRecords(
  upstream: Uint8Array,
  survey: MessageSurvey,
  replacement: Replacement,
  firstPtrOnly: boolean,
): Uint8Array {
  const { query, question, opt } = replacement;
  const writer = beginMessage(question, replacement.bodySize);
  const cursor = openRecords(upstream, survey.recordsStart);
  let truncated = false;
  let ptrSeen = false;
  for (let index = 0; index < survey.readableRecords && !truncated && nextRecord(cursor); index++) {
    if (cursor.type === recordTypes.OPT) continue;
    writer.section = sectionOf(upstream, index);
    if (firstPtrOnly && writer.section === 'answer' && cursor.type === recordTypes.PTR) {
      if (ptrSeen) continue;
      ptrSeen = true;
    }
    truncated = !rewriteRecord(writer, cursor, query);
  }
  if (opt !== undefined) {
    writer.limit += optBytes;
    writer.section = 'additional';
    appendWhole(writer, opt);
  }
  const flags = replyFlags(query, { tc: truncated, ad: replacement.ad, rcode: replacement.rcode });
  return finishMessage(writer, query.id, flags, question.length > 0 ? 1 : 0);
}

function sectionOf(message: Uint8Array, index: number): Section {
  const answers = readUint16(message, 6);
  if (index < answers) return 'answer';
  return index < answers + readUint16(message, 8) ? 'authority' : 'additional';
}

/** Data whose names do not parse goes out as it came. */
function rewriteRecord(writer: MessageWriter, cursor: RecordCursor, query: QueryView): boolean {
  const { message, type, rdataStart, rdataEnd } = cursor;
  const rdata = expandRdata(message, type, rdataStart, rdataEnd) ?? message.subarray(rdataStart, rdataEnd);
  return writeRecord(writer, { owner: ownerOf(cursor, query), type, class: cursor.class, ttl: cursor.ttl, rdata });
}

function ownerOf(cursor: RecordCursor, query: QueryView): WireName | number {
  const owner = readName(cursor.message, cursor.ownerStart)?.name ?? rootName;
  return query.question !== undefined && equalNames(owner, query.question.name) ? questionPointer : owner;
}
