/** One pass over an upstream's message that finds out whether its bytes can be copied into a reply. */
import { readUint16 } from './bytes.ts';
import { headerBytes, recordTypes } from './iana.ts';
import { isUncompressed, readQuestion } from './message-view.ts';
import type { Question, QueryView } from './message-view.ts';
import { maxPointerTarget } from './message-writer.ts';
import { equalNames } from './name.ts';
import { firstPointer, isPackedWithin } from './packed-name.ts';
import { rdataNamesPackedWithin } from './rdata-names.ts';
import { nextRecord, openRecords } from './record-cursor.ts';
import type { RecordCursor } from './record-cursor.ts';

export interface MessageSurvey {
  /** Offset of the first record. */
  readonly recordsStart: number;
  /** Records up to the first that does not parse, OPT among them. */
  readonly readableRecords: number;
  readonly optRecords: number;
  /** Upper eight bits of the rcode, from the last OPT. */
  readonly extendedRcode: number;
  /**
   * Bytes from `recordsStart` on keep their meaning when the client's question is put in front of them and a final OPT
   * is left off, wherever the message is cut between records.
   */
  readonly copyable: boolean;
  /** An owner name points past 510. */
  readonly farOwner: boolean;
}

const unreadable: MessageSurvey = {
  recordsStart: headerBytes,
  readableRecords: 0,
  optRecords: 0,
  extendedRcode: 0,
  copyable: false,
  farOwner: false,
};

export function surveyMessage(upstream: Uint8Array, asked: QueryView): MessageSurvey {
  if (upstream.length < headerBytes) return unreadable;
  const questions = readUint16(upstream, 4);
  let recordsStart = headerBytes;
  let first: Question | undefined;
  for (let count = 0; count < questions; count++) {
    const question = readQuestion(upstream, recordsStart);
    if (question === undefined) return unreadable;
    first ??= question;
    recordsStart = question.end;
  }

  let copyable = questions === 1 && canStandIn(asked.question, first);
  let farOwner = false;
  let readableRecords = 0;
  let optRecords = 0;
  let extendedRcode = 0;
  const total = readUint16(upstream, 6) + readUint16(upstream, 8) + readUint16(upstream, 10);
  const cursor = openRecords(upstream, recordsStart);
  while (readableRecords < total && nextRecord(cursor)) {
    readableRecords++;
    copyable &&= optRecords === 0;
    if (cursor.type === recordTypes.OPT) {
      optRecords++;
      extendedRcode = Math.floor(cursor.ttl / 0x1000000);
    } else {
      copyable &&= survivesCopy(cursor);
      farOwner ||= firstPointer(upstream, cursor.ownerStart) > maxPointerTarget;
    }
  }
  return { recordsStart, readableRecords, optRecords, extendedRcode, copyable, farOwner };
}

/**
 * The client's question can take the place of the upstream's: but for letter case, byte for byte. Even into its type and
 * class a pointer may lead.
 */
function canStandIn(asked: Question | undefined, question: Question | undefined): boolean {
  return (
    asked !== undefined &&
    question !== undefined &&
    isUncompressed(asked) &&
    isUncompressed(question) &&
    asked.type === question.type &&
    asked.class === question.class &&
    equalNames(asked.name, question.name)
  );
}

/** Its names use nothing of the header, which changes, and nothing behind the record, which may be cut off. */
function survivesCopy(cursor: RecordCursor): boolean {
  const { message, ownerStart, next } = cursor;
  return (
    isPackedWithin(message, ownerStart, headerBytes, next) &&
    rdataNamesPackedWithin(message, cursor.type, cursor.rdataStart, next, headerBytes)
  );
}
