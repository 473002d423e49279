/** TTLs of a message: where they stand, counted down, and written anew (RFC 1035 §3.2.1). */
import { putUint32, readUint16 } from './bytes.ts';
import { headerBytes, recordTypes } from './iana.ts';
import { readQuestion } from './message-view.ts';
import { nextRecord, openRecords } from './record-cursor.ts';

/** Counts them down by so many seconds, in place. */
export function ageTtls(message: Uint8Array, offset: number, seconds: number): void {
  eachTtl(message, offset, Infinity, (at, ttl) => putUint32(message, at, agedTtl(ttl, seconds)));
}

/** Of a reply that was composed here, in place. */
export function rewriteTtls(message: Uint8Array, ttlOf: (ttl: number) => number): void {
  const question = readQuestion(message, headerBytes);
  if (question === undefined) return;
  const records = readUint16(message, 6) + readUint16(message, 8) + readUint16(message, 10);
  eachTtl(message, question.end, records, (at, ttl) => putUint32(message, at, ttlOf(ttl)));
}

/** With the top bit set a TTL counts as 0 (RFC 2181 §8). */
export function agedTtl(ttl: number, seconds: number): number {
  return ttl > 0x7fff_ffff ? 0 : Math.max(0, ttl - seconds);
}

/** Of all records but OPT, whose TTL field holds flags (RFC 6891 §6.1.3). A record that does not parse ends it. */
function eachTtl(
  message: Uint8Array,
  offset: number,
  records: number,
  visit: (offset: number, ttl: number) => void,
): void {
  const cursor = openRecords(message, offset);
  for (let index = 0; index < records && nextRecord(cursor); index++) {
    if (cursor.type !== recordTypes.OPT) visit(cursor.ownerEnd + 4, cursor.ttl);
  }
}
