/**
 * Replies that are put together here: the alias chain in order, then the records that the end of the chain owns,
 * in a form that every libc takes.
 *
 * A and AAAA that do not fit are sent in the flattened form with TC: one alias from the asked name to the
 * canonical one, then as many addresses as fit. musl before 1.2.4 ignores TC and lives on what is there.
 */
import type { Alias } from './answer.ts';
import { headerBytes, isAddressType, maxMessageBytes, recordTypes } from './iana.ts';
import type { QueryView } from './message-view.ts';
import {
  appendWhole,
  beginReply,
  finishMessage,
  pointerTo,
  questionPointer,
  writeOwned,
  writeRecord,
} from './message-writer.ts';
import type { MessageWriter } from './message-writer.ts';
import { equalNames } from './name.ts';
import type { WireName } from './name.ts';
import { minUdpPayloadBytes, optBytes, optRecord, questionEnd, replyFlags } from './reply-header.ts';
import type { ReplyEdns } from './reply-header.ts';

export interface ReplyInput {
  /** Its ID, opcode, RD, CD and question bytes are echoed. */
  readonly query: QueryView;
  /** Values over 15 need `edns`. */
  readonly rcode: number;
  /** Type of the records that do not name their own. */
  readonly type: number;
  /** The first owner is the question's name, each further one the target before. */
  readonly chain: readonly Alias[];
  /** The canonical name, which the flattened form leads to; without it the end of the chain. */
  readonly canonical?: WireName | undefined;
  /** Owned by the end of the chain; names in the data spelled out. */
  readonly records: readonly ReplyRecord[];
  /** Whether the reply carries OPT: if and only if the query did. */
  readonly edns: boolean | ReplyEdns;
  readonly ad: boolean;
  /** The name is answered for here: AA is set, and without records the SOA of its zone stands in the authority section. */
  readonly authority?: { readonly soa: OwnedRecord | undefined } | undefined;
  /** Records in the answer section of A and AAAA, aliases included; 0 and undefined are no limit. */
  readonly maxRecords?: number | undefined;
}

export interface ReplyRecord {
  readonly type?: number;
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

export interface OwnedRecord extends ReplyRecord {
  readonly owner: WireName;
  readonly type: number;
}

export interface ComposedReply {
  readonly bytes: Uint8Array;
  /** TC is set: something did not fit. What `maxRecords` left out does not count. */
  readonly truncated: boolean;
}

/** `limit` as `replyLimit` gives it: over UDP taken as at least 512, over TCP as 65535. */
export function composeReply(input: ReplyInput, limit: number, form: 'udp' | 'tcp'): ComposedReply {
  const { query, edns } = input;
  const size = form === 'tcp' ? maxMessageBytes : Math.max(limit, minUdpPayloadBytes);
  const bodySize = edns === false ? size : size - optBytes;
  const end = questionEnd(query);
  const { chain, records } = limitAnswer(input);

  let writer = beginReply(query.bytes, end, bodySize);
  const truncated = !(writeChain(writer, chain) && writeRecords(writer, input.type, chain.at(-1)?.target, records));
  if (truncated && isAddressType(input.type)) {
    writer = beginReply(query.bytes, end, bodySize);
    writeFlattened(writer, input, chain, records);
  }
  writeSoa(writer, input);
  if (edns !== false) {
    writer.limit = size;
    writer.section = 'additional';
    appendWhole(writer, optRecord(query, input.rcode, edns === true ? {} : edns));
  }
  // A part of the addresses, behind an alias of our making, is not what the upstream vouches for.
  const aa = input.authority !== undefined;
  const flags = replyFlags(query, { aa, tc: truncated, ad: input.ad && !truncated, rcode: input.rcode });
  return { bytes: finishMessage(writer, query.id, flags, end > headerBytes ? 1 : 0), truncated };
}

function writeSoa(writer: MessageWriter, { authority }: ReplyInput): void {
  if (authority?.soa === undefined) return;
  writer.section = 'authority';
  writeRecord(writer, authority.soa);
}

/** Aliases count towards the limit; a chain that would leave no room for an address shrinks to one alias, or none. */
function limitAnswer(input: ReplyInput): Pick<ReplyInput, 'chain' | 'records'> {
  const { maxRecords, chain, records } = input;
  if (maxRecords === undefined || maxRecords <= 0 || !isAddressType(input.type)) return input;
  if (chain.length + records.length <= maxRecords) return input;
  const aliasRoom = records.length > 0 ? maxRecords - 1 : maxRecords;
  const kept = chain.length <= aliasRoom ? chain : shortenChain(chain, input.canonical).slice(0, aliasRoom);
  return { chain: kept, records: records.slice(0, maxRecords - kept.length) };
}

/** The whole chain as one alias, good for as long as its shortest-lived part. */
function shortenChain(chain: readonly Alias[], canonical: WireName | undefined): Alias[] {
  const last = chain.at(-1);
  if (last === undefined) return [];
  return [
    { target: canonical ?? last.target, ttl: chain.reduce((least, alias) => Math.min(least, alias.ttl), last.ttl) },
  ];
}

function writeChain(writer: MessageWriter, chain: readonly Alias[]): boolean {
  let owner: WireName | number = questionPointer;
  for (const alias of chain) {
    if (!writeAlias(writer, owner, alias)) return false;
    owner = alias.target;
  }
  return true;
}

function writeAlias(writer: MessageWriter, owner: WireName | number, alias: Alias): boolean {
  const { target, ttl } = alias;
  return writeOwned(writer, owner, { ttl, rdata: target }, recordTypes.CNAME);
}

/** False at the first record that does not fit. */
function writeRecords(
  writer: MessageWriter,
  type: number,
  owner: WireName | undefined,
  records: readonly ReplyRecord[],
): boolean {
  let reference: WireName | number = owner ?? questionPointer;
  for (const record of records) {
    if (typeof reference !== 'number') reference = pointerTo(writer, reference) ?? reference;
    if (!writeOwned(writer, reference, record, record.type ?? type)) return false;
  }
  return true;
}

/** Bytes of an address record in front of the address, its owner being a pointer. */
const pointedRecordBytes = 12;

function writeFlattened(
  writer: MessageWriter,
  input: ReplyInput,
  chain: readonly Alias[],
  records: readonly ReplyRecord[],
): void {
  const [alias] = shortenChain(chain, input.canonical);
  const asked = input.query.question?.name;
  let owner: WireName | undefined;
  if (alias !== undefined && (asked === undefined || !equalNames(alias.target, asked))) {
    // Without an address beside it the alias stays out: an empty truncated reply is "no such name" to old musl.
    const { limit } = writer;
    if (records[0] !== undefined) writer.limit -= pointedRecordBytes + records[0].rdata.length;
    if (writeAlias(writer, questionPointer, alias)) owner = alias.target;
    writer.limit = limit;
  }
  writeRecords(writer, input.type, owner, records);
}
