/** Reads what the clients print. */
import { isIP } from 'node:net';
import type { Observation } from '../support/observation/observation.ts';
import { observationOf, type Seen } from './seen.ts';

/** The programs of `programs/`: a line of JSON for each call. */
export function readProgram(output: string): Map<string, Observation> {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return new Map(
    lines.map((line) => {
      const { call, ...seen } = JSON.parse(line) as Seen & { call: string };
      return [call, observationOf(seen)];
    }),
  );
}

const outcomesOfRcodes: Readonly<Record<string, string>> = {
  NXDOMAIN: 'NONAME',
  SERVFAIL: 'AGAIN',
  REFUSED: 'AGAIN',
};

/** dig's full output for one question. */
export function readDig(output: string): Observation {
  const status = /status: ([A-Z]+)/.exec(output)?.[1];
  if (status === undefined) return observationOf({ outcome: 'FAILED', code: lastLine(output) });
  const asked = /^;(\S+)\s+IN\s+\S+$/m.exec(output)?.[1] ?? '';
  const section = /;; ANSWER SECTION:\n((?:.+\n)*)/.exec(output)?.[1] ?? '';
  const answers = [...section.matchAll(/^(\S+)\s+\d+\s+IN\s+(\S+)\s+(.*)$/gm)]
    .map(([, owner = '', type = '', data = '']) => ({ owner, type, data }))
    .filter(({ type }) => type !== 'CNAME');
  const outcome =
    status === 'NOERROR' ? (answers.length > 0 ? 'OK' : 'NODATA') : (outcomesOfRcodes[status] ?? 'FAILED');
  if (outcome !== 'OK') return observationOf({ outcome, code: status, asked });
  const data = answers.map(({ data }) => data.replace(/^"(.*)"$/, '$1'));
  const isAddress = isIP(data[0] ?? '') !== 0;
  const found = isAddress ? { addresses: data } : { records: data };
  return observationOf({ outcome, ...found, canonical: answers[0]?.owner ?? '', asked });
}

/** BusyBox's `nslookup`: it asks several questions and shows all answers; the server's address comes first. */
export function readNslookup(output: string): Observation {
  const text = output.slice(output.indexOf('\n\n') + 2);
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found.trim());
  const addresses = all(/^Address: (\S+)$/gm);
  const records = all(/^\S+\t(?:name|text|mail exchanger|service) = "?(.+?)"?$/gm);
  const [canonical] = all(/^Name:\t(\S+)$/gm);
  if (addresses.length > 0)
    return observationOf({ outcome: 'OK', addresses, ...(canonical !== undefined && { canonical }) });
  if (records.length > 0) return observationOf({ outcome: 'OK', records });
  const rcodes = [...new Set(all(/^\*\* server can't find \S+: (\S+)$/gm))];
  const isEmpty = /No answer/.test(text);
  const outcome = rcodes.map((rcode) => outcomesOfRcodes[rcode]).find((known) => known !== undefined);
  return observationOf({
    outcome: outcome ?? (isEmpty ? 'NODATA' : 'FAILED'),
    code: rcodes.join(' ') || lastLine(output),
  });
}

/** wget and curl: the address under which they reached the web server, which tells it. */
export function readConnection(output: string): Observation {
  const text = lastLine(output);
  return observationOf(isIP(text) === 0 ? { outcome: 'FAILED', code: text } : { outcome: 'OK', addresses: [text] });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
