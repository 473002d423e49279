/** Owner names as pointers to an earlier place (RFC 1035 §4.1.4): dns-packet spells every name out. */

const HEADER_BYTES = 12;
const QUESTION_FIXED_BYTES = 4;
const RECORD_FIXED_BYTES = 10;
const TYPE_CNAME = 5;
const POINTER = 0xc0;

/** Takes a message of one question whose names are all spelled out. */
export function withOwnerPointers(message: Buffer): Buffer {
  const places = new Map<string, number>();
  let at = nameEnd(message, HEADER_BYTES);
  places.set(keyOf(message, HEADER_BYTES, at), HEADER_BYTES);
  at += QUESTION_FIXED_BYTES;
  const chunks = [message.subarray(0, at)];
  let written = at;
  while (at < message.length) {
    const ownerEnd = nameEnd(message, at);
    const place = places.get(keyOf(message, at, ownerEnd));
    const owner =
      place === undefined ? message.subarray(at, ownerEnd) : Buffer.from([POINTER | (place >> 8), place & 0xff]);
    const data = ownerEnd + RECORD_FIXED_BYTES;
    const end = data + message.readUInt16BE(data - 2);
    // The target of an alias owns the next record.
    if (message.readUInt16BE(ownerEnd) === TYPE_CNAME)
      places.set(keyOf(message, data, end), written + owner.length + RECORD_FIXED_BYTES);
    chunks.push(owner, message.subarray(ownerEnd, end));
    written += owner.length + end - ownerEnd;
    at = end;
  }
  return Buffer.concat(chunks);
}

function nameEnd(message: Buffer, start: number): number {
  let at = start;
  for (let length = message[at]; length !== undefined && length > 0; length = message[at]) at += 1 + length;
  return at + 1;
}

function keyOf(message: Buffer, start: number, end: number): string {
  return message.toString('latin1', start, end).toLowerCase();
}
