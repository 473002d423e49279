/** A reply from upstream for a record: what it says, and what is made of it. */
import type { ReplyKind, ReplyRecord, ReplyUse } from '../../shared/report/lookup-record.ts';
import { formatAddressBytes } from '../../shared/values/address-bytes.ts';
import { readAnswer } from '../wire/answer.ts';
import { byteAt } from '../wire/bytes.ts';
import { classifyReply, type ExpectedReply, type ReplyClass } from '../wire/classify-reply.ts';
import { headerBytes, isAddressType } from '../wire/iana.ts';

export interface ReadReply {
  readonly reply: ReplyRecord;
  readonly use: ReplyUse;
}

export function readReply(bytes: Uint8Array, expected: ExpectedReply, transport: 'udp' | 'tcp'): ReadReply {
  const classified = classifyReply(bytes, expected, transport, true);
  const rcode = bytes.length < headerBytes ? 0 : byteAt(bytes, 3) & 0x0f;
  const isTruncated = bytes.length >= headerBytes && (byteAt(bytes, 2) & 0x02) !== 0;
  const nothing = { rcode, addresses: [], isTruncated, bytes: bytes.length };
  if (classified.accept !== true) {
    const use = classified.accept === false ? 'ignored' : 'next-server';
    return { reply: { ...nothing, kind: 'unreadable' }, use };
  }
  const isAnswer = rcode === 0 && isAddressType(expected.type);
  const answer = isAnswer ? readAnswer(bytes, expected.name, expected.type) : undefined;
  const addresses = (answer?.records ?? []).map(({ rdata }) => formatAddressBytes(rdata));
  const kind = addresses.length > 0 ? 'addresses' : kinds[classified.class];
  return { reply: { ...nothing, addresses, kind }, use: useOf(classified.class, transport) };
}

const kinds: Readonly<Record<ReplyClass, ReplyKind>> = {
  TC: 'empty',
  SF: 'error',
  NI: 'error',
  RF: 'error',
  LAME: 'lame',
  DATA: 'empty',
  ALIAS: 'alias',
  BAD: 'unreadable',
  EMPTY: 'empty',
  NX: 'error',
  ODD: 'error',
};

/** Over TCP any reply counts (glibc `send_vc`). */
function useOf(replyClass: ReplyClass, transport: 'udp' | 'tcp'): ReplyUse {
  if (replyClass === 'TC') return 'over-tcp';
  const isFailover = ['SF', 'NI', 'RF', 'LAME'].includes(replyClass);
  return isFailover && transport === 'udp' ? 'next-server' : 'taken';
}
