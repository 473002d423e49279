/**
 * Steps over the records of a received message with one object for all of them: glibc's `ns_rr_cursor`.
 * A record that glibc's cursor would not read ends the reading; nothing is read past the end of the message.
 */
import { readUint16, readUint32 } from './bytes.ts';
import { skipName } from './packed-name.ts';

/** The record that the cursor stands on: offsets into the message, and the fixed fields. */
export interface RecordCursor {
  readonly message: Uint8Array;
  /** Where the next record begins. */
  next: number;
  ownerStart: number;
  ownerEnd: number;
  type: number;
  class: number;
  ttl: number;
  rdataStart: number;
  rdataEnd: number;
}

/** A cursor in front of the record that begins at `offset`. */
export function openRecords(message: Uint8Array, offset: number): RecordCursor {
  return {
    message,
    next: offset,
    ownerStart: offset,
    ownerEnd: offset,
    type: 0,
    class: 0,
    ttl: 0,
    rdataStart: offset,
    rdataEnd: offset,
  };
}

/** Goes to the next record; false, without moving, where it does not parse. */
export function nextRecord(cursor: RecordCursor): boolean {
  const { message, next } = cursor;
  const fixed = skipName(message, next);
  if (fixed < 0) return false;
  const rdataStart = fixed + 10;
  const rdataEnd = rdataStart + readUint16(message, fixed + 8);
  if (rdataEnd > message.length) return false;
  cursor.ownerStart = next;
  cursor.ownerEnd = fixed;
  cursor.type = readUint16(message, fixed);
  cursor.class = readUint16(message, fixed + 2);
  cursor.ttl = readUint32(message, fixed + 4);
  cursor.rdataStart = rdataStart;
  cursor.rdataEnd = rdataEnd;
  cursor.next = rdataEnd;
  return true;
}
