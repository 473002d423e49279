/** DNS messages of a scripted nameserver, byte by byte: it must be able to send what no library would. */
import { isIPv4, isIPv6 } from 'node:net';
import { headerBytes, recordTypes } from '../../sidecar/wire/iana.ts';
import type { RecordScript } from './script.ts';

export const typeNumbers: Readonly<Record<string, number>> = { ...recordTypes, HTTPS: 65 };

const flagQr = 0x8000;
export const flagAa = 0x0400;
export const flagTc = 0x0200;
export const flagRd = 0x0100;
export const flagRa = 0x0080;
export const flagAd = 0x0020;
export const flagCd = 0x0010;
const flagDo = 0x8000;
const optBytes = 11;
const pointerMark = 0xc000;
const maxPointer = 0x3fff;
const defaultTtl = 5;

export interface Question {
  id: number;
  flags: number;
  /** Letter case as sent; bytes outside printable ASCII stand as one character each. */
  name: string;
  type: string;
  /** The question section's bytes, to be echoed. */
  bytes: Buffer;
  edns?: number;
  /** DO of its OPT record. */
  dnssecOk?: boolean;
  fault?: string;
}

export function readQuestion(message: Buffer): Question | undefined {
  if (message.length < headerBytes) return undefined;
  const labels: string[] = [];
  let offset = headerBytes;
  for (let length = message[offset]; length !== 0; length = message[offset]) {
    if (length === undefined || length > 63) return undefined;
    labels.push(message.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  if (message.length < offset + 5) return undefined;
  const type = message.readUInt16BE(offset + 1);
  const end = offset + 5;
  const flags = message.readUInt16BE(2);
  const counts = [4, 6, 8, 10].map((at) => message.readUInt16BE(at)).join(' ');
  const question: Question = {
    id: message.readUInt16BE(0),
    flags,
    name: labels.join('.'),
    type: Object.keys(typeNumbers).find((name) => typeNumbers[name] === type) ?? String(type),
    bytes: message.subarray(headerBytes, end),
  };
  const hasOpt = counts === '1 0 0 1' && message.length >= end + optBytes && message[end + 2] === typeNumbers['OPT'];
  if (hasOpt) {
    question.edns = message.readUInt16BE(end + 3);
    question.dnssecOk = (message.readUInt16BE(end + 7) & flagDo) !== 0;
  }
  const fault = faultOf(message, end, hasOpt);
  if (fault !== undefined) question.fault = fault;
  return question;
}

/** What a stub resolver's query never has. */
function faultOf(message: Buffer, end: number, hasOpt: boolean): string | undefined {
  const counts = [4, 6, 8, 10].map((at) => message.readUInt16BE(at)).join(' ');
  const flags = message.readUInt16BE(2);
  if (counts !== '1 0 0 0' && !hasOpt) return `section counts ${counts}`;
  if (!hasOpt && message.length !== end) return 'bytes after the question';
  if ((flags & ~(flagAd | flagCd)) !== flagRd) return `flags ${flags.toString(16)}`;
  if (message.readUInt16BE(end - 2) !== 1) return 'class not IN';
  return undefined;
}

export interface MessageParts {
  id: number;
  flags: number;
  question: Buffer;
  questionName: string;
  answers: readonly RecordScript[];
  authority?: readonly RecordScript[];
  opt?: boolean;
}

/** Composes a reply; owner names are compressed against all names that came before, as servers do. */
export function composeReply(parts: MessageParts): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(parts.id, 0);
  header.writeUInt16BE(flagQr | parts.flags, 2);
  header.writeUInt16BE(parts.question.length > 0 ? 1 : 0, 4);
  header.writeUInt16BE(parts.answers.length, 6);
  header.writeUInt16BE(parts.authority?.length ?? 0, 8);
  header.writeUInt16BE(parts.opt ? 1 : 0, 10);
  const chunks = [header, parts.question];
  let length = headerBytes + parts.question.length;
  const seen = new Map<string, number>();
  if (parts.question.length > 0) rememberSuffixes(parts.questionName, headerBytes, seen);
  for (const record of [...parts.answers, ...(parts.authority ?? [])]) {
    const bytes = composeRecord(record, length, seen);
    chunks.push(bytes);
    length += bytes.length;
  }
  if (parts.opt) chunks.push(Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]));
  return Buffer.concat(chunks);
}

function composeRecord(record: RecordScript, offset: number, seen: Map<string, number>): Buffer {
  const owner = composeName(record.owner, offset, seen);
  const type = typeNumbers[record.type] ?? Number(record.type);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(record.ttl ?? defaultTtl, 4);
  const data = composeData(record, offset + owner.length + 10, seen);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, fixed, data]);
}

function composeData(record: RecordScript, offset: number, seen: Map<string, number>): Buffer {
  const { type, data } = record;
  if (data.startsWith('hex:')) return Buffer.from(data.slice(4), 'hex');
  const words = data.split(' ');
  const numbers = (count: number) => {
    const bytes = Buffer.alloc(count * 2);
    for (let i = 0; i < count; i++) bytes.writeUInt16BE(Number(words[i]), i * 2);
    return bytes;
  };
  switch (type) {
    case 'A':
    case 'AAAA':
      return addressBytes(data);
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return composeName(data, offset, seen);
    case 'MX':
      return Buffer.concat([numbers(1), composeName(words[1] ?? '', offset + 2, seen)]);
    case 'SRV':
      return Buffer.concat([numbers(3), composeName(words[3] ?? '', offset, new Map())]);
    case 'SOA':
      return composeSoa(data, offset, seen);
    default:
      return Buffer.concat([Buffer.from([data.length]), Buffer.from(data, 'latin1')]);
  }
}

function composeSoa(minimum: string, offset: number, seen: Map<string, number>): Buffer {
  const name = composeName('ns.test', offset, seen);
  const numbers = Buffer.from('0000000100000002000000030000000400000000', 'hex');
  numbers.writeUInt32BE(minimum === '' ? defaultTtl : Number(minimum), 16);
  return Buffer.concat([name, composeName('mail.test', offset + name.length, seen), numbers]);
}

function composeName(name: string, offset: number, seen: Map<string, number>): Buffer {
  const chunks: Buffer[] = [];
  let at = offset;
  for (let rest = name; rest !== '';) {
    const pointer = seen.get(rest.toLowerCase());
    if (pointer !== undefined)
      return Buffer.concat([...chunks, Buffer.from([(pointerMark | pointer) >> 8, pointer & 0xff])]);
    if (at <= maxPointer) seen.set(rest.toLowerCase(), at);
    const [label = '', ...others] = rest.split('.');
    chunks.push(Buffer.from([label.length]), Buffer.from(label, 'latin1'));
    at += 1 + label.length;
    rest = others.join('.');
  }
  return Buffer.concat([...chunks, Buffer.from([0])]);
}

function rememberSuffixes(name: string, offset: number, seen: Map<string, number>): void {
  let at = offset;
  for (let rest = name; rest !== ''; rest = rest.split('.').slice(1).join('.')) {
    seen.set(rest.toLowerCase(), at);
    at += 1 + (rest.split('.')[0] ?? '').length;
  }
}

export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address)) throw new Error(`not an address: ${address}`);
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const bytes = Buffer.alloc(16);
  [...before, ...zeros, ...after].forEach((group, i) => bytes.writeUInt16BE(parseInt(group, 16), i * 2));
  return bytes;
}
