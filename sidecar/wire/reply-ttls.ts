/** Other TTLs in a reply that was composed here: they are written where they stand. */
import { putUint32, readUint16 } from './bytes.ts';
import { headerBytes, recordTypes } from './iana.ts';
import { readQuestion } from './message-view.ts';
import { nextRecord, openRecords } from './record-cursor.ts';

/** Of all records but OPT, whose TTL field holds flags (RFC 6891 §6.1.3). A record that does not parse ends it. */
export function rewriteTtls(message: Uint8Array, ttlOf: (ttl: number) => number): void {
  const question = readQuestion(message, headerBytes);
  if (question === undefined) return;
  const cursor = openRecords(message, question.end);
  const records = readUint16(message, 6) + readUint16(message, 8) + readUint16(message, 10);
  for (let index = 0; index < records && nextRecord(cursor); index++) {
    if (cursor.type !== recordTypes.OPT) putUint32(message, cursor.ownerEnd + 4, ttlOf(cursor.ttl));
  }
}
