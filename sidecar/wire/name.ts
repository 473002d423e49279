/**
 * Domain names as values: uncompressed wire form with the final root byte, in their original letter case.
 *
 * Comparison ignores the case of ASCII letters only (RFC 4343). Length bytes are at most 63 and so never mistaken for a
 * letter, which lets whole names be folded byte by byte.
 */
import { maxLabelBytes, maxNameBytes } from './iana.ts';

/** Uncompressed wire form including the final root byte: at most 255 bytes. */
export type WireName = Uint8Array;

export const rootName: WireName = Uint8Array.of(0);

const pointerMark = 0xc0;
const backslash = 0x5c;
const dot = 0x2e;

/**
 * Presentation form to wire form, with the escapes `\.` and `\DDD` of glibc's `ns_name_pton`. A final dot changes
 * nothing; "" and "." are the root. Characters beyond ASCII stand for their UTF-8 bytes.
 * Undefined where the name cannot be encoded: a label over 63 bytes, an empty inner label, over 255 bytes, a bad escape.
 */
export function encodeName(text: string): WireName | undefined {
  if (text === '' || text === '.') return rootName;
  const source = new TextEncoder().encode(text);
  const target = new Uint8Array(source.length + 2);
  let labelStart = 0;
  let end = 1;
  for (let index = 0; index < source.length; index++) {
    let byte = source[index]!;
    if (byte === dot) {
      if (!closeLabel(target, labelStart, end)) return undefined;
      labelStart = end++;
      continue;
    }
    if (byte === backslash) {
      const escaped = readEscape(source, index + 1);
      if (escaped === undefined) return undefined;
      byte = escaped.byte;
      index = escaped.last;
    }
    target[end++] = byte;
  }
  if (end - labelStart > 1) {
    if (!closeLabel(target, labelStart, end)) return undefined;
    labelStart = end++;
  }
  return end > maxNameBytes ? undefined : target.slice(0, end);
}

/** Wire form to presentation form, escaped as glibc's `ns_name_ntop` does; without a final dot, the root is ".". */
export function formatName(name: WireName): string {
  if (name.length <= 1) return '.';
  let text = '';
  for (let offset = 0; name[offset]! > 0; offset += name[offset]! + 1) {
    if (offset > 0) text += '.';
    const end = offset + 1 + name[offset]!;
    for (let index = offset + 1; index < end; index++) text += formatByte(name[index]!);
  }
  return text;
}

/** Equal but for the case of ASCII letters. */
export function equalNames(a: WireName, b: WireName): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (a[index] !== b[index] && foldCase(a[index]!) !== foldCase(b[index]!)) return false;
  }
  return true;
}

/** A string that is equal for equal names: key for a Map. */
export function nameKey(name: WireName): string {
  let key = '';
  for (let index = 0; index < name.length; index++) key += String.fromCharCode(foldCase(name[index]!));
  return key;
}

/** Labels without the root: 0 for the root. */
export function labelCount(name: WireName): number {
  let count = 0;
  for (let offset = 0; name[offset]! > 0; offset += name[offset]! + 1) count++;
  return count;
}

/** `name` followed by `suffix`; undefined when that is longer than a name may be. */
export function concatNames(name: WireName, suffix: WireName): WireName | undefined {
  const length = name.length - 1 + suffix.length;
  if (length > maxNameBytes) return undefined;
  const joined = new Uint8Array(length);
  joined.set(name.subarray(0, name.length - 1));
  joined.set(suffix, name.length - 1);
  return joined;
}

/** What stands before `suffix`: the root if the two are equal, undefined if `name` is not under it. */
export function stripSuffix(name: WireName, suffix: WireName): WireName | undefined {
  const cut = name.length - suffix.length;
  if (cut < 0) return undefined;
  let offset = 0;
  while (offset < cut) offset += name[offset]! + 1;
  if (offset !== cut || !equalNames(name.subarray(cut), suffix)) return undefined;
  const rest = new Uint8Array(cut + 1);
  rest.set(name.subarray(0, cut));
  return rest;
}

/** Lower case for an ASCII capital letter, every other byte unchanged. */
export function foldCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/**
 * The name at `offset` of a message, its compression undone, and the offset behind it.
 * Accepts what glibc's `ns_name_unpack` accepts: pointers in either direction, bounded by the bytes looked at.
 */
export function readName(message: Uint8Array, offset: number): { name: WireName; end: number } | undefined {
  const end = skipName(message, offset);
  if (end < 0) return undefined;
  const name = new Uint8Array(unpackedBytes);
  let length = 0;
  let source = offset;
  for (let size = message[source]!; size !== 0; size = message[source]!) {
    if (size >= pointerMark) {
      source = ((size & 0x3f) << 8) | message[source + 1]!;
      continue;
    }
    for (let index = 0; index <= size; index++) name[length++] = message[source++]!;
  }
  return { name, end };
}

/** Length of the name that `skipName` went over last, uncompressed. */
let unpackedBytes = 0;

/** The offset behind the name at `offset`, its pointers followed and found good; -1 where glibc would not read it. */
export function skipName(message: Uint8Array, offset: number): number {
  const limit = message.length;
  let source = offset;
  let end = -1;
  let length = 1;
  let checked = 0;
  for (;;) {
    if (source >= limit) return -1;
    const size = message[source++]!;
    if (size === 0) break;
    if (size <= maxLabelBytes) {
      if (length + size + 1 > maxNameBytes || size >= limit - source) return -1;
      length += size + 1;
      checked += size + 1;
      source += size;
    } else if (size >= pointerMark) {
      if (source >= limit) return -1;
      if (end < 0) end = source + 1;
      source = ((size & 0x3f) << 8) | message[source]!;
      checked += 2;
      if (checked >= limit) return -1;
    } else {
      return -1;
    }
  }
  unpackedBytes = length;
  return end < 0 ? source : end;
}

/** Whether the name at `offset`, over which `skipName` has gone, equals `name` from its byte `from` on. */
export function equalsNameAt(message: Uint8Array, offset: number, name: WireName, from = 0): boolean {
  let source = offset;
  let index = from;
  for (;;) {
    const size = message[source]!;
    if (size >= pointerMark) {
      source = ((size & 0x3f) << 8) | message[source + 1]!;
      continue;
    }
    if (size !== name[index]) return false;
    if (size === 0) return true;
    for (let last = index + size; index < last;) {
      const a = message[++source]!;
      const b = name[++index]!;
      if (a !== b && foldCase(a) !== foldCase(b)) return false;
    }
    source++;
    index++;
  }
}

/** All bytes of the name at `offset`, over which `skipName` has gone, lie between `from` and `to`. */
export function nameStaysWithin(message: Uint8Array, offset: number, from: number, to: number): boolean {
  let source = offset;
  for (;;) {
    const size = message[source]!;
    const last = size >= pointerMark ? source + 1 : source + size;
    if (source < from || last >= to) return false;
    if (size === 0) return true;
    source = size >= pointerMark ? ((size & 0x3f) << 8) | message[source + 1]! : last + 1;
  }
}

function closeLabel(target: Uint8Array, start: number, end: number): boolean {
  const length = end - start - 1;
  target[start] = length;
  return length > 0 && length <= maxLabelBytes;
}

function readEscape(source: Uint8Array, index: number): { byte: number; last: number } | undefined {
  const first = digit(source[index]);
  if (first === undefined) return index < source.length ? { byte: source[index]!, last: index } : undefined;
  const second = digit(source[index + 1]);
  const third = digit(source[index + 2]);
  if (second === undefined || third === undefined) return undefined;
  const byte = first * 100 + second * 10 + third;
  return byte > 255 ? undefined : { byte, last: index + 2 };
}

function digit(byte: number | undefined): number | undefined {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : undefined;
}

/** Characters that `ns_name_ntop` puts a backslash in front of: those with a meaning in zone files. */
const escapedCharacters = '".;\\()@$';

function formatByte(byte: number): string {
  if (byte <= 0x20 || byte >= 0x7f) return `\\${String(byte).padStart(3, '0')}`;
  const character = String.fromCharCode(byte);
  return escapedCharacters.includes(character) ? `\\${character}` : character;
}
