/**
 * A whole reply that is sent again and again: its ID, some flags, its question, its TTLs and the order of its addresses are those of
 * the moment.
 *
 * It is kept as a string, one character a byte: a buffer of its own takes 300 bytes beside its content.
 */
import { byteAt, putUint16, putUint32, readUint16, readUint32 } from '../wire/bytes.ts';
import { headerBytes, isAddressType, maxMessageBytes, recordClasses, recordTypes } from '../wire/iana.ts';
import { pointerMark } from '../wire/packed-name.ts';
import { agedTtl } from '../wire/ttl.ts';

/** Flags, the counts of records, and the records: without ID and question, which the query has. */
export type KeptReply = string;

export interface ReplyMoment {
  readonly id: number;
  readonly rd: boolean;
  readonly cd: boolean;
  /** The client reads AD. */
  readonly ad: boolean;
  /** Age of the TTLs. */
  readonly ageSeconds: number;
  /** The addresses are turned by so many. */
  readonly turn: number;
}

const flagsBytes = 2;
/** In front of the records. */
const keptHeaderBytes = flagsBytes + 6;

/** `message`: one of ours, the name of whose question ends at `nameEnd`. */
export function keepReply(message: Uint8Array, nameEnd: number): KeptReply {
  spare[0] = byteAt(message, 2);
  spare[1] = byteAt(message, 3);
  for (let index = 0; index < 6; index++) spare[flagsBytes + index] = byteAt(message, 6 + index);
  const recordsStart = nameEnd + 4;
  spare.set(message.subarray(recordsStart), keptHeaderBytes);
  return spare.toString('latin1', 0, keptHeaderBytes + message.length - recordsStart);
}

/** Bytes of the reply to a query whose name ends at `nameEnd`. */
export function lengthOfKept(kept: KeptReply, nameEnd: number): number {
  return nameEnd + 4 + kept.length - keptHeaderBytes;
}

/** Records of its answer. */
export function answersOfKept(kept: KeptReply): number {
  return (kept.charCodeAt(flagsBytes) << 8) | kept.charCodeAt(flagsBytes + 1);
}

/** The four bits of the header. */
export function rcodeOfKept(kept: KeptReply): number {
  return kept.charCodeAt(1) & 0x0f;
}

/** The reply as it was kept. `name`: its question's, one character a byte. */
export function messageOf(kept: KeptReply, name: string, type: number): Uint8Array {
  const nameEnd = headerBytes + name.length;
  const query = new Uint8Array(nameEnd + 4);
  for (let index = 0; index < name.length; index++) query[headerBytes + index] = name.charCodeAt(index);
  putUint16(query, nameEnd, type);
  putUint16(query, nameEnd + 2, recordClasses.IN);
  return writeKept(kept, query, nameEnd, { id: 0, rd: true, cd: false, ad: true, ageSeconds: 0, turn: 0 });
}

/** The reply to a query at this moment, in a buffer of its own. */
export function writeKept(kept: KeptReply, query: Uint8Array, nameEnd: number, moment: ReplyMoment): Uint8Array {
  const recordsStart = nameEnd + 4;
  const out = Buffer.allocUnsafe(lengthOfKept(kept, nameEnd));
  // In one call; what stands in front of the records is written over by the question.
  out.write(kept, recordsStart - keptHeaderBytes, 'latin1');
  putUint16(out, 0, moment.id);
  out[2] = 0x80 | (kept.charCodeAt(0) & 0x02) | (moment.rd ? 1 : 0);
  out[3] = (kept.charCodeAt(1) & (moment.ad ? 0xaf : 0x8f)) | (moment.cd ? 0x10 : 0);
  putUint16(out, 4, 1);
  for (let index = 0; index < 6; index++) out[6 + index] = kept.charCodeAt(flagsBytes + index);
  for (let index = headerBytes; index < recordsStart; index++) out[index] = byteAt(query, index);
  updateRecords(out, recordsStart, moment);
  return out;
}

/** The addresses at the end of the answer, so many records of one length. */
interface AddressBlock {
  start: number;
  recordBytes: number;
  /** 0 where they cannot change places. */
  count: number;
}

function updateRecords(out: Uint8Array, recordsStart: number, { ageSeconds, turn }: ReplyMoment): void {
  const answers = readUint16(out, 6);
  const total = answers + readUint16(out, 8) + readUint16(out, 10);
  const block: AddressBlock = { start: 0, recordBytes: 0, count: 0 };
  let isOneBlock = true;
  let offset = recordsStart;
  for (let index = 0; index < total && offset < out.length; index++) {
    const ownerEnd = skipOwner(out, offset);
    const type = readUint16(out, ownerEnd);
    const next = ownerEnd + fixedBytes + readUint16(out, ownerEnd + 8);
    if (ageSeconds > 0 && type !== recordTypes.OPT) ageTtl(out, ownerEnd + 4, ageSeconds);
    if (index < answers && isAddressType(type)) isOneBlock = isOneBlock && joinBlock(block, offset, next - offset);
    offset = next;
  }
  const first = block.count < 2 ? 0 : turn % block.count;
  if (isOneBlock && first > 0) turnAddresses(out, block, first);
}

/** Type, class, TTL and length of a record (RFC 1035 §3.2.1). */
const fixedBytes = 10;

/** Of a message that was composed here, which needs no check. */
function skipOwner(message: Uint8Array, start: number): number {
  let offset = start;
  for (let size = byteAt(message, offset); size !== 0; size = byteAt(message, offset)) {
    if (size >= pointerMark) return offset + 2;
    offset += size + 1;
  }
  return offset + 1;
}

function ageTtl(message: Uint8Array, offset: number, seconds: number): void {
  putUint32(message, offset, agedTtl(readUint32(message, offset), seconds));
}

/** False: it has another length, or does not stand behind the others. */
function joinBlock(block: AddressBlock, start: number, recordBytes: number): boolean {
  if (block.count === 0) {
    block.start = start;
    block.recordBytes = recordBytes;
  } else if (recordBytes !== block.recordBytes || start !== block.start + recordBytes * block.count) return false;
  block.count += 1;
  return true;
}

/** The record at `first` comes first. */
function turnAddresses(out: Uint8Array, { start, recordBytes, count }: AddressBlock, first: number): void {
  const cut = recordBytes * first;
  const left = recordBytes * count - cut;
  for (let index = 0; index < cut; index++) spare[index] = byteAt(out, start + index);
  for (let index = 0; index < left; index++) out[start + index] = byteAt(out, start + cut + index);
  for (let index = 0; index < cut; index++) out[start + left + index] = byteAt(spare, index);
}

/** For what `keepReply` and `turnAddresses` have in hand. It is not cleared: what no message has reached takes no memory. */
const spare = Buffer.allocUnsafeSlow(maxMessageBytes);
