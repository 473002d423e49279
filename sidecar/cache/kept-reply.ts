/**
 * A whole reply that is sent again and again: only its ID, some flags, its TTLs and the order of its addresses change.
 *
 * Bytes and offsets are kept as strings, one character each: a buffer of its own takes 300 bytes beside its content.
 */
import { putUint16, putUint32, readUint16, readUint32 } from '../wire/bytes.ts';
import { isAddressType } from '../wire/iana.ts';
import { nextRecord, openRecords } from '../wire/record-cursor.ts';
import { agedTtl, ttlOffsets } from '../wire/ttl.ts';

export interface KeptReply {
  readonly bytes: string;
  /** Where the TTLs stand that are counted down. */
  readonly ttls: string;
  /** Records in the answer section. */
  readonly records: number;
  /** The addresses at the end of the answer, so many records of one length; 0 where they do not change places. */
  readonly addresses: number;
  readonly addressesStart: number;
  readonly addressBytes: number;
  /** Turned by so many addresses the next time. */
  turn: number;
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

/** `message`: one of ours, the name of whose question ends at `nameEnd`. `turn`: where its addresses begin. */
export function keepReply(message: Uint8Array, nameEnd: number, turn: number): KeptReply {
  const recordsStart = nameEnd + 4;
  const records = readUint16(message, 6);
  return {
    bytes: Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1'),
    ttls: String.fromCharCode(...ttlOffsets(message, recordsStart)),
    records,
    ...addressBlock(message, recordsStart, records),
    turn,
  };
}

/** The reply at this moment, in a buffer of its own. */
export function writeKept(reply: KeptReply, moment: ReplyMoment): Uint8Array {
  const { bytes, ttls } = reply;
  const out = Buffer.allocUnsafe(bytes.length);
  out.write(bytes, 'latin1');
  putUint16(out, 0, moment.id);
  out[2] = 0x80 | (bytes.charCodeAt(2) & 0x02) | (moment.rd ? 1 : 0);
  out[3] = (bytes.charCodeAt(3) & (moment.ad ? 0xaf : 0x8f)) | (moment.cd ? 0x10 : 0);
  if (moment.ageSeconds > 0) {
    for (let index = 0; index < ttls.length; index++) {
      const offset = ttls.charCodeAt(index);
      putUint32(out, offset, agedTtl(readUint32(out, offset), moment.ageSeconds));
    }
  }
  if (moment.turns && reply.addresses > 0) turnAddresses(out, reply);
  return out;
}

type AddressBlock = Pick<KeptReply, 'addresses' | 'addressesStart' | 'addressBytes'>;

const noBlock: AddressBlock = { addresses: 0, addressesStart: 0, addressBytes: 0 };

/** A block of A or AAAA records at the end of the answer, all of one length: they can change places. */
function addressBlock(message: Uint8Array, recordsStart: number, records: number): AddressBlock {
  const cursor = openRecords(message, recordsStart);
  let { addresses, addressesStart, addressBytes } = noBlock;
  for (let index = 0; index < records && nextRecord(cursor); index++) {
    if (!isAddressType(cursor.type)) continue;
    const size = cursor.next - cursor.ownerStart;
    if (addresses === 0) {
      addressesStart = cursor.ownerStart;
      addressBytes = size;
    } else if (size !== addressBytes || cursor.ownerStart !== addressesStart + size * addresses) return noBlock;
    addresses += 1;
  }
  return addresses < 2 ? noBlock : { addresses, addressesStart, addressBytes };
}

function turnAddresses(out: Buffer, reply: KeptReply): void {
  const { addresses, addressesStart: start, addressBytes: size } = reply;
  const turn = reply.turn % addresses;
  reply.turn = turn + 1;
  if (turn === 0) return;
  const cut = start + size * turn;
  const first = Buffer.from(out.subarray(start, cut));
  out.copyWithin(start, cut, start + size * addresses);
  out.set(first, start + size * (addresses - turn));
}
