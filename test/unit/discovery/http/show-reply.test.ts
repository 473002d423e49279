/** A reply as the page shows it: each kind of record as text, and where it comes from. */
import { encode, type Answer } from 'dns-packet';
import { expect, test } from 'vitest';
import type { LookupRecord } from '../../../../shared/report/lookup-record.ts';
import { lookUpBy } from '../../../../sidecar/discovery/http/show-reply.ts';

const match = { Id: 'a', Name: 'a.docker', From: 'alias' };

function lookUp(
  answers: Answer[] | undefined,
  { rcode = 0, record = {} }: { rcode?: number; record?: Partial<LookupRecord> } = {},
) {
  const bytes =
    answers && encode({ type: 'response', id: 1, flags: rcode, questions: [{ type: 'A', name: 'a.docker' }], answers });
  const query = () => Promise.resolve({ bytes, elapsedMs: 3, record: { candidates: [], ...record } });
  return lookUpBy(query, () => [match])({ name: 'a.docker', type: 'A', client: '127.0.0.1' });
}

test.each<[Answer, string]>([
  [{ type: 'A', name: 'a', ttl: 5, data: '10.0.0.1' }, '10.0.0.1'],
  [{ type: 'AAAA', name: 'a', ttl: 5, data: 'fd00::1' }, 'fd00::1'],
  [{ type: 'CNAME', name: 'a', ttl: 5, data: 'b.test' }, 'b.test'],
  [{ type: 'MX', name: 'a', ttl: 5, data: { preference: 10, exchange: 'b.test' } }, '10 b.test'],
  [{ type: 'SRV', name: 'a', ttl: 5, data: { priority: 1, weight: 2, port: 80, target: 'b.test' } }, '1 2 80 b.test'],
  [{ type: 'TXT', name: 'a', ttl: 5, data: ['x "y"', 'z'] }, '"x \\"y\\"" "z"'],
])('%j', async (answer, text) => {
  const { type, name } = answer;
  expect((await lookUp([answer])).Answers).toEqual([{ Name: name, Type: type, TTL: 5, Data: text }]);
});

test('says how it ended, and whose name it is', async () => {
  expect(await lookUp([], { rcode: 3 })).toEqual({
    ...{ Rcode: 'NXDOMAIN', Answers: [], Milliseconds: 3, Matches: [match], Record: { candidates: [] } },
  });
  expect(await lookUp(undefined)).toMatchObject({ Rcode: 'no reply', Answers: [] });
});

test('what the hosts files say is no name of a service', async () => {
  expect((await lookUp([], { record: { isFromHosts: true } })).Matches).toEqual([]);
});
