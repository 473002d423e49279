/** The usual query, read in one pass without an object of its own: what a hit of the answer cache needs to know. */
import { byteAt, readUint16 } from './bytes.ts';
import { headerBytes, maxNameBytes, recordClasses, recordTypes } from './iana.ts';
import { foldCase } from './name.ts';

/** Written anew by each reading. */
export interface PlainQuery {
  id: number;
  type: number;
  /** Where the name ends, behind its root byte. */
  nameEnd: number;
  rd: boolean;
  ad: boolean;
  cd: boolean;
  hasOpt: boolean;
  dnssecOk: boolean;
  /** 512 without OPT. */
  payloadSize: number;
  /** See `hashOfName`. */
  readonly seed: number;
  /** Of the name in lower case. */
  hash: number;
  /** The name in lower case, from 0 to its length. */
  readonly folded: Uint8Array;
}

export function newPlainQuery(seed: number): PlainQuery {
  return {
    id: 0,
    type: 0,
    nameEnd: 0,
    rd: false,
    ad: false,
    cd: false,
    hasOpt: false,
    dnssecOk: false,
    payloadSize: 512,
    seed,
    hash: 0,
    folded: new Uint8Array(maxNameBytes),
  };
}

/**
 * False where it is anything but one question of class IN, with at most one OPT record of version 0 behind it: such queries are
 * read by `viewQuery`.
 */
export function readPlainQuery(bytes: Uint8Array, into: PlainQuery): boolean {
  const low = byteAt(bytes, 3);
  const additional = readUint16(bytes, 10);
  const isUsual =
    bytes.length > headerBytes &&
    (byteAt(bytes, 2) & 0xfe) === 0 &&
    (low & 0xcf) === 0 &&
    readUint16(bytes, 4) === 1 &&
    readUint16(bytes, 6) === 0 &&
    readUint16(bytes, 8) === 0 &&
    additional <= 1;
  if (!isUsual || !readFolded(bytes, into)) return false;
  const end = into.nameEnd + 4;
  if (readUint16(bytes, end - 2) !== recordClasses.IN) return false;
  into.id = readUint16(bytes, 0);
  into.type = readUint16(bytes, end - 4);
  into.rd = byteAt(bytes, 2) === 1;
  into.ad = (low & 0x20) !== 0;
  into.cd = (low & 0x10) !== 0;
  into.hasOpt = additional === 1;
  into.dnssecOk = false;
  into.payloadSize = 512;
  return additional === 0 ? bytes.length === end : readOpt(bytes, end, into);
}

function readFolded(bytes: Uint8Array, into: PlainQuery): boolean {
  const { folded } = into;
  let hash = into.seed;
  let offset = headerBytes;
  let length = byteAt(bytes, offset);
  while (length !== 0) {
    const next = offset + 1 + length;
    if (length > 63 || next >= bytes.length || next - headerBytes >= maxNameBytes) return false;
    for (; offset < next; offset++) {
      const byte = foldCase(byteAt(bytes, offset));
      folded[offset - headerBytes] = byte;
      hash = mixed(hash, byte);
    }
    length = byteAt(bytes, offset);
  }
  folded[offset - headerBytes] = 0;
  into.nameEnd = offset + 1;
  into.hash = hash;
  return into.nameEnd + 4 <= bytes.length;
}

/** Options are stepped over (RFC 6891 §6.1.2). */
function readOpt(bytes: Uint8Array, start: number, into: PlainQuery): boolean {
  const isOpt = byteAt(bytes, start) === 0 && readUint16(bytes, start + 1) === recordTypes.OPT;
  const isVersionZero = byteAt(bytes, start + 6) === 0;
  into.payloadSize = Math.max(512, readUint16(bytes, start + 3));
  into.dnssecOk = (byteAt(bytes, start + 7) & 0x80) !== 0;
  return isOpt && isVersionZero && bytes.length === start + 11 + readUint16(bytes, start + 9);
}

/** `PlainQuery.hash` of a name. Who does not know the seed finds no names that have the same. */
export function hashOfName(name: Uint8Array, seed: number): number {
  let hash = seed;
  for (let offset = 0; offset < name.length - 1; offset++) hash = mixed(hash, foldCase(byteAt(name, offset)));
  return hash;
}

/** Without the shift, names that collide would do so whatever the seed is. */
function mixed(hash: number, byte: number): number {
  const product = Math.imul(hash ^ byte, spread);
  return product ^ (product >>> 15);
}

/** An odd number that spreads bits over the word (Knuth's, 2^32 divided by the golden ratio). */
const spread = 0x9e37_79b1 | 0;
