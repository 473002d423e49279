/**
 * Whether a message that came from an upstream is the reply to a question, and what it says
 * (glibc `send_dg`, `send_vc` in resolv/res_send.c).
 *
 * Header counts and the low four rcode bits decide. QR is ignored, as by glibc.
 */
import { byteAt, readUint16 } from './bytes.ts';
import { readAnswer } from './answer.ts';
import type { ReadAnswer } from './answer.ts';
import { headerBytes, isAddressType, rcodes } from './iana.ts';
import type { WireName } from './name.ts';
import { equalsNameAt, skipName } from './packed-name.ts';

export type ReplyClass = 'TC' | 'SF' | 'NI' | 'RF' | 'LAME' | 'DATA' | 'ALIAS' | 'BAD' | 'EMPTY' | 'NX' | 'ODD';

/** What was asked upstream. */
export interface ExpectedReply {
  readonly id: number;
  readonly name: WireName;
  readonly type: number;
  readonly class: number;
}

/** `id`: another ID. `question`: not exactly the one question. Both are ignored, and the wait goes on. */
export type IgnoreReason = 'id' | 'question';

export type ClassifiedReply =
  | { readonly accept: false; readonly reason: IgnoreReason }
  /** Shorter than a header, or of no length: ends the wait for this server. */
  | { readonly accept: 'undersized' | 'empty' }
  | {
      readonly accept: true;
      readonly class: ReplyClass;
      /** The low four bits. */
      readonly rcode: number;
      /** For A and AAAA with a class of DATA, ALIAS or BAD. */
      readonly answer?: ReadAnswer;
    };

/** With `tcpIdOnly` a TCP reply is taken by its ID alone, as glibc does. */
export function classifyReply(
  bytes: Uint8Array,
  expected: ExpectedReply,
  transport: 'udp' | 'tcp',
  tcpIdOnly = false,
): ClassifiedReply {
  if (bytes.length < headerBytes) return { accept: bytes.length === 0 ? 'empty' : 'undersized' };
  if (readUint16(bytes, 0) !== expected.id) return { accept: false, reason: 'id' };
  const byIdAlone = transport === 'tcp' && tcpIdOnly;
  if (!byIdAlone && !isAnswerTo(bytes, expected)) return { accept: false, reason: 'question' };

  const rcode = byteAt(bytes, 3) & 0x0f;
  const replyClass = classOfHeader(bytes, rcode, transport);
  if (replyClass !== 'DATA' || !isAddressType(expected.type)) return { accept: true, class: replyClass, rcode };
  const answer = readAnswer(bytes, expected.name, expected.type);
  return { accept: true, class: answer.kind, rcode, answer };
}

/**
 * DATA stands for any answer; the records decide the rest. Truncation counts for less than a reply that sends to the
 * next server: glibc's send_dg looks at SERVFAIL, NOTIMP, REFUSED and a lame delegation before it looks at TC.
 */
function classOfHeader(bytes: Uint8Array, rcode: number, transport: 'udp' | 'tcp'): ReplyClass {
  if (rcode === rcodes.SERVFAIL) return 'SF';
  if (rcode === rcodes.NOTIMP) return 'NI';
  if (rcode === rcodes.REFUSED) return 'RF';
  const empty = rcode === rcodes.NOERROR && readUint16(bytes, 6) === 0;
  if (empty && isLame(bytes)) return 'LAME';
  if (transport === 'udp' && (byteAt(bytes, 2) & 0x02) !== 0) return 'TC';
  if (rcode === rcodes.NXDOMAIN) return 'NX';
  if (rcode !== rcodes.NOERROR) return 'ODD';
  return empty ? 'EMPTY' : 'DATA';
}

/** An empty reply of a server that neither owns the name nor recurses for it. */
function isLame(bytes: Uint8Array): boolean {
  const authoritative = (byteAt(bytes, 2) & 0x04) !== 0;
  const recursive = (byteAt(bytes, 3) & 0x80) !== 0;
  return !authoritative && !recursive && readUint16(bytes, 10) === 0;
}

/** Exactly the one question, or a bare header that says SERVFAIL, NOTIMP or REFUSED (glibc 2.41, bug 31890). */
function isAnswerTo(bytes: Uint8Array, expected: ExpectedReply): boolean {
  const qdcount = readUint16(bytes, 4);
  if (qdcount === 0 && bytes.length === headerBytes) {
    const rcode = byteAt(bytes, 3) & 0x0f;
    return rcode === rcodes.SERVFAIL || rcode === rcodes.NOTIMP || rcode === rcodes.REFUSED;
  }
  return qdcount === 1 && asksFor(bytes, expected.name, expected.type, expected.class);
}

function asksFor(bytes: Uint8Array, name: WireName, type: number, recordClass: number): boolean {
  const end = skipName(bytes, headerBytes);
  return (
    end >= 0 &&
    end + 4 <= bytes.length &&
    readUint16(bytes, end) === type &&
    readUint16(bytes, end + 2) === recordClass &&
    equalsNameAt(bytes, headerBytes, name)
  );
}
