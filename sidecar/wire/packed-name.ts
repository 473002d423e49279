/**
 * Names inside a message, where they may be compressed (RFC 1035 §4.1.4).
 *
 * `skipName` accepts what glibc's `ns_name_unpack` accepts: pointers in either direction, 255 bytes in all, bounded by
 * the bytes that are read. Only names of more than 255 pointers are refused beyond that: no server writes them, and a message
 * full of them would take seconds to read. The other functions rely on the verdict of `skipName`.
 */
import { byteAt, pointerTarget } from './bytes.ts';
import { maxLabelBytes, maxNameBytes } from './iana.ts';
import { foldCase } from './name.ts';
import type { WireName } from './name.ts';

/** From this byte on it is the first half of a pointer, not the length of a label. */
export const pointerMark = 0xc0;

/** A name has at most 127 labels and needs no more pointers than that. */
const maxPointers = 255;

/** The name at `offset`, spelled out, and the offset behind it; undefined where glibc would not read it. */
export function readName(message: Uint8Array, offset: number): { name: WireName; end: number } | undefined {
  const end = skipName(message, offset);
  return end < 0 ? undefined : { name: spellName(message, offset), end };
}

/** The name at `offset`, spelled out. `skipName` has gone over it. */
export function spellName(message: Uint8Array, offset: number): WireName {
  const name = new Uint8Array(spelledLength(message, offset));
  let length = 0;
  let source = offset;
  for (let size = byteAt(message, source); size !== 0; size = byteAt(message, source)) {
    if (size >= pointerMark) {
      source = pointerTarget(message, source);
      continue;
    }
    for (let index = 0; index <= size; index++) name[length++] = byteAt(message, source++);
  }
  return name;
}

/**
 * The same of the name from `offset` to `end`, as a part of the message where it is whole there: a copy takes three times the memory.
 * Not of a large buffer, all of which it would keep.
 */
export function partName(message: Uint8Array, offset: number, end: number): WireName {
  const { buffer, byteOffset } = message;
  const isPart = buffer.byteLength <= smallBufferBytes && spelledLength(message, offset) === end - offset;
  return isPart ? new Uint8Array(buffer, byteOffset + offset, end - offset) : spellName(message, offset);
}

/** A buffer of which what is kept, such as a query that waits, may hold on to all, in bytes: more than most queries have. */
export const smallBufferBytes = 1024;

/** Bytes of the name at `offset` without compression. `skipName` has gone over it. */
function spelledLength(message: Uint8Array, offset: number): number {
  let length = 1;
  let source = offset;
  for (let size = byteAt(message, source); size !== 0; size = byteAt(message, source)) {
    if (size >= pointerMark) {
      source = pointerTarget(message, source);
      continue;
    }
    length += size + 1;
    source += size + 1;
  }
  return length;
}

/** The offset behind the name at `offset`, its pointers followed and found good; otherwise -1. */
export function skipName(message: Uint8Array, offset: number): number {
  const limit = message.length;
  let source = offset;
  let end = -1;
  let spelled = 1;
  let checked = 0;
  let pointers = 0;
  while (source < limit) {
    const size = byteAt(message, source++);
    if (size === 0) return end < 0 ? source : end;
    if (size <= maxLabelBytes) {
      spelled += size + 1;
      if (spelled > maxNameBytes) return -1;
      checked += size + 1;
      source += size;
    } else {
      checked += 2;
      // After as many bytes as there are, glibc takes it for a loop.
      if (size < pointerMark || source >= limit || checked >= limit || ++pointers > maxPointers) return -1;
      if (end < 0) end = source + 1;
      source = pointerTarget(message, source - 1);
    }
  }
  return -1;
}

/** The offset behind a name that is spelled out; -1 where it is compressed, or not read by glibc. */
export function skipPlainName(message: Uint8Array, offset: number): number {
  let source = offset;
  for (let size = message[source]; size !== undefined && size <= maxLabelBytes; size = message[source]) {
    source += size + 1;
    if (source - offset > maxNameBytes) return -1;
    if (size === 0) return source;
  }
  return -1;
}

/** Whether the name at `offset` equals `name` from its byte `from` on, but for the case of ASCII letters. `skipName` has gone over it. */
export function equalsNameAt(message: Uint8Array, offset: number, name: WireName, from = 0): boolean {
  let source = offset;
  let index = from;
  for (;;) {
    const size = byteAt(message, source);
    if (size >= pointerMark) {
      source = pointerTarget(message, source);
      continue;
    }
    if (size !== name[index]) return false;
    if (size === 0) return true;
    for (const last = index + size; index < last;) {
      const a = byteAt(message, ++source);
      const b = byteAt(name, ++index);
      if (a !== b && foldCase(a) !== foldCase(b)) return false;
    }
    source++;
    index++;
  }
}

/** `name` is that at `offset`, or under it. `skipName` has gone over the one in the message. */
export function isUnderNameAt(message: Uint8Array, offset: number, name: WireName): boolean {
  const cut = name.length - spelledLength(message, offset);
  let from = 0;
  while (from < cut) from += byteAt(name, from) + 1;
  return from === cut && equalsNameAt(message, offset, name, cut);
}

/** Where the first pointer of the name at `offset` leads; 0 if it has none. `skipName` has gone over it. */
export function firstPointer(message: Uint8Array, offset: number): number {
  let source = offset;
  for (let size = byteAt(message, source); size > 0; size = byteAt(message, source)) {
    if (size >= pointerMark) return pointerTarget(message, source);
    source += size + 1;
  }
  return 0;
}

/**
 * Whether the name at `offset` takes its bytes from between `from` and `to` only, and every pointer leads to an earlier
 * place, as RFC 1035 §4.1.4 wants it. `skipName` has gone over it.
 */
export function isPackedWithin(message: Uint8Array, offset: number, from: number, to: number): boolean {
  let source = offset;
  let earliest = offset;
  for (;;) {
    const size = byteAt(message, source);
    const isPointer = size >= pointerMark;
    const last = isPointer ? source + 1 : source + size;
    if (source < from || last >= to) return false;
    if (size === 0) return true;
    source = isPointer ? pointerTarget(message, source) : last + 1;
    if (isPointer && source >= earliest) return false;
    if (isPointer) earliest = source;
  }
}
