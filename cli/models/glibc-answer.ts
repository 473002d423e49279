/**
 * glibc's `gaih_getanswer_slice` and `getanswer_r` (resolv/nss_dns/dns-host.c): one accepted reply to addresses and
 * canonical name.
 */
import { formatAddress } from './address.ts';
import { addressBytes, typeCname } from './lookup.ts';
import { readHeader, readName, readQuestion, readRecord, type RecordInMessage } from './message.ts';

export interface GlibcAnswer {
  /** `unavailable`: the reply did not parse to its end. */
  readonly status: 'success' | 'not-found' | 'unavailable';
  readonly addresses: readonly string[];
  readonly canonicalName?: string;
}

const classIn = 1;

/**
 * This function ignores the rcode; each alias becomes the expected owner, whoever owns it. In a call for both families
 * the canonical name is settled at the first address; in a call for one, aliases behind it count, too.
 */
export function readGlibcAnswer(reply: Uint8Array, forBoth: boolean): GlibcAnswer {
  const addresses: string[] = [];
  const question = readQuestion(reply);
  if (question === undefined) return { status: 'unavailable', addresses };
  let expected = question.name;
  let canonical = question.name;
  const answer = (status: GlibcAnswer['status']): GlibcAnswer => ({
    status,
    addresses,
    ...(addresses.length === 0 ? {} : { canonicalName: canonical }),
  });
  const { answerCount } = readHeader(reply);
  if (answerCount === 0 || !isGlibcHostName(question.name)) return answer('not-found');
  let at = question.end;
  for (let i = 0; i < answerCount; i++) {
    const record = readRecord(reply, at);
    if (record === undefined) return answer('unavailable');
    at = record.end;
    if (record.class !== classIn) continue;
    if (record.type === typeCname) {
      const target = readName(reply, record.dataStart);
      if (target === undefined) return answer('unavailable');
      expected = target.text;
      if (isGlibcHostName(expected) && !(forBoth && addresses.length > 0)) canonical = expected;
    } else if (record.type === question.type && isAddressOf(record, expected))
      addresses.push(formatAddress(record.data));
  }
  return answer(addresses.length > 0 ? 'success' : 'not-found');
}

function isAddressOf({ owner, type, data }: RecordInMessage, expected: string): boolean {
  return owner.toLowerCase() === expected.toLowerCase() && data.length === addressBytes[type];
}

/** `res_hnok`: letters, digits, `-` and `_` in labels; no `-` at the very beginning. */
export function isGlibcHostName(name: string): boolean {
  return name === '' || (/^[\w.-]+$/.test(name) && !name.startsWith('-') && !name.startsWith('.'));
}
