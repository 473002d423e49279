/** musl's `__dns_parse` and its callback: addresses and canonical name out of one reply, bytes taken as they come. */
import { formatAddress } from './address.ts';
import { addressBytes, typeCname } from './lookup.ts';
import { headerBytes, number16, readHeader, readName } from './message.ts';
import type { MuslGeneration } from './musl-generations.ts';
import type { ReadingLimit } from './timeline.ts';

export interface MuslAnswer {
  /** Of all replies read into it. */
  readonly addresses: string[];
  canonicalName: string;
  /** What kept it from being read as a whole. */
  readonly limits: Set<ReadingLimit>;
}

const noPointerLimit = { maxPointer: Infinity };
const maxAddresses = 48; // MAXADDRS
const rcodeNone = 0;
const recordFixedBytes = 10;

/** musl ignores owner names and classes, and keeps what stands before a fault. */
export function readMuslAnswer(
  reply: Uint8Array,
  askedType: number,
  generation: MuslGeneration,
  answer: MuslAnswer,
): void {
  if (reply.length < headerBytes) return;
  const { rcode, questionCount, answerCount } = readHeader(reply);
  if (rcode !== rcodeNone) return;
  if (questionCount + answerCount > generation.maxRecords) return void answer.limits.add('records');
  let at: number | undefined = headerBytes;
  for (let i = 0; i < questionCount; i++) {
    at = skipName(reply, at, 6, generation);
    if (at === undefined) return;
    at += 4;
  }
  for (let i = 0; i < answerCount; i++) {
    const owner = at;
    at = skipName(reply, owner, 12, generation);
    if (at === undefined)
      return void answer.limits.add(skipName(reply, owner, 12, noPointerLimit) === undefined ? 'damage' : 'pointer');
    const start = at + recordFixedBytes;
    const record: MuslRecord = { type: reply[at + 1] ?? 0, start, end: start + number16(reply, at + 8) };
    if (record.end > reply.length) return void answer.limits.add('damage');
    if (takeRecord(reply, record, askedType, generation, answer) === 'stop') return;
    at = record.end;
  }
}

interface MuslRecord {
  /** The lower byte. */
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

function takeRecord(
  reply: Uint8Array,
  { type, start, end }: MuslRecord,
  askedType: number,
  generation: MuslGeneration,
  answer: MuslAnswer,
): 'continue' | 'stop' {
  const isFull = answer.addresses.length >= maxAddresses;
  if (isFull && addressBytes[type] !== undefined) answer.limits.add('addresses');
  if (isFull && generation.stopsAtLastAddress) return 'stop';
  if (type === typeCname) {
    const target = readName(reply, start)?.text;
    if (target !== undefined && isMuslHostName(target)) answer.canonicalName = target;
    return 'continue';
  }
  const expectedBytes = addressBytes[type];
  if (isFull || expectedBytes === undefined) return 'continue';
  if (generation.checksType && type !== askedType) return 'continue';
  if (end - start !== expectedBytes) {
    answer.limits.add('damage');
    return 'stop';
  }
  answer.addresses.push(formatAddress(reply.subarray(start, end)));
  return 'continue';
}

/**
 * Steps over bytes until one that ends a name or begins a pointer; label lengths are not honoured. At
 * least `room` bytes must be left there.
 */
function skipName(
  reply: Uint8Array,
  offset: number,
  room: number,
  generation: Pick<MuslGeneration, 'maxPointer'>,
): number | undefined {
  let at = offset;
  for (let byte = reply[at]; byte !== undefined && byte >= 1 && byte <= 127; byte = reply[at]) at++;
  if (at > reply.length - room) return undefined;
  const last = reply[at] ?? 0;
  if (last >= 0xc0 && (number16(reply, at) & 0x3fff) > generation.maxPointer) return undefined;
  return at + (last === 0 ? 1 : 2);
}

/** `is_valid_hostname`: letters, digits, `-`, `.` and what is not ASCII. */
function isMuslHostName(name: string): boolean {
  return name.length > 0 && name.length <= 254 && /^(?:[a-zA-Z0-9.-]|\\[12]\d\d)*$/.test(name);
}
