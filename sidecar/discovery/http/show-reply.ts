/** A recorded query as `GET /lookup` shows it: the records of the reply as text. */
import { decode, type Answer } from 'dns-packet';
import { recordTypes } from '../../wire/iana.ts';
import { rcodeName } from '../../wire/mnemonics.ts';
import { byteAt } from '../../wire/bytes.ts';
import { encodeName, rootName } from '../../wire/name.ts';
import type { RecordedQuery } from '../../ports/recorded-query.ts';
import type { LookUp, LookupAnswer, LookupQuestion, RecordAnswer } from '../api/lookup.ts';

/** Services that a name is one of, for the page. */
export type MatchesOf = (question: LookupQuestion) => LookupAnswer['Matches'];

export function lookUpBy(query: RecordedQuery, matchesOf: MatchesOf): LookUp {
  return async (question) => {
    const { name, type, client } = question;
    const { bytes, elapsedMs, record } = await query({
      ...{ name: encodeName(name) ?? rootName, type: recordTypes[type], client },
    });
    return {
      Rcode: bytes === undefined ? 'no reply' : rcodeName(byteAt(bytes, 3) & 0x0f),
      Answers: bytes === undefined ? [] : answersOf(bytes),
      Milliseconds: elapsedMs,
      // What the hosts files say goes before the names of services.
      Matches: record.isFromHosts === true ? [] : matchesOf(question),
      Record: record,
    };
  };
}

/** What dns-packet cannot read is shown as what it is called alone. */
function answersOf(bytes: Uint8Array): readonly RecordAnswer[] {
  try {
    return (decode(Buffer.from(bytes)).answers ?? []).map(recordAnswer);
  } catch {
    return [];
  }
}

function recordAnswer(answer: Answer): RecordAnswer {
  const { name, type } = answer;
  const ttl = 'ttl' in answer ? (answer.ttl ?? 0) : 0;
  return { Name: name, Type: type, TTL: ttl, Data: 'data' in answer ? dataText(answer.data) : '' };
}

/** `10 mail.example`, `0 0 80 web.docker`: the members in the order of a zone file, as dns-packet has them. */
function dataText(data: unknown): string {
  if (typeof data === 'string') return data;
  if (data instanceof Uint8Array) return Buffer.from(data).toString('latin1');
  if (Array.isArray(data)) return data.map((part: unknown) => JSON.stringify(dataText(part))).join(' ');
  if (typeof data !== 'object' || data === null) return String(data);
  return Object.values(data).map(dataText).join(' ');
}
