/** How long an upstream's reply may be used again: RFC 1035 §3.2.1, 2181 §5.2 and §8, 2308 §3 to §5. */
import { readUint16, readUint32 } from '../../wire/bytes.ts';
import { headerBytes, recordTypes } from '../../wire/iana.ts';
import { isUncompressed, readQuestion } from '../../wire/message-view.ts';
import type { WireName } from '../../wire/name.ts';
import { isUnderNameAt, readName } from '../../wire/packed-name.ts';
import { nextRecord, openRecords } from '../../wire/record-cursor.ts';
import type { RecordCursor } from '../../wire/record-cursor.ts';
import type { ReplyClass } from '../search/candidate-outcome.ts';
import { hasLifetime } from '../search/consumed.ts';

/** Bounds in seconds. */
export interface LifetimeSettings {
  readonly maxCacheSeconds: number;
  readonly maxNegativeCacheSeconds: number;
  /** Of a reply without records and without SOA beside data of the same exchange; 0: none (RFC 2308 §5). */
  readonly maxCacheSecondsWithoutSoa: number;
}

/** In seconds; 0: none. */
export interface Lifetime {
  readonly alone: number;
  /** Where the other half of the pair, from the same exchange, is data. */
  readonly besideData: number;
}

export const noLifetime: Lifetime = { alone: 0, besideData: 0 };

/** Of a reply to one question, as it was received. One with TC has the lifetime of its TCP form, which is not known here. */
export function lifetimeOf(message: Uint8Array, replyClass: ReplyClass, settings: LifetimeSettings): Lifetime {
  const ttls = hasLifetime(replyClass) ? readTtls(message) : undefined;
  if (ttls === undefined) return noLifetime;
  // Where the records are not read, an answer of nothing but aliases is a denial at the end of their chain.
  if (replyClass === 'DATA' && ttls.holdsData) return both(Math.min(ttls.least, settings.maxCacheSeconds));
  if (ttls.denial !== Infinity) {
    return both(Math.min(ttls.denial, ttls.leastAlias, settings.maxNegativeCacheSeconds));
  }
  return replyClass === 'EMPTY' ? { alone: 0, besideData: settings.maxCacheSecondsWithoutSoa } : noLifetime;
}

function both(seconds: number): Lifetime {
  return { alone: seconds, besideData: seconds };
}

/** In seconds; Infinity where there is no such record. */
interface Ttls {
  /** Of all records but OPT, whose TTL field holds flags (RFC 6891 §6.1.3). */
  least: number;
  /** Of the aliases of the answer. */
  leastAlias: number;
  /** Least of TTL and MINIMUM of the SOAs whose zone holds the end of the chain. */
  denial: number;
  /** The answer holds records of the asked type. */
  holdsData: boolean;
}

/** Undefined where the message does not parse. */
function readTtls(message: Uint8Array): Ttls | undefined {
  const question = readQuestion(message, headerBytes);
  if (question === undefined || !isUncompressed(question)) return undefined;
  const holdsData = question.type === recordTypes.CNAME;
  const ttls: Ttls = { least: Infinity, leastAlias: Infinity, denial: Infinity, holdsData };
  const cursor = openRecords(message, question.end);
  const answers = readUint16(message, 6);
  const authorities = answers + readUint16(message, 8);
  const total = authorities + readUint16(message, 10);
  let chainEnd = question.name;
  for (let index = 0; index < total; index++) {
    if (!nextRecord(cursor)) return undefined;
    if (cursor.type === recordTypes.OPT) continue;
    ttls.least = Math.min(ttls.least, countable(cursor.ttl));
    if (index < answers) chainEnd = noteAnswer(ttls, cursor, question.type) ?? chainEnd;
    else if (index < authorities && cursor.type === recordTypes.SOA) noteSoa(ttls, cursor, chainEnd);
  }
  return ttls;
}

/** Returns where an alias leads. */
function noteAnswer(ttls: Ttls, cursor: RecordCursor, askedType: number): WireName | undefined {
  if (cursor.type !== recordTypes.CNAME) {
    // Beside the aliases there may be their signatures, or the DNAME that they were made of.
    ttls.holdsData ||= cursor.type === askedType || askedType === recordTypes.ANY;
    return undefined;
  }
  ttls.leastAlias = Math.min(ttls.leastAlias, countable(cursor.ttl));
  return readName(cursor.message, cursor.rdataStart)?.name;
}

/** MINIMUM is its last field (RFC 1035 §3.3.13). */
function noteSoa(ttls: Ttls, { message, ownerStart, rdataStart, rdataEnd, ttl }: RecordCursor, denied: WireName): void {
  if (rdataEnd - rdataStart < minSoaBytes || !isUnderNameAt(message, ownerStart, denied)) return;
  ttls.denial = Math.min(ttls.denial, countable(ttl), countable(readUint32(message, rdataEnd - 4)));
}

/** Two names of at least one byte, and five numbers. */
const minSoaBytes = 22;

/** With the top bit set a TTL counts as 0 (RFC 2181 §8). */
function countable(ttl: number): number {
  return ttl > 0x7fff_ffff ? 0 : ttl;
}
