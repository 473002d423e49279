/** A whole reply that is sent again and again: only its ID, some flags, its TTLs and the order of its addresses change. */
import { byteAt, putUint16, putUint32, readUint32 } from '../wire/bytes.ts';
import { isAddressType } from '../wire/iana.ts';
import { nextRecord, openRecords } from '../wire/record-cursor.ts';
import { agedTtl, ttlOffsets } from '../wire/ttl.ts';

export interface KeptReply {
  readonly bytes: Uint8Array;
  /** Where the TTLs stand that are counted down. */
  readonly ttls: readonly number[];
  /** The addresses at the end of the answer, records of one length. */
  readonly block: AddressBlock | undefined;
  /** Records in the answer section. */
  readonly records: number;
  /** Turned by so many addresses the next time. */
  turn: number;
}

interface AddressBlock {
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

export interface ReplyMoment {
  readonly id: number;
  readonly rd: boolean;
  readonly cd: boolean;
  /** The client reads AD. */
  readonly ad: boolean;
  /** Age of the TTLs. */
  readonly ageSeconds: number;
  readonly turns: boolean;
}

/** `bytes`: a message of ours with its question, whose name ends at `nameEnd`. `turn`: where its addresses begin. */
export function keepReply(bytes: Uint8Array, nameEnd: number, turn: number): KeptReply {
  const recordsStart = nameEnd + 4;
  const records = (byteAt(bytes, 6) << 8) | byteAt(bytes, 7);
  return {
    bytes,
    ttls: ttlOffsets(bytes, recordsStart),
    block: addressBlock(bytes, recordsStart, records),
    records,
    turn,
  };
}

/** The reply at this moment, in a buffer of its own. */
export function writeKept(reply: KeptReply, moment: ReplyMoment): Uint8Array {
  const { bytes, ttls, block } = reply;
  const out = Buffer.allocUnsafe(bytes.length);
  out.set(bytes);
  putUint16(out, 0, moment.id);
  out[2] = 0x80 | (byteAt(bytes, 2) & 0x02) | (moment.rd ? 1 : 0);
  out[3] = (byteAt(bytes, 3) & (moment.ad ? 0xaf : 0x8f)) | (moment.cd ? 0x10 : 0);
  if (moment.ageSeconds > 0) {
    for (const offset of ttls) putUint32(out, offset, agedTtl(readUint32(bytes, offset), moment.ageSeconds));
  }
  if (block !== undefined && moment.turns) turnAddresses(out, block, reply);
  return out;
}

/** A block of A or AAAA records at the end of the answer, all of one length: they can change places. */
function addressBlock(bytes: Uint8Array, recordsStart: number, records: number): AddressBlock | undefined {
  const cursor = openRecords(bytes, recordsStart);
  let block: AddressBlock | undefined;
  for (let index = 0; index < records && nextRecord(cursor); index++) {
    if (!isAddressType(cursor.type)) continue;
    const start = cursor.ownerStart;
    const size = cursor.next - start;
    if (block === undefined) block = { start, size, count: 1 };
    else if (size === block.size && start === block.start + size * block.count)
      block = { ...block, count: block.count + 1 };
    else return undefined;
  }
  return block === undefined || block.count < 2 ? undefined : block;
}

function turnAddresses(out: Buffer, { start, size, count }: AddressBlock, reply: KeptReply): void {
  const turn = reply.turn % count;
  reply.turn = turn + 1;
  if (turn === 0) return;
  const end = start + size * count;
  const cut = start + size * turn;
  const first = Buffer.from(out.subarray(start, cut));
  out.copyWithin(start, cut, end);
  out.set(first, end - first.length);
}
