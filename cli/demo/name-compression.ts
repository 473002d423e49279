/** Owner names as pointers to an earlier place (RFC 1035 §4.1.4): dns-packet spells every name out. */

const headerBytes = 12;
const questionFixedBytes = 4;
const recordFixedBytes = 10;
const typeCname = 5;
const pointer = 0xc0;

/** Takes a message of one question whose names are all spelled out. */
export function withOwnerPointers(message: Buffer): Buffer {
  const places = new Map<string, number>();
  let at = nameEnd(message, headerBytes);
  places.set(keyOf(message, headerBytes, at), headerBytes);
  at += questionFixedBytes;
  const chunks = [message.subarray(0, at)];
  let written = at;
  while (at < message.length) {
    const ownerEnd = nameEnd(message, at);
    const place = places.get(keyOf(message, at, ownerEnd));
    const owner =
      place === undefined ? message.subarray(at, ownerEnd) : Buffer.from([pointer | (place >> 8), place & 0xff]);
    const data = ownerEnd + recordFixedBytes;
    const end = data + message.readUInt16BE(data - 2);
    // The target of an alias owns the next record.
    if (message.readUInt16BE(ownerEnd) === typeCname)
      places.set(keyOf(message, data, end), written + owner.length + recordFixedBytes);
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
