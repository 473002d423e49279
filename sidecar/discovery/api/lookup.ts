/** `GET /lookup?name=&type=&client=`: how a name is answered now, with the record of the lookup. */
import { parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { shownText } from '../../../shared/values/shown-text.ts';
import type { LookupRecord } from '../../../shared/report/lookup-record.ts';
import { encodeName } from '../../wire/name.ts';
import { jsonResponse, refusal, type ApiResponse, type Fault } from './message.ts';

export interface LookupQuestion {
  readonly name: string;
  readonly type: LookupType;
  /** Whose view it is: which network's addresses a container is answered with. */
  readonly client: string;
}

export const lookupTypes = ['A', 'AAAA', 'PTR', 'SRV', 'MX', 'SOA', 'TXT', 'CNAME', 'NS', 'ANY'] as const;
export type LookupType = (typeof lookupTypes)[number];

export interface LookupAnswer {
  readonly Rcode: string;
  readonly Answers: readonly RecordAnswer[];
  readonly Milliseconds: number;
  /** Services that the name is one of, and which of their names it is. Empty: it went the normal way. */
  readonly Matches: readonly { readonly Id: string; readonly Name: string; readonly From: string }[];
  /** What was asked of nameservers. */
  readonly Record: LookupRecord;
}

export interface RecordAnswer {
  readonly Name: string;
  readonly Type: string;
  readonly TTL: number;
  readonly Data: string;
}

/** Asks as a client would, past everything that is remembered. */
export type LookUp = (question: LookupQuestion) => Promise<LookupAnswer>;

export type AnswerLookup = (query: URLSearchParams) => Promise<ApiResponse>;

/** A lookup may wait for 45 s. */
export const maxLookups = 8;

export function answerLookups(lookUp: LookUp): AnswerLookup {
  let underWay = 0;
  return async (query) => {
    const read = readQuestion(query);
    if ('faults' in read)
      return refusal('bad-request', read.faults.map(({ member, message }) => `${member}: ${message}`).join('; '), read);
    if (underWay >= maxLookups) return refusal('too-many-lookups', `${maxLookups} lookups are under way already`);
    underWay += 1;
    try {
      const { name, type, client } = read.question;
      return jsonResponse(200, { Name: name, Type: type, Client: client, ...(await lookUp(read.question)) });
    } finally {
      underWay -= 1;
    }
  };
}

type ReadQuestion = { readonly question: LookupQuestion } | { readonly faults: readonly Fault[] };

/** Exported for its table. */
export function readQuestion(query: URLSearchParams): ReadQuestion {
  const name = query.get('name') ?? '';
  const typeText = (query.get('type') ?? 'A').toUpperCase();
  const client = query.get('client') ?? '127.0.0.1';
  const type = lookupTypes.find((known) => known === typeText);
  const faults: Fault[] = [
    ...(name !== '' && encodeName(name) !== undefined
      ? []
      : [{ member: 'name', message: `${shown(name)} is no domain name` }]),
    ...(parseAddressBytes(client)
      ? []
      : [{ member: 'client', message: `${shown(client)} is no IPv4 or IPv6 address` }]),
  ];
  if (type === undefined)
    faults.push({ member: 'type', message: `${shown(typeText)} is none of ${lookupTypes.join(', ')}` });
  return faults.length > 0 || type === undefined ? { faults } : { question: { name, type, client } };
}

function shown(text: string): string {
  return text === '' ? 'nothing' : shownText(text, 100);
}
