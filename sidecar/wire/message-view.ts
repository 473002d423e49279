/**
 * What can be said of a received message without decoding it: header fields, the question, EDNS.
 * Nothing is copied to view it but a question's name that is compressed or in a large buffer; lying counts and broken
 * records show as `malformed`, never as an exception.
 */
import { byteAt, readUint16 } from './bytes.ts';
import { headerBytes, recordTypes } from './iana.ts';
import { partName, skipName, smallBufferBytes } from './packed-name.ts';
import type { WireName } from './name.ts';
import type { Room } from './room.ts';
import { nextRecord, openRecords } from './record-cursor.ts';
import type { RecordCursor } from './record-cursor.ts';

export interface Question {
  /** Original letter case. It may be a part of the message, which then must stay as it is. */
  readonly name: WireName;
  readonly type: number;
  readonly class: number;
  /** The question's bytes in the message: `start` is 12, `end` is behind the class. */
  readonly start: number;
  readonly end: number;
}

/** The OPT record (RFC 6891 §6.1). */
export interface Edns {
  readonly version: number;
  readonly payloadSize: number;
  readonly dnssecOk: boolean;
  /** The upper eight bits of the rcode. */
  readonly extendedRcode: number;
}

export interface MessageView {
  readonly bytes: Uint8Array;
  readonly id: number;
  readonly qr: boolean;
  readonly opcode: number;
  readonly aa: boolean;
  readonly tc: boolean;
  readonly rd: boolean;
  readonly ra: boolean;
  readonly ad: boolean;
  readonly cd: boolean;
  /** The four bits of the header. */
  readonly rcode: number;
  readonly qdcount: number;
  readonly ancount: number;
  readonly nscount: number;
  readonly arcount: number;
  /** The first question; undefined when there is none, or it does not parse. */
  readonly question: Question | undefined;
  /** The first OPT record of the additional section. */
  readonly edns: Edns | undefined;
  readonly optCount: number;
  /** A count promises more than is there, a record does not parse, or the question's name is compressed. */
  readonly malformed: boolean;
}

/** A message that came from a client. */
export type QueryView = MessageView;

/** Undefined for fewer than 12 bytes, where there is no header. */
export function viewMessage(bytes: Uint8Array): MessageView | undefined {
  if (bytes.length < headerBytes) return undefined;
  const question = readUint16(bytes, 4) > 0 ? readQuestion(bytes, headerBytes) : undefined;
  return new View(bytes, question, readSections(bytes, question));
}

/** Reads the header at each look: as values its fields would be most of what a query that waits keeps. */
class View implements MessageView {
  readonly bytes: Uint8Array;
  readonly question: Question | undefined;
  readonly edns: Edns | undefined;
  readonly optCount: number;
  readonly malformed: boolean;

  constructor(bytes: Uint8Array, question: Question | undefined, { edns, optCount, malformed }: Readonly<Sections>) {
    this.bytes = bytes;
    this.question = question;
    this.edns = edns;
    this.optCount = optCount;
    this.malformed = malformed;
  }

  get id(): number {
    return readUint16(this.bytes, 0);
  }

  get qr(): boolean {
    return this.#hasBit(2, 0x80);
  }

  get opcode(): number {
    return (byteAt(this.bytes, 2) >> 3) & 0x0f;
  }

  get aa(): boolean {
    return this.#hasBit(2, 0x04);
  }

  get tc(): boolean {
    return this.#hasBit(2, 0x02);
  }

  get rd(): boolean {
    return this.#hasBit(2, 0x01);
  }

  get ra(): boolean {
    return this.#hasBit(3, 0x80);
  }

  get ad(): boolean {
    return this.#hasBit(3, 0x20);
  }

  get cd(): boolean {
    return this.#hasBit(3, 0x10);
  }

  get rcode(): number {
    return byteAt(this.bytes, 3) & 0x0f;
  }

  get qdcount(): number {
    return readUint16(this.bytes, 4);
  }

  get ancount(): number {
    return readUint16(this.bytes, 6);
  }

  get nscount(): number {
    return readUint16(this.bytes, 8);
  }

  get arcount(): number {
    return readUint16(this.bytes, 10);
  }

  #hasBit(offset: number, mask: number): boolean {
    return (byteAt(this.bytes, offset) & mask) !== 0;
  }
}

/** The same view, named for its use on what clients send. */
export const viewQuery: (bytes: Uint8Array) => QueryView | undefined = viewMessage;

/** Of a usual query, its OPT record included. */
const usualQueryBytes = 320;

/** What a view of the query is to be made of: a copy, in the room where it is short, or the query itself where it is large. */
export function keepQuery(bytes: Uint8Array, roomFor: Room): Uint8Array {
  if (bytes.length > usualQueryBytes) return bytes;
  const kept = roomFor(bytes.length);
  kept.set(bytes);
  return kept;
}

/** The view without what no reply needs: of a query with long options, in a large buffer, up to the end of the question. */
export function compactQuery(view: QueryView): QueryView {
  const { bytes, question } = view;
  if (bytes.buffer.byteLength <= smallBufferBytes || question === undefined) return view;
  return new View(new Uint8Array(bytes.subarray(0, question.end)), question, view);
}

/** The question at `offset`, or undefined where it does not parse. */
export function readQuestion(bytes: Uint8Array, offset: number): Question | undefined {
  const nameEnd = skipName(bytes, offset);
  if (nameEnd < 0 || bytes.length - nameEnd < 4) return undefined;
  return {
    name: partName(bytes, offset, nameEnd),
    type: readUint16(bytes, nameEnd),
    class: readUint16(bytes, nameEnd + 2),
    start: offset,
    end: nameEnd + 4,
  };
}

/** The question's name stands in the message without a compression pointer. */
export function isUncompressed(question: Question): boolean {
  return question.end - question.start === question.name.length + 4;
}

/** What stands behind the header and the question. */
interface Sections {
  edns: Edns | undefined;
  optCount: number;
  malformed: boolean;
}

function readSections(bytes: Uint8Array, question: Question | undefined): Readonly<Sections> {
  const recordsStart = skipQuestions(bytes, question);
  if (recordsStart < 0) return malformedSections;
  const skipped = readUint16(bytes, 6) + readUint16(bytes, 8);
  const total = skipped + readUint16(bytes, 10);
  if (total === 0) return noSections;
  const sections: Sections = { edns: undefined, optCount: 0, malformed: true };
  sections.malformed = !readRecords(openRecords(bytes, recordsStart), skipped, total, sections);
  return sections;
}

const noSections: Readonly<Sections> = { edns: undefined, optCount: 0, malformed: false };
const malformedSections: Readonly<Sections> = { ...noSections, malformed: true };

/** The offset of the first record, or -1. */
function skipQuestions(bytes: Uint8Array, first: Question | undefined): number {
  const questions = readUint16(bytes, 4);
  if (questions === 0) return headerBytes;
  if (first === undefined || !isUncompressed(first)) return -1;
  let offset = first.end;
  for (let count = 1; count < questions; count++) {
    offset = readQuestion(bytes, offset)?.end ?? -1;
    if (offset < 0) return -1;
  }
  return offset;
}

/** False at the first fault. */
function readRecords(cursor: RecordCursor, skipped: number, total: number, sections: Sections): boolean {
  for (let index = 0; index < total; index++) {
    if (!nextRecord(cursor)) return false;
    if (index < skipped || cursor.type !== recordTypes.OPT) continue;
    // The owner of OPT is the root and nothing else (RFC 6891 §6.1.2).
    if (byteAt(cursor.message, cursor.ownerStart) !== 0) return false;
    sections.optCount++;
    sections.edns ??= readEdns(cursor.class, cursor.ttl);
  }
  return true;
}

/** EDNS keeps its fields in the class and the TTL of the OPT record (RFC 6891 §6.1.3). */
function readEdns(payloadSize: number, ttl: number): Edns {
  return {
    version: Math.floor(ttl / 0x10000) & 0xff,
    payloadSize,
    dnssecOk: (ttl & 0x8000) !== 0,
    extendedRcode: Math.floor(ttl / 0x1000000),
  };
}
