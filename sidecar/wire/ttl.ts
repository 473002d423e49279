/** TTLs of a message that is used again (RFC 1035 §3.2.1). */
import { putUint32 } from './bytes.ts';
import { recordTypes } from './iana.ts';
import { nextRecord, openRecords } from './record-cursor.ts';

/** Where the TTLs of all records but OPT stand; its field holds flags (RFC 6891 §6.1.3). The records begin at `offset`. */
export function ttlOffsets(message: Uint8Array, offset: number): number[] {
  const offsets: number[] = [];
  const cursor = openRecords(message, offset);
  while (nextRecord(cursor)) if (cursor.type !== recordTypes.OPT) offsets.push(cursor.ownerEnd + 4);
  return offsets;
}

/** Counts them down by so many seconds, in place. */
export function ageTtls(message: Uint8Array, offset: number, seconds: number): void {
  const cursor = openRecords(message, offset);
  while (nextRecord(cursor)) {
    if (cursor.type !== recordTypes.OPT) putUint32(message, cursor.ownerEnd + 4, agedTtl(cursor.ttl, seconds));
  }
}

/** With the top bit set a TTL counts as 0 (RFC 2181 §8). */
export function agedTtl(ttl: number, seconds: number): number {
  return ttl > 0x7fff_ffff ? 0 : Math.max(0, ttl - seconds);
}
