/** What a reply says, read without the leniency of any library. */
import { formatAddress } from './address.ts';
import { TYPE_A, TYPE_AAAA, TYPE_CNAME } from './lookup.ts';
import { HEADER_BYTES, number16, readHeader, readName, readQuestion } from './message.ts';

export interface ReplySummary {
  readonly kind: ReplyKind;
  readonly rcode: number;
  /** Of the asked type, whoever owns them. */
  readonly addresses: readonly string[];
  /** TC: there is more, over TCP. */
  readonly isTruncated: boolean;
  readonly bytes: number;
}

/**
 * `addresses`, `alias` (one that leads nowhere), `empty`: NOERROR, by what the answer section has. `lame`: an empty
 * reply of a server that has nothing to do with the name (neither authoritative nor recursive). `unreadable`: no
 * message, or one with a fault.
 */
export type ReplyKind = 'addresses' | 'alias' | 'empty' | 'lame' | 'error' | 'unreadable';

const RECORD_FIXED_BYTES = 10;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { [TYPE_A]: 4, [TYPE_AAAA]: 16 };

export function summarizeReply(message: Uint8Array, askedType: number): ReplySummary {
  const bytes = message.length;
  const addresses: string[] = [];
  if (bytes < HEADER_BYTES) return { kind: 'unreadable', rcode: 0, addresses, isTruncated: false, bytes };
  const { rcode, truncated: isTruncated, ...header } = readHeader(message);
  const summary = (kind: ReplyKind): ReplySummary => ({ kind, rcode, addresses, isTruncated, bytes });
  if (rcode !== 0) return summary('error');
  let at: number | undefined = header.questionCount === 0 ? HEADER_BYTES : readQuestion(message)?.end;
  let hasAlias = false;
  for (let i = 0; i < header.answerCount; i++) {
    const owner = at === undefined ? undefined : readName(message, at);
    if (owner === undefined || owner.end + RECORD_FIXED_BYTES > bytes) return summary('unreadable');
    const type = number16(message, owner.end);
    const length = number16(message, owner.end + 8);
    const data = owner.end + RECORD_FIXED_BYTES;
    at = data + length;
    if (at > bytes) return summary('unreadable');
    if (type === TYPE_CNAME) hasAlias = true;
    if (type === askedType && length === ADDRESS_BYTES[type]) addresses.push(formatAddress(message.subarray(data, at)));
  }
  if (addresses.length > 0) return summary('addresses');
  if (hasAlias) return summary('alias');
  const { answerCount, additionalCount, authoritative, recursionAvailable } = header;
  const isLame = answerCount === 0 && additionalCount === 0 && !authoritative && !recursionAvailable;
  return summary(isLame ? 'lame' : 'empty');
}
