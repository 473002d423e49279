/**
 * Where domain names stand inside record data, for the types whose names may be compressed.
 * Data of every other type is opaque bytes (RFC 3597 §4).
 */
import { byteAt, joinBytes } from './bytes.ts';
import { isPackedWithin, readName, skipName } from './packed-name.ts';

/** Bytes in front of the first name, and how many names follow one another. */
export interface RdataLayout {
  readonly prefixBytes: number;
  readonly names: number;
  /** A sender may compress them: the types of RFC 1035 (RFC 3597 §4). The rest is only read. */
  readonly compressible: boolean;
}

const layouts: ReadonlyMap<number, RdataLayout> = new Map([
  [2, { prefixBytes: 0, names: 1, compressible: true }], // NS
  [3, { prefixBytes: 0, names: 1, compressible: true }], // MD
  [4, { prefixBytes: 0, names: 1, compressible: true }], // MF
  [5, { prefixBytes: 0, names: 1, compressible: true }], // CNAME
  [6, { prefixBytes: 0, names: 2, compressible: true }], // SOA
  [7, { prefixBytes: 0, names: 1, compressible: true }], // MB
  [8, { prefixBytes: 0, names: 1, compressible: true }], // MG
  [9, { prefixBytes: 0, names: 1, compressible: true }], // MR
  [12, { prefixBytes: 0, names: 1, compressible: true }], // PTR
  [14, { prefixBytes: 0, names: 2, compressible: true }], // MINFO
  [15, { prefixBytes: 2, names: 1, compressible: true }], // MX
  [17, { prefixBytes: 0, names: 2, compressible: false }], // RP
  [18, { prefixBytes: 2, names: 1, compressible: false }], // AFSDB
  [21, { prefixBytes: 2, names: 1, compressible: false }], // RT
  [24, { prefixBytes: 18, names: 1, compressible: false }], // SIG
  [26, { prefixBytes: 2, names: 2, compressible: false }], // PX
  [30, { prefixBytes: 0, names: 1, compressible: false }], // NXT
  [33, { prefixBytes: 6, names: 1, compressible: false }], // SRV
  [36, { prefixBytes: 2, names: 1, compressible: false }], // KX
  [39, { prefixBytes: 0, names: 1, compressible: false }], // DNAME
]);

/** NAPTR: order and preference, then three character strings, then the name (RFC 3403 §4.1). */
const naptr = 35;

/** Undefined when the type's data holds no name that could be compressed, or the fixed part does not fit. */
export function rdataLayout(message: Uint8Array, type: number, start: number, end: number): RdataLayout | undefined {
  if (type !== naptr) {
    const layout = layouts.get(type);
    return layout !== undefined && start + layout.prefixBytes < end ? layout : undefined;
  }
  let offset = start + 4;
  for (let count = 0; count < 3; count++) {
    if (offset >= end) return undefined;
    offset += byteAt(message, offset) + 1;
  }
  return offset < end ? { prefixBytes: offset - start, names: 1, compressible: false } : undefined;
}

/**
 * The record data with every name in it spelled out; a view of the message when there is no name.
 * Undefined when a name does not parse or runs over the end of the data.
 */
export function expandRdata(message: Uint8Array, type: number, start: number, end: number): Uint8Array | undefined {
  const layout = rdataLayout(message, type, start, end);
  if (layout === undefined) return message.subarray(start, end);
  const parts: Uint8Array[] = [message.subarray(start, start + layout.prefixBytes)];
  let offset = start + layout.prefixBytes;
  for (let count = 0; count < layout.names; count++) {
    const read = readName(message, offset);
    if (read === undefined || read.end > end) return undefined;
    parts.push(read.name);
    offset = read.end;
  }
  parts.push(message.subarray(offset, end));
  return joinBytes(parts);
}

/** Every name of the record data, as far as it parses, is packed within `from` and `end`. */
export function rdataNamesPackedWithin(
  message: Uint8Array,
  type: number,
  start: number,
  end: number,
  from: number,
): boolean {
  const layout = rdataLayout(message, type, start, end);
  if (layout === undefined) return true;
  let offset = start + layout.prefixBytes;
  for (let count = 0; count < layout.names; count++) {
    const nameEnd = skipName(message, offset);
    if (nameEnd < 0) return true;
    if (!isPackedWithin(message, offset, from, end)) return false;
    offset = nameEnd;
  }
  return true;
}
