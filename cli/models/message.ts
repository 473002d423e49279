/**
 * The few bytes of DNS that a stub resolver handles (RFC 1035 §4). Written apart from the sidecar's
 * `wire`, because the models are its second opinion.
 */
export const headerBytes = 12;
const classIn = 1;
const typeOpt = 41;
const maxNameBytes = 255;
const maxLabelBytes = 63;

export interface QueryParts {
  readonly id: number;
  readonly name: Uint8Array;
  readonly type: number;
  readonly authenticData?: boolean;
  /** UDP payload size of an OPT record. */
  readonly ednsPayloadBytes?: number;
}

export function composeQuery(parts: QueryParts): Uint8Array {
  const { id, name, type } = parts;
  const edns = parts.ednsPayloadBytes;
  const flags = 0x0100 | (parts.authenticData ? 0x0020 : 0);
  const opt = edns === undefined ? [] : [0, ...two(typeOpt), ...two(edns), 0, 0, 0, 0, 0, 0];
  const counts = [1, 0, 0, edns === undefined ? 0 : 1].flatMap(two);
  return Uint8Array.from([...two(id), ...two(flags), ...counts, ...name, ...two(type), ...two(classIn), ...opt]);
}

/** Wire form of a name in presentation form; a final dot makes no difference. */
export function encodeName(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const label of labelsOf(text)) {
    if (label.length === 0 || label.length > maxLabelBytes) return undefined;
    bytes.push(label.length, ...label);
  }
  bytes.push(0);
  return bytes.length > maxNameBytes ? undefined : Uint8Array.from(bytes);
}

function labelsOf(text: string): number[][] {
  if (text === '' || text === '.') return [];
  const labels: number[][] = [[]];
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const digits = byte === 0x5c ? /^\d{3}/.exec(bytes.toString('latin1', at + 1, at + 4)) : null;
    if (digits !== null) {
      labels.at(-1)?.push(Number(digits[0]));
      at += 3;
    } else if (byte === 0x5c) labels.at(-1)?.push(bytes[++at] ?? 0);
    else if (byte !== 0x2e) labels.at(-1)?.push(byte);
    else if (at < bytes.length - 1) labels.push([]);
  }
  return labels;
}

export interface Header {
  readonly id: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionAvailable: boolean;
  readonly rcode: number;
  readonly questionCount: number;
  readonly answerCount: number;
  readonly additionalCount: number;
}

/** The caller has made sure of twelve bytes. */
export function readHeader(message: Uint8Array): Header {
  const third = message[2] ?? 0;
  const fourth = message[3] ?? 0;
  return {
    id: number16(message, 0),
    authoritative: (third & 0x04) !== 0,
    truncated: (third & 0x02) !== 0,
    recursionAvailable: (fourth & 0x80) !== 0,
    rcode: fourth & 0x0f,
    questionCount: number16(message, 4),
    answerCount: number16(message, 6),
    additionalCount: number16(message, 10),
  };
}

/** Of a reply with rcode 0: it is that of a server that has nothing to do with the name. */
export function isLame({ answerCount, additionalCount, authoritative, recursionAvailable }: Header): boolean {
  return answerCount === 0 && additionalCount === 0 && !authoritative && !recursionAvailable;
}

export interface NameInMessage {
  readonly text: string;
  /** Offset behind the name's bytes at the place where it was read. */
  readonly end: number;
}

/** A name that may be compressed, in presentation form as `ns_name_ntop` writes it. */
export function readName(message: Uint8Array, offset: number): NameInMessage | undefined {
  const labels: string[] = [];
  let length = 1;
  let hops = 0;
  let end: number | undefined;
  for (let at = offset; ;) {
    const first = message[at];
    if (first === undefined) return undefined;
    if (first === 0) return { text: labels.join('.'), end: end ?? at + 1 };
    if (first >= 0xc0) {
      if (at + 1 >= message.length || hops++ > maxNameBytes) return undefined;
      end ??= at + 2;
      at = number16(message, at) & 0x3fff;
      continue;
    }
    length += first + 1;
    if (first > maxLabelBytes || at + first >= message.length || length > maxNameBytes) return undefined;
    labels.push(labelText(message.subarray(at + 1, at + 1 + first)));
    at += 1 + first;
  }
}

function labelText(label: Uint8Array): string {
  let text = '';
  for (const byte of label) {
    const character = String.fromCharCode(byte);
    if (`."$();@\\`.includes(character)) text += `\\${character}`;
    else if (byte > 0x20 && byte < 0x7f) text += character;
    else text += `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}

export interface Question {
  readonly name: string;
  readonly type: number;
  readonly end: number;
}

export function readQuestion(message: Uint8Array): Question | undefined {
  const name = readName(message, headerBytes);
  if (name === undefined || name.end + 4 > message.length) return undefined;
  if (number16(message, name.end + 2) !== classIn) return undefined;
  return { name: name.text, type: number16(message, name.end), end: name.end + 4 };
}

export interface RecordInMessage {
  readonly owner: string;
  readonly type: number;
  readonly class: number;
  readonly data: Uint8Array;
  /** Where the data begin: names in them may point at the whole message. */
  readonly dataStart: number;
  readonly end: number;
}

const recordFixedBytes = 10;

/** The resource record (RFC 1035 §4.1.3) at `offset`; undefined where it does not parse or is not there as a whole. */
export function readRecord(message: Uint8Array, offset: number): RecordInMessage | undefined {
  const owner = readName(message, offset);
  if (owner === undefined || owner.end + recordFixedBytes > message.length) return undefined;
  const dataStart = owner.end + recordFixedBytes;
  const end = dataStart + number16(message, owner.end + 8);
  if (end > message.length) return undefined;
  const [type, recordClass] = [number16(message, owner.end), number16(message, owner.end + 2)];
  return { owner: owner.text, type, class: recordClass, data: message.subarray(dataStart, end), dataStart, end };
}

export function number16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function two(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}
