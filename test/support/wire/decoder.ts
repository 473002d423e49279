/**
 * A second opinion on messages, written from RFC 1035 alone and sharing nothing with `sidecar/wire`: strict where the
 * sidecar is lenient. It throws at anything that a careful receiver might object to.
 */

export interface DecodedRecord {
  readonly section: 'answer' | 'authority' | 'additional';
  /** Labels as latin-1 strings, letter case kept. */
  readonly owner: readonly string[];
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly rdata: Buffer;
  readonly rdataStart: number;
  /** The name that the data holds, for CNAME, NS and PTR. */
  readonly target: readonly string[] | undefined;
}

export interface DecodedMessage {
  readonly id: number;
  readonly flags: number;
  readonly questions: readonly { name: readonly string[]; type: number; class: number }[];
  readonly records: readonly DecodedRecord[];
  /** Target of every pointer that an owner name holds in its own bytes. */
  readonly ownerPointers: readonly number[];
}

export function decodeStrictly(bytes: Uint8Array): DecodedMessage {
  const message = Buffer.from(bytes);
  const [id = 0, flags = 0, ...counts] = [0, 2, 4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
  const ownerPointers: number[] = [];
  const questions: { name: readonly string[]; type: number; class: number }[] = [];
  let offset = 12;

  for (let left = counts[0] ?? 0; left > 0; left--) {
    const { labels, next, pointer } = nameAt(message, offset);
    if (pointer !== undefined) throw new Error('compressed question');
    questions.push({ name: labels, type: message.readUInt16BE(next), class: message.readUInt16BE(next + 2) });
    offset = next + 4;
  }

  const records: DecodedRecord[] = [];
  for (const [index, section] of (['answer', 'authority', 'additional'] as const).entries()) {
    for (let left = counts[index + 1] ?? 0; left > 0; left--) {
      const owner = nameAt(message, offset);
      if (owner.pointer !== undefined) ownerPointers.push(owner.pointer);
      const type = message.readUInt16BE(owner.next);
      const start = owner.next + 10;
      const end = start + message.readUInt16BE(owner.next + 8);
      if (end > message.length) throw new Error(`record data ends at ${end} of ${message.length}`);
      const target = [2, 5, 12].includes(type) ? nameAt(message, start) : undefined;
      if (target !== undefined && target.next !== end) throw new Error('name does not fill its record data');
      records.push({
        section,
        owner: owner.labels,
        type,
        class: message.readUInt16BE(owner.next + 2),
        ttl: message.readUInt32BE(owner.next + 4),
        rdata: message.subarray(start, end),
        rdataStart: start,
        target: target?.labels,
      });
      offset = end;
    }
  }
  if (offset !== message.length) throw new Error(`${message.length - offset} bytes behind the last record`);
  return { id, flags, questions, records, ownerPointers };
}

/** `pointer`: where the first pointer leads. Pointers must lead strictly backwards. */
export function nameAt(
  message: Buffer,
  offset: number,
): { labels: readonly string[]; next: number; pointer: number | undefined } {
  const labels: string[] = [];
  let here = offset;
  let floor = offset;
  let next: number | undefined;
  let pointer: number | undefined;
  let total = 1;
  for (;;) {
    const length = message.readUInt8(here);
    if (length === 0) return { labels, next: next ?? here + 1, pointer };
    if (length >= 192) {
      const target = message.readUInt16BE(here) - 0xc000;
      next ??= here + 2;
      pointer ??= target;
      if (target >= floor) throw new Error(`pointer at ${here} leads forward to ${target}`);
      if (target < 12) throw new Error(`pointer at ${here} leads into the header`);
      here = target;
      floor = target;
      continue;
    }
    if (length > 63) throw new Error(`label type ${length >> 6}`);
    if (here + 1 + length > message.length) throw new Error('label runs over the end');
    labels.push(message.toString('latin1', here + 1, here + 1 + length));
    total += length + 1;
    if (total > 255) throw new Error('name over 255 bytes');
    here += 1 + length;
  }
}

/**
 * The answer records that musl before 1.2.5 sees (`__dns_parse` in src/network/dns_parse.c): it goes over names byte by
 * byte, gives up at an owner that points past 510 and, above 64 questions and answers, does not begin.
 */
export function parseLikeOldMusl(bytes: Uint8Array): { type: number; rdata: Buffer }[] {
  const r = Buffer.from(bytes);
  const found: { type: number; rdata: Buffer }[] = [];
  const at = (offset: number): number => r[offset] ?? 0;
  let p = 12;
  let questions = at(4) * 256 + at(5);
  let answers = at(6) * 256 + at(7);
  if (questions + answers > 64) return found;
  const skip = (): boolean => {
    while (p < r.length && at(p) >= 1 && at(p) <= 127) p++;
    return !(at(p) > 193 || (at(p) === 193 && at(p + 1) > 254) || p > r.length - 6);
  };
  while (questions-- > 0) {
    if (!skip()) return found;
    p += at(p) === 0 ? 5 : 6;
  }
  while (answers-- > 0) {
    if (!skip()) return found;
    p += at(p) === 0 ? 1 : 2;
    const length = at(p + 8) * 256 + at(p + 9);
    if (p + 10 + length > r.length) return found;
    found.push({ type: at(p + 1), rdata: r.subarray(p + 10, p + 10 + length) });
    p += 10 + length;
  }
  return found;
}
