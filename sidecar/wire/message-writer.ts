/**
 * Writes one message at a time into a buffer that all messages share, and hands out a copy of exactly its length.
 *
 * Compression points only at offsets up to 510: musl before 1.2.5 stops parsing at an owner name that points further
 * (`__dns_parse`). Only names of the same letter case share bytes, so that a target keeps the case that
 * becomes the canonical name.
 */
import { byteAt, pointerTarget, putUint16, putUint32 } from './bytes.ts';
import { headerBytes, maxMessageBytes, recordClasses } from './iana.ts';
import { createRoom } from './room.ts';
import type { WireName } from './name.ts';
import { pointerMark, skipPlainName } from './packed-name.ts';
import { PlacedRecord } from './placed-record.ts';
import { rdataLayout } from './rdata-names.ts';

/** The sections that hold records, in the order of the header's counts. */
export type Section = 'answer' | 'authority' | 'additional';

export interface MessageWriter {
  offset: number;
  /** Bytes that the message may have. */
  limit: number;
  /** Where the next record belongs: only ever forward. */
  section: Section;
  readonly counts: Record<Section, number>;
  /** Offsets up to 510 at which a name or the rest of a name begins. */
  readonly labelStarts: Uint16Array;
  /** How many of them there are. */
  labels: number;
}

export interface OwnerlessRecord {
  /** IN if not given. */
  readonly class?: number;
  readonly ttl: number;
  /** Names in it are spelled out. */
  readonly rdata: Uint8Array;
}

export interface WrittenRecord extends OwnerlessRecord {
  /** A name, or a pointer as `questionPointer` and `pointerTo` give it. */
  readonly owner: WireName | number;
  readonly type: number;
}

/** Furthest offset that musl before 1.2.5 lets an owner name point at. */
export const maxPointerTarget = 510;

/** Pointer to the name of the question, right behind the header. */
export const questionPointer = 0xc000 | headerBytes;

/**
 * Twice the longest message, as much as malloc asks the kernel for by itself (MALLOC_MMAP_THRESHOLD_ of `Dockerfile.sidecar`): what no message
 * has reached takes no memory.
 */
const scratch = new Uint8Array(2 * (maxMessageBytes + 1));

/** Of the message that was begun last. */
const shared: MessageWriter = {
  offset: 0,
  limit: 0,
  section: 'answer',
  counts: { answer: 0, authority: 0, additional: 0 },
  labelStarts: new Uint16Array(maxPointerTarget),
  labels: 0,
};

/**
 * Begins a message with room for its header and with `question`, the bytes of a question section, copied as they are.
 * A message that was begun before and not finished is lost: there is one buffer.
 */
export function beginMessage(question: Uint8Array, limit: number): MessageWriter {
  scratch.set(question, headerBytes);
  return begin(headerBytes + question.length, limit);
}

/** The question is that of `query`, which ends at `questionEnd`; it is copied without a view of it. */
export function beginReply(query: Uint8Array, questionEnd: number, limit: number): MessageWriter {
  for (let offset = headerBytes; offset < questionEnd; offset++) scratch[offset] = byteAt(query, offset);
  return begin(questionEnd, limit);
}

/** Behind the question, which is there. */
function begin(offset: number, limit: number): MessageWriter {
  shared.offset = offset;
  shared.limit = Math.min(limit, maxMessageBytes);
  shared.section = 'answer';
  shared.counts.answer = 0;
  shared.counts.authority = 0;
  shared.counts.additional = 0;
  shared.labels = 0;
  if (offset > headerBytes) noteLabels(shared, headerBytes);
  return shared;
}

/** Appends a record, compressed. False, and nothing written, if it does not fit. */
export function writeRecord(writer: MessageWriter, record: WrittenRecord): boolean {
  return writeOwned(writer, record.owner, record, record.type);
}

/** The same, of a record that stands without its owner; its type may be that of the question. */
export function writeOwned(
  writer: MessageWriter,
  owner: WireName | number,
  record: OwnerlessRecord,
  type: number,
): boolean {
  const start = writer.offset;
  const knownLabels = writer.labels;
  if (writeOwner(writer, owner) && writeFixedPart(writer, record, type)) {
    const rdataStart = writer.offset;
    if (writeData(writer, record, type)) {
      putUint16(scratch, rdataStart - 2, writer.offset - rdataStart);
      writer.counts[writer.section]++;
      return true;
    }
  }
  rewind(writer, start, knownLabels);
  return false;
}

/** Appends a record that is complete as it is. False, and nothing written, if it does not fit. */
export function appendWhole(writer: MessageWriter, record: Uint8Array): boolean {
  if (!writeBytes(writer, record)) return false;
  writer.counts[writer.section]++;
  return true;
}

/** A pointer to a place up to 510 where `name` stands already, or undefined. */
export function pointerTo(writer: MessageWriter, name: WireName): number | undefined {
  const target = findName(writer, name, 0);
  return target < 0 ? undefined : (pointerMark << 8) | target;
}

const roomFor = createRoom(8 * 1024);

/** Writes the header in front and returns the message. `flags` are its bytes 2 and 3. */
export function finishMessage(writer: MessageWriter, id: number, flags: number, qdcount: number): Uint8Array {
  putUint16(scratch, 0, id);
  putUint16(scratch, 2, flags);
  putUint16(scratch, 4, qdcount);
  putUint16(scratch, 6, writer.counts.answer);
  putUint16(scratch, 8, writer.counts.authority);
  putUint16(scratch, 10, writer.counts.additional);
  const message = roomFor(writer.offset);
  message.set(scratch.subarray(0, writer.offset));
  return message;
}

function rewind(writer: MessageWriter, offset: number, knownLabels: number): void {
  writer.offset = offset;
  writer.labels = knownLabels;
}

function writeOwner(writer: MessageWriter, owner: WireName | number): boolean {
  if (typeof owner !== 'number') return writeName(writer, owner);
  if (writer.offset + 2 > writer.limit) return false;
  putUint16(scratch, writer.offset, owner);
  writer.offset += 2;
  return true;
}

/** Type, class and TTL, and room for the length of the data. */
function writeFixedPart(writer: MessageWriter, record: OwnerlessRecord, type: number): boolean {
  const { offset } = writer;
  if (offset + 10 > writer.limit) return false;
  putUint16(scratch, offset, type);
  putUint16(scratch, offset + 2, record.class ?? recordClasses.IN);
  putUint32(scratch, offset + 4, record.ttl);
  writer.offset = offset + 10;
  return true;
}

/** An address has no names. */
function writeData(writer: MessageWriter, record: OwnerlessRecord, type: number): boolean {
  if (record instanceof PlacedRecord) return writePart(writer, record.message, record.start, record.end);
  return writeRdata(writer, type, record.rdata);
}

function writeRdata(writer: MessageWriter, type: number, rdata: Uint8Array): boolean {
  const layout = rdataLayout(rdata, type, 0, rdata.length);
  if (layout?.compressible !== true) return writeBytes(writer, rdata);
  const start = writer.offset;
  const knownLabels = writer.labels;
  let source = layout.prefixBytes;
  if (source > 0 && !writeBytes(writer, rdata.subarray(0, source))) return false;
  for (let count = 0; count < layout.names; count++) {
    const end = skipPlainName(rdata, source);
    if (end < 0) {
      // Not what the type promises: the bytes go out as they came.
      rewind(writer, start, knownLabels);
      return writeBytes(writer, rdata);
    }
    if (!writeName(writer, source === 0 ? rdata : rdata.subarray(source, end))) return false;
    source = end;
  }
  return source === rdata.length || writeBytes(writer, rdata.subarray(source));
}

/** So many are copied sooner than the call of `set` would be made: any address is. */
const fewBytes = 16;

function writeBytes(writer: MessageWriter, bytes: Uint8Array): boolean {
  if (bytes.length <= fewBytes) return writePart(writer, bytes, 0, bytes.length);
  if (writer.offset + bytes.length > writer.limit) return false;
  scratch.set(bytes, writer.offset);
  writer.offset += bytes.length;
  return true;
}

/** Of few bytes. */
function writePart(writer: MessageWriter, bytes: Uint8Array, from: number, to: number): boolean {
  if (writer.offset + to - from > writer.limit) return false;
  for (let index = from; index < to; index++) scratch[writer.offset++] = byteAt(bytes, index);
  return true;
}

/**
 * Spells the labels out up to the longest ending that stands in the message already, and points there. Of `name` only the name at
 * its beginning counts.
 */
function writeName(writer: MessageWriter, name: WireName): boolean {
  let spelled = 0;
  let target = -1;
  while (byteAt(name, spelled) > 0) {
    target = findName(writer, name, spelled);
    if (target >= 0) break;
    spelled += byteAt(name, spelled) + 1;
  }
  const start = writer.offset;
  const end = start + spelled + (target < 0 ? 1 : 2);
  if (end > writer.limit) return false;
  // A view of the labels would cost more than they do.
  for (let index = 0; index < spelled; index++) scratch[start + index] = byteAt(name, index);
  if (target < 0) scratch[end - 1] = 0;
  else putUint16(scratch, end - 2, (pointerMark << 8) | target);
  writer.offset = end;
  noteLabels(writer, start);
  return true;
}

/** Where the labels of `name` from its byte `from` on stand in the message, or -1. */
function findName(writer: MessageWriter, name: WireName, from: number): number {
  for (let index = 0; index < writer.labels; index++) {
    const start = writer.labelStarts[index] ?? 0;
    if (standsAt(start, name, from)) return start;
  }
  return -1;
}

/** Byte for byte, letter case included. What is in the buffer is our own and points backwards only. */
function standsAt(offset: number, name: WireName, from: number): boolean {
  let source = offset;
  for (let index = from; ;) {
    const size = byteAt(scratch, source);
    if (size >= pointerMark) {
      source = pointerTarget(scratch, source);
      continue;
    }
    for (const last = index + size; index <= last; index++) if (scratch[source++] !== name[index]) return false;
    if (size === 0) return true;
  }
}

function noteLabels(writer: MessageWriter, start: number): void {
  let offset = start;
  for (let size = byteAt(scratch, start); size > 0 && size < pointerMark; size = byteAt(scratch, offset)) {
    if (offset > maxPointerTarget) return;
    writer.labelStarts[writer.labels++] = offset;
    offset += size + 1;
  }
}
