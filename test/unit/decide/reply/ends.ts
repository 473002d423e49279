/**
 * Ends of searches and reply plans as texts. An end: `POS foo.a; A DATA x.test@30 #1 #2; AAAA EMPTY; bare name NX`, that is
 * the code of the end with the name that was found, the replies to both questions, and the outcome of the name as it is (`as it is`: it is
 * what was asked). A reply: its
 * class, aliases in their order with a TTL where it matters, records by number with a TTL (`#1@9`), `later:z.test` for an
 * alias behind the first record, `ad` where the server vouched for it.
 */
import type {
  CandidateOutcome,
  OutcomeCode,
  UpstreamReply,
} from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { isAgain, rcodeOf, recordsOf } from '../../../../sidecar/decide/reply/reply-plan.ts';
import type { ReplyPlan } from '../../../../sidecar/decide/reply/reply-plan.ts';
import type { SearchEnd, EndCode } from '../../../../sidecar/decide/search/candidates.ts';
import type { Alias, AnswerRecord, ReadAnswer } from '../../../../sidecar/wire/answer.ts';
import { encodeName, formatName } from '../../../../sidecar/wire/name.ts';
import type { WireName } from '../../../../sidecar/wire/name.ts';
import { replyOf } from '../replies.ts';

const defaultTtl = 60;
const rcodeNames: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  5: 'REFUSED',
};

export function nameOf(text: string): WireName {
  const name = encodeName(text);
  if (name === undefined) throw new Error(`no such name: ${text}`);
  return name;
}

export function endOf(text: string): SearchEnd {
  const [head = '', ...parts] = text.split(';').map((part) => part.trim());
  const [code = '', found, rcode] = head.split(' ');
  const half = (type: string): UpstreamReply | undefined => {
    const part = parts.find((one) => one.startsWith(`${type} `));
    return part === undefined ? undefined : readReply(part.slice(type.length + 1));
  };
  const outcome: CandidateOutcome = {
    code: outcomes[code as EndCode],
    halves: [half('A'), half('AAAA')],
    rcode: Number(rcode ?? 0),
  };
  const bareName = parts.find((part) => part.startsWith('bare name '))?.slice('bare name '.length);
  const isAsIs = parts.includes('as it is');
  const isFound = found !== undefined && found !== '-';
  return {
    code: code as EndCode,
    candidate: isFound ? { name: nameOf(found), asIs: false, laterEntries: 0, laterAsIs: false } : undefined,
    outcome: head.includes('DEAD') ? { ...outcome, code: 'DEAD' } : outcome,
    asIs: isAsIs ? outcome : bareName === undefined ? undefined : bareOutcome(bareName),
  };
}

const outcomes: Readonly<Record<EndCode, OutcomeCode>> = {
  POS: 'POS',
  NONAME: 'NX',
  NODATA: 'NODATA',
  AGAIN: 'TEMP',
  NORECOVERY: 'FATAL',
  LOCAL: 'NX',
};

/** `NX`, `POS DATA #1`: the outcome, and the reply to the A question. */
function bareOutcome(text: string): CandidateOutcome {
  const [code = '', ...reply] = text.split(' ');
  const half = reply.length === 0 ? undefined : readReply(reply.join(' '));
  return { code: code as OutcomeCode, halves: [half, undefined], rcode: 0 };
}

export function readReply(text: string): UpstreamReply {
  const [word = '', ...tokens] = text.split(' ');
  const reply = replyOf(word);
  const message = new Uint8Array(12 + tokens.length);
  if (tokens.includes('ad')) message[3] = 0x20;
  const records = tokens.filter((token) => token.startsWith('#')).map(recordOf);
  const aliases = tokens.filter((token) => token !== 'ad' && !token.startsWith('#') && !token.startsWith('later:'));
  const later = tokens.filter((token) => token.startsWith('later:')).map((token) => token.slice('later:'.length));
  const answer: ReadAnswer | undefined =
    word === 'DATA' || word === 'ALIAS' || word === 'BAD'
      ? {
          kind: word,
          chain: aliases.map(aliasOf),
          laterAliases: later.map(aliasOf),
          records: word === 'DATA' ? records : [],
          recordsBeforeFault: word === 'BAD' ? records : [],
        }
      : undefined;
  return { ...reply, message, answer };
}

function recordOf(token: string): AnswerRecord {
  const [number = '', ttl] = token.slice(1).split('@');
  return { type: 1, ttl: Number(ttl ?? defaultTtl), rdata: Uint8Array.of(Number(number)) };
}

function aliasOf(token: string): Alias {
  const [target = '', ttl] = token.split('@');
  return { target: nameOf(target), ttl: Number(ttl ?? defaultTtl) };
}

/** `NOERROR x.test@30 #1 #2, canonical x.test, ad`. */
export function textOfPlan(plan: ReplyPlan): string {
  const [rcode, rcodeWithEdns] = [rcodeOf(plan, false), rcodeOf(plan, true)];
  const { chain, canonical, records } = recordsOf(plan);
  const ttl = (seconds: number): string => (seconds === defaultTtl ? '' : `@${seconds}`);
  const words = [
    nameOfRcode(rcode),
    ...chain.map((alias) => `${formatName(alias.target)}${ttl(alias.ttl)}`),
    ...records.map((record) => `#${record.rdata[0]}${ttl(record.ttl)}`),
  ];
  return [
    words.join(' '),
    ...(canonical === undefined ? [] : [`canonical ${formatName(canonical)}`]),
    ...(rcodeWithEdns === rcode ? [] : [`with OPT ${nameOfRcode(rcodeWithEdns)}`]),
    ...(plan.form === 'whole' ? ['whole'] : []),
    ...(plan.authentic ? ['ad'] : []),
    ...(isAgain(plan) ? ['again'] : []),
  ].join(', ');
}

function nameOfRcode(rcode: number): string {
  return rcodeNames[rcode] ?? `rcode ${rcode}`;
}
