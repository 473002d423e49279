/** Numbers in network order, and runs of bytes. Reading past the end gives zeros, never an exception; writing there is lost. */

export function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

export function readUint16(bytes: Uint8Array, offset: number): number {
  return (byteAt(bytes, offset) << 8) | byteAt(bytes, offset + 1);
}

export function readUint32(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset) * 0x10000 + readUint16(bytes, offset + 2);
}

export function putUint16(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >> 8;
  target[offset + 1] = value;
}

export function putUint32(target: Uint8Array, offset: number, value: number): void {
  putUint16(target, offset, Math.floor(value / 0x10000));
  putUint16(target, offset + 2, value & 0xffff);
}

/** Where the compression pointer at `offset` leads (RFC 1035 §4.1.4). */
export function pointerTarget(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset) & 0x3fff;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
