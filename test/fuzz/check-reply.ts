/** What must hold of every reply to a client, whatever came from it and from the upstream. Read by the second decoder. */
import { decode } from 'dns-packet';
import { decodeStrictly, nameAt } from '../support/wire/decoder.ts';
import type { QueryView } from '../../sidecar/wire/message-view.ts';

export interface ReplyExpectation {
  readonly query: QueryView;
  readonly limit: number;
  /** Whose record data were made here: all of it must be sound. Else it may be the upstream's own bytes. */
  readonly by: 'sidecar' | 'upstream';
  /** Its answer holds records of this type and the aliases to them, and nothing else does (A, AAAA, searched names). */
  readonly onlyType?: number;
}

/** Furthest offset that old musl lets an owner name point at. */
const maxOwnerPointer = 510;

const optType = 41;
const cnameType = 5;
const anyType = 255;

export function checkReply(reply: Uint8Array, expected: ReplyExpectation): void {
  const { query, limit, by, onlyType } = expected;
  const message = Buffer.from(reply.buffer, reply.byteOffset, reply.length);
  assert(reply.length <= limit, `${reply.length} bytes where ${limit} are the limit`);
  const records = readRecords(message);
  const flags = message.readUInt16BE(2);
  assert(message.readUInt16BE(0) === query.id, 'another ID');
  assert((flags & 0x8480) === 0x8080, 'QR and RA are not set, or AA is');
  assert((flags & 0x7800) === query.opcode << 11, 'another opcode');
  checkQuestion(message, query);
  const opts = records.filter(({ type }) => type === optType);
  assert(opts.length === (query.optCount > 0 ? 1 : 0), `${opts.length} OPT records`);
  // Clients with OPT take pointers to anywhere.
  if (by === 'sidecar' || query.optCount === 0) {
    assert(
      records.every(({ pointer = 0 }) => pointer <= maxOwnerPointer),
      'an owner name points past 510',
    );
  }
  if (onlyType !== undefined) checkChain(message, records, onlyType);
  if (by === 'upstream') return;
  decodeStrictly(reply);
  // A third opinion, now and then: dns-packet is slow.
  if ((reply.length & 15) === 0) decode(message);
}

function checkQuestion(message: Buffer, query: QueryView): void {
  const { question } = query;
  if (question === undefined || question.end - question.start !== question.name.length + 4) {
    return assert(message.readUInt16BE(4) === 0, 'a question that cannot be echoed');
  }
  assert(message.readUInt16BE(4) === 1, 'no question');
  const asked = query.bytes.subarray(question.start, question.end);
  assert(message.subarray(12, 12 + asked.length).equals(asked), 'another question');
}

interface FramedRecord {
  readonly inAnswer: boolean;
  readonly type: number;
  readonly owner: readonly string[];
  /** Where the owner's first pointer leads. */
  readonly pointer: number | undefined;
  readonly rdataStart: number;
}

/** Owners and lengths, to the last byte; record data are not looked at. */
function readRecords(message: Buffer): FramedRecord[] {
  let offset = 12;
  for (let left = message.readUInt16BE(4); left > 0; left--) offset = nameAt(message, offset).next + 4;
  const answers = message.readUInt16BE(6);
  const total = answers + message.readUInt16BE(8) + message.readUInt16BE(10);
  const records: FramedRecord[] = [];
  while (records.length < total) {
    const { labels, next, pointer } = nameAt(message, offset);
    const type = message.readUInt16BE(next);
    records.push({ inAnswer: records.length < answers, type, owner: labels, pointer, rdataStart: next + 10 });
    offset = next + 10 + message.readUInt16BE(next + 8);
  }
  assert(offset === message.length, `the records end at ${offset} of ${message.length}`);
  return records;
}

/** The chain from the question on, then records of the type that the end of it owns, and nothing else but OPT. */
function checkChain(message: Buffer, records: readonly FramedRecord[], type: number): void {
  const asked = records.length === 0 || message.readUInt16BE(4) === 0 ? [] : nameAt(message, 12).labels;
  let owner = asked;
  let isChain = true;
  for (const record of records) {
    if (!record.inAnswer && record.type === optType) continue;
    assert(record.inAnswer, `a record of type ${record.type} outside the answer`);
    assert(sameName(record.owner, owner), 'a record that the aliases do not lead to');
    if (record.type === cnameType && isChain) {
      owner = nameAt(message, record.rdataStart).labels;
    } else {
      assert(record.type === type || type === anyType, `a record of type ${record.type}`);
      isChain = false;
    }
  }
}

function sameName(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((label, index) => fold(label) === fold(other[index] ?? ''));
}

function fold(label: string): string {
  return label.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function assert(holds: boolean, fault: string): void {
  if (!holds) throw new Error(`reply: ${fault}`);
}
