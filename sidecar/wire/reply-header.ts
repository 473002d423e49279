/** What all replies to clients have in common: header flags, the echoed question, OPT, size limits. */
import { byteAt, putUint16 } from './bytes.ts';
import { headerBytes, maxMessageBytes, recordTypes } from './iana.ts';
import type { QueryView } from './message-view.ts';
import { isUncompressed } from './message-view.ts';

/** Length of an OPT record without options (RFC 6891 §6.1.2). */
export const optBytes = 11;

/** UDP payload that we announce, and the largest that we send over a network: no fragments (DNS flag day 2020). */
export const maxUdpPayloadBytes = 1232;

/** Largest UDP payload of an IPv4 packet (RFC 768, RFC 791): what goes from one loopback address to another. */
export const maxLoopbackPayloadBytes = 65_507;

/** UDP payload that every client takes (RFC 1035 §4.2.1). */
export const minUdpPayloadBytes = 512;

export interface ReplyEdns {
  readonly payloadSize?: number;
  /** Copied from the query if not given (RFC 3225 §3). */
  readonly dnssecOk?: boolean;
}

/**
 * Largest reply to this query. `onLoopback`: both ends have loopback addresses. Nothing fragments between them, and
 * programs that announce 4096 bytes or more often have no TCP.
 */
export function replyLimit(query: QueryView, transport: 'udp' | 'tcp', onLoopback = false): number {
  if (transport === 'tcp') return maxMessageBytes;
  const announced = query.edns?.payloadSize ?? minUdpPayloadBytes;
  const maxBytes = onLoopback ? maxLoopbackPayloadBytes : maxUdpPayloadBytes;
  return Math.max(minUdpPayloadBytes, Math.min(announced, maxBytes));
}

/** The client's question section, to be echoed byte for byte; empty when it cannot be read or is compressed. */
export function questionBytes(query: QueryView): Uint8Array {
  return query.bytes.subarray(headerBytes, questionEnd(query));
}

/** Where it ends in the query. */
export function questionEnd({ question }: QueryView): number {
  return question !== undefined && isUncompressed(question) ? question.end : headerBytes;
}

export interface ReplyFlags {
  readonly aa?: boolean;
  readonly tc: boolean;
  readonly ad: boolean;
  /** The low four bits are used. */
  readonly rcode: number;
}

/** Bytes 2 and 3 of a reply: QR and RA set, Z clear; opcode, RD and CD copied. */
export function replyFlags(query: Pick<QueryView, 'opcode' | 'rd' | 'cd'>, flags: ReplyFlags): number {
  return (
    0x8080 |
    (query.opcode << 11) |
    (flags.aa ? 0x0400 : 0) |
    (flags.tc ? 0x0200 : 0) |
    (query.rd ? 0x0100 : 0) |
    (flags.ad ? 0x0020 : 0) |
    (query.cd ? 0x0010 : 0) |
    (flags.rcode & 0x0f)
  );
}

/** The TC bit of a message is set. */
export function isTruncated(message: Uint8Array): boolean {
  return (byteAt(message, 2) & 0x02) !== 0;
}

/** An OPT record of version 0 without options. `rcode` beyond four bits goes into it (RFC 6891 §6.1.3). */
export function optRecord(query: QueryView, rcode: number, edns: ReplyEdns = {}): Uint8Array {
  const record = new Uint8Array(optBytes);
  putUint16(record, 1, recordTypes.OPT);
  putUint16(record, 3, edns.payloadSize ?? maxUdpPayloadBytes);
  record[5] = rcode >> 4;
  record[7] = (edns.dnssecOk ?? query.edns?.dnssecOk ?? false) ? 0x80 : 0;
  return record;
}
