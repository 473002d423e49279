/** What a reply says, read without the leniency of any library. */
import { formatAddress } from './address.ts';
import { addressBytes, typeCname } from './lookup.ts';
import { headerBytes, isLame, readHeader, readQuestion, readRecord } from './message.ts';

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

export function summarizeReply(message: Uint8Array, askedType: number): ReplySummary {
  const bytes = message.length;
  const addresses: string[] = [];
  if (bytes < headerBytes) return { kind: 'unreadable', rcode: 0, addresses, isTruncated: false, bytes };
  const header = readHeader(message);
  const { rcode, truncated: isTruncated } = header;
  const summary = (kind: ReplyKind): ReplySummary => ({ kind, rcode, addresses, isTruncated, bytes });
  if (rcode !== 0) return summary('error');
  let at: number | undefined = header.questionCount === 0 ? headerBytes : readQuestion(message)?.end;
  let hasAlias = false;
  for (let i = 0; i < header.answerCount; i++) {
    const record = at === undefined ? undefined : readRecord(message, at);
    if (record === undefined) return summary('unreadable');
    const { type, data } = record;
    at = record.end;
    if (type === typeCname) hasAlias = true;
    if (type === askedType && data.length === addressBytes[type]) addresses.push(formatAddress(data));
  }
  if (addresses.length > 0) return summary('addresses');
  if (hasAlias) return summary('alias');
  return summary(isLame(header) ? 'lame' : 'empty');
}
