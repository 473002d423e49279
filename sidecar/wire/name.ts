/**
 * Domain names as values: uncompressed wire form with the final root byte, in their original letter case.
 *
 * Comparison ignores the case of ASCII letters only (RFC 4343). Length bytes are at most 63 and so never mistaken for a
 * letter, which lets whole names be folded byte by byte.
 */
import { byteAt } from './bytes.ts';
import { maxLabelBytes, maxNameBytes } from './iana.ts';

/** Uncompressed wire form including the final root byte: at most 255 bytes. */
export type WireName = Uint8Array;

export const rootName: WireName = Uint8Array.of(0);

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
    let byte = byteAt(source, index);
    if (byte === dot) {
      if (!closeLabel(target, labelStart, end)) return undefined;
      labelStart = end++;
      continue;
    }
    if (byte === backslash) {
      const escape = readEscape(source, index + 1);
      if (escape === undefined) return undefined;
      byte = escape.byte;
      index = escape.last;
    }
    target[end++] = byte;
  }
  // Without a final dot the last label is still open.
  if (end - labelStart > 1) {
    if (!closeLabel(target, labelStart, end)) return undefined;
    end++;
  }
  return end > maxNameBytes ? undefined : target.slice(0, end);
}

/** Wire form to presentation form, escaped as glibc's `ns_name_ntop` does; without a final dot, the root is ".". */
export function formatName(name: WireName): string {
  let text = '';
  for (let offset = 0; byteAt(name, offset) > 0;) {
    if (offset > 0) text += '.';
    const end = offset + 1 + byteAt(name, offset);
    while (++offset < end) text += formatByte(byteAt(name, offset));
  }
  return text === '' ? '.' : text;
}

/** Equal but for the case of ASCII letters. */
export function equalNames(a: WireName, b: WireName): boolean {
  return a.length === b.length && endsWith(a, b);
}

/** Equal to the letter. */
export function isSameName(one: WireName, other: WireName): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

/** A string that is equal for equal names: key for a Map. */
export function nameKey(name: WireName): string {
  const folded = new Uint8Array(name.length);
  for (let index = 0; index < name.length; index++) folded[index] = foldCase(byteAt(name, index));
  return nameText(folded);
}

/** One character a byte: put together byte by byte it would be a tree of strings, and spread it would be an array first. */
export function nameText(name: Uint8Array): string {
  return String.fromCharCode.apply(undefined, name as unknown as number[]);
}

/** Labels without the root: 0 for the root. */
export function labelCount(name: WireName): number {
  let count = 0;
  for (let offset = 0; byteAt(name, offset) > 0; offset += byteAt(name, offset) + 1) count++;
  return count;
}

/** `name` followed by `suffix`; undefined when that is longer than a name may be. */
export function concatNames(name: WireName, suffix: WireName): WireName | undefined {
  const length = name.length - 1 + suffix.length;
  if (length > maxNameBytes) return undefined;
  const joined = new Uint8Array(length);
  joined.set(name.subarray(0, -1));
  joined.set(suffix, name.length - 1);
  return joined;
}

/** What stands before `suffix`: the root if the two are equal, undefined if `name` is not under it. */
export function stripSuffix(name: WireName, suffix: WireName): WireName | undefined {
  const cut = name.length - suffix.length;
  if (cut < 0) return undefined;
  let offset = 0;
  while (offset < cut) offset += byteAt(name, offset) + 1;
  if (offset !== cut || !endsWith(name, suffix)) return undefined;
  const rest = new Uint8Array(cut + 1);
  for (let index = 0; index < cut; index++) rest[index] = byteAt(name, index);
  return rest;
}

/** But for the case of ASCII letters. A view of the end would cost more than the comparison. */
function endsWith(name: WireName, suffix: WireName): boolean {
  const cut = name.length - suffix.length;
  for (let index = 0; index < suffix.length; index++) {
    const byte = byteAt(name, cut + index);
    if (byte !== suffix[index] && foldCase(byte) !== foldCase(byteAt(suffix, index))) return false;
  }
  return true;
}

/** Lower case for an ASCII capital letter, every other byte unchanged. */
export function foldCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

const dot = 0x2e;
const backslash = 0x5c;

function closeLabel(target: Uint8Array, start: number, end: number): boolean {
  const length = end - start - 1;
  target[start] = length;
  return length > 0 && length <= maxLabelBytes;
}

/** What follows a backslash: three digits are a byte's value, anything else stands for itself. */
function readEscape(source: Uint8Array, index: number): { byte: number; last: number } | undefined {
  const byte = source[index];
  if (byte === undefined) return undefined;
  if (!isDigit(byte)) return { byte, last: index };
  const digits = source.subarray(index, index + 3);
  if (digits.length < 3 || !digits.every(isDigit)) return undefined;
  const value = Number(String.fromCharCode(...digits));
  return value > 255 ? undefined : { byte: value, last: index + 2 };
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Characters that `ns_name_ntop` puts a backslash in front of: those with a meaning in zone files. */
const escapedCharacters = '".;\\()@$';

function formatByte(byte: number): string {
  if (byte <= 0x20 || byte >= 0x7f) return `\\${String(byte).padStart(3, '0')}`;
  const character = String.fromCharCode(byte);
  return escapedCharacters.includes(character) ? `\\${character}` : character;
}
