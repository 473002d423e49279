/**
 * The answer section as glibc reads it (`gaih_getanswer_slice`, `getanswer_r` in resolv/nss_dns/dns-host.c): every
 * CNAME, whoever owns it, names the end of the chain from there on; a record counts if the end of the chain, as it is
 * at that place in the packet, owns it. Records of other types, classes, owners and lengths are stepped over.
 */
import { readUint16 } from './bytes.ts';
import { headerBytes, isAddressType, recordClasses, recordTypes } from './iana.ts';
import { equalsNameAt, skipName, skipPlainName, spellName } from './packed-name.ts';
import type { WireName } from './name.ts';
import { PlacedRecord } from './placed-record.ts';
import { expandRdata } from './rdata-names.ts';
import { nextRecord, openRecords } from './record-cursor.ts';
import type { RecordCursor } from './record-cursor.ts';

export interface Alias {
  readonly target: WireName;
  readonly ttl: number;
}

export interface AnswerRecord {
  readonly type: number;
  readonly ttl: number;
  /** Names inside are spelled out. */
  readonly rdata: Uint8Array;
}

/**
 * Reads the message anew at each look at its aliases and records: as values they take ten to thirty times the room of the
 * message, and hundreds of lookups may be holding their answers while they wait for something.
 */
export interface ReadAnswer {
  /**
   * DATA: a record of the asked type is owned by the end of the chain. ALIAS: none is. BAD: a record does not parse,
   * or the count exceeds what is there.
   */
  readonly kind: 'DATA' | 'ALIAS' | 'BAD';
  /** The targets in packet order, up to the first address; the first owner is the asked name. */
  readonly chain: readonly Alias[];
  /**
   * The targets behind the first address. They name the owner of what follows; the canonical name glibc takes from among
   * them where it asked for one family (`getanswer_r`), not where it asked for both (`gaih_getanswer_slice`).
   */
  readonly laterAliases: readonly Alias[];
  /** DATA only. */
  readonly records: readonly AnswerRecord[];
  /** BAD only: what was read before the fault. */
  readonly recordsBeforeFault: readonly AnswerRecord[];
}

const none: readonly never[] = [];

/** `message` has passed `classifyReply`, or at least has a header. It must stay as it is. */
export function readAnswer(message: Uint8Array, askedName: WireName, type: number): ReadAnswer {
  return new AnswerReader(message, askedName, type);
}

/** As a literal its getters would be four functions for each message that waits. */
class AnswerReader implements ReadAnswer {
  readonly kind: ReadAnswer['kind'];
  readonly #message: Uint8Array;
  readonly #askedName: WireName;
  readonly #type: number;
  /** Most answers have none, and are not read for them. */
  readonly #hasAliases: boolean;
  readonly #hasLaterAliases: boolean;

  constructor(message: Uint8Array, askedName: WireName, type: number) {
    const counts = find(message, askedName, type, 'counts');
    this.kind = kindOf(counts, type);
    this.#message = message;
    this.#askedName = askedName;
    this.#type = type;
    this.#hasAliases = counts.aliasCount > 0;
    this.#hasLaterAliases = counts.laterAliasCount > 0;
  }

  get chain(): readonly Alias[] {
    return this.#hasAliases ? this.#read('aliases').chain : none;
  }

  get laterAliases(): readonly Alias[] {
    return this.#hasLaterAliases ? this.#read('aliases').laterAliases : none;
  }

  get records(): readonly AnswerRecord[] {
    return this.kind === 'DATA' ? this.#read('records').records : none;
  }

  get recordsBeforeFault(): readonly AnswerRecord[] {
    return this.kind === 'BAD' ? this.#read('records').records : none;
  }

  #read(part: Part): Found {
    return find(this.#message, this.#askedName, this.#type, part);
  }
}

function kindOf({ isSound, aliasCount, recordCount }: Found, type: number): ReadAnswer['kind'] {
  if (!isSound) return 'BAD';
  return recordCount > 0 || (type === recordTypes.CNAME && aliasCount > 0) ? 'DATA' : 'ALIAS';
}

/** What is made into values; the rest is counted. */
type Part = 'counts' | 'aliases' | 'records';

interface Found {
  /** No fault up to the end of the section. */
  isSound: boolean;
  aliasCount: number;
  laterAliasCount: number;
  recordCount: number;
  readonly chain: Alias[];
  readonly laterAliases: Alias[];
  readonly records: AnswerRecord[];
}

/** Where a part is counted only, nothing is put in. */
const nothing: never[] = [];

function find(message: Uint8Array, askedName: WireName, type: number, part: Part): Found {
  const found = nothingFound(part);
  const cursor = openAnswer(message);
  if (cursor === undefined) return found;
  let owner = askedName;
  for (let left = readUint16(message, 6); left > 0; left--) {
    if (!nextRecord(cursor)) return found;
    if (cursor.class !== recordClasses.IN) continue;
    if (cursor.type === recordTypes.CNAME) {
      // Like glibc, without regard to the length of the record data.
      if (skipName(message, cursor.rdataStart) < 0) return found;
      owner = spellName(message, cursor.rdataStart);
      takeAlias(found, { target: owner, ttl: cursor.ttl }, type, part);
    } else if (isWanted(cursor, type) && equalsNameAt(message, cursor.ownerStart, owner)) {
      if (!takeRecord(found, cursor, part)) return found;
    }
  }
  found.isSound = true;
  return found;
}

function nothingFound(part: Part): Found {
  if (part !== 'counts') return newFound(part);
  counted.isSound = false;
  counted.aliasCount = 0;
  counted.laterAliasCount = 0;
  counted.recordCount = 0;
  return counted;
}

function newFound(part: Part): Found {
  const isAliases = part === 'aliases';
  return {
    isSound: false,
    aliasCount: 0,
    laterAliasCount: 0,
    recordCount: 0,
    chain: isAliases ? [] : nothing,
    laterAliases: isAliases ? [] : nothing,
    records: part === 'records' ? [] : nothing,
  };
}

/** Every answer is counted, and nobody keeps the counts: one object is written anew for each. */
const counted = newFound('counts');

/** glibc's `ns_rr_cursor_init`: it wants one question, its name uncompressed. */
function openAnswer(message: Uint8Array): RecordCursor | undefined {
  if (message.length < headerBytes || readUint16(message, 4) !== 1) return undefined;
  const nameEnd = skipPlainName(message, headerBytes);
  return nameEnd >= 0 && nameEnd + 4 <= message.length ? openRecords(message, nameEnd + 4) : undefined;
}

function takeAlias(found: Found, alias: Alias, type: number, part: Part): void {
  const isLater = isAddressType(type) && found.recordCount > 0;
  if (isLater) found.laterAliasCount++;
  else found.aliasCount++;
  if (part === 'aliases') (isLater ? found.laterAliases : found.chain).push(alias);
}

/** False: a name in it does not parse. */
function takeRecord(found: Found, { message, type, ttl, rdataStart, rdataEnd }: RecordCursor, part: Part): boolean {
  // An address has no name, and most records are addresses.
  if (isAddressType(type)) {
    if (part === 'records') found.records.push(new PlacedRecord(message, type, ttl, rdataStart, rdataEnd));
  } else {
    const rdata = expandRdata(message, type, rdataStart, rdataEnd);
    if (rdata === undefined) return false;
    if (part === 'records') found.records.push({ type, ttl, rdata });
  }
  found.recordCount++;
  return true;
}

/** Neither OPT, nor another type that says something about the message (RFC 6895 §3.1), nor a signature. */
function isData(type: number): boolean {
  return type !== recordTypes.OPT && (type < 128 || type > 255) && !dnssecTypes.has(type);
}

/** Signatures and proofs do not fit an answer that was rewritten (RFC 4034; SIG and NXT of RFC 2535 likewise). */
const dnssecTypes: ReadonlySet<number> = new Set([24, 30, recordTypes.RRSIG, recordTypes.NSEC, recordTypes.NSEC3]);

function isWanted(cursor: RecordCursor, type: number): boolean {
  if (cursor.type !== type) return type === recordTypes.ANY && isData(cursor.type);
  return !isAddressType(type) || cursor.rdataEnd - cursor.rdataStart === (type === recordTypes.A ? 4 : 16);
}
