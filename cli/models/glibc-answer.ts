/**
 * glibc's `gaih_getanswer_slice` and `getanswer_r` (resolv/nss_dns/dns-host.c): one accepted reply to addresses and
 * canonical name.
 */
import { formatAddress } from './address.ts';
import { TYPE_A, TYPE_AAAA, TYPE_CNAME } from './lookup.ts';
import { number16, readHeader, readName, readQuestion } from './message.ts';

export interface GlibcAnswer {
  /** `unavailable`: the reply did not parse to its end. */
  readonly status: 'success' | 'not-found' | 'unavailable';
  readonly addresses: readonly string[];
  readonly canonicalName?: string;
}

const CLASS_IN = 1;
const RECORD_FIXED_BYTES = 10;

/**
 * The rcode is not looked at here; each alias becomes the expected owner, whoever owns it. In a call for both families
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
    const owner = readName(reply, at);
    if (owner === undefined || owner.end + RECORD_FIXED_BYTES > reply.length) return answer('unavailable');
    const type = number16(reply, owner.end);
    const length = number16(reply, owner.end + 8);
    const data = owner.end + RECORD_FIXED_BYTES;
    if (data + length > reply.length) return answer('unavailable');
    at = data + length;
    if (number16(reply, owner.end + 2) !== CLASS_IN) continue;
    if (type === TYPE_CNAME) {
      const target = readName(reply, data);
      if (target === undefined) return answer('unavailable');
      expected = target.text;
      if (isGlibcHostName(expected) && !(forBoth && addresses.length > 0)) canonical = expected;
    } else if (
      type === question.type &&
      expected.toLowerCase() === owner.text.toLowerCase() &&
      length === (type === TYPE_A ? 4 : type === TYPE_AAAA ? 16 : -1)
    )
      addresses.push(formatAddress(reply.subarray(data, at)));
  }
  return answer(addresses.length > 0 ? 'success' : 'not-found');
}

/** `res_hnok`: letters, digits, `-` and `_` in labels; no `-` at the very beginning. */
export function isGlibcHostName(name: string): boolean {
  return name === '' || (/^[\w.-]+$/.test(name) && !name.startsWith('-') && !name.startsWith('.'));
}
