/** What may be looked up. */
import { expect, test } from 'vitest';
import { answerLookups, readQuestion, type LookupAnswer } from '../../../../sidecar/discovery/api/lookup.ts';

test.each([
  ['name=web.docker', { name: 'web.docker', type: 'A', client: '127.0.0.1' }],
  ['name=a&type=aaaa&client=fd00::1', { name: 'a', type: 'AAAA', client: 'fd00::1' }],
])('%s', (query, question) => expect(readQuestion(new URLSearchParams(query))).toEqual({ question }));

test.each([
  ['', ['name']],
  ['name=a..b', ['name']],
  ['name=a&type=ZZ', ['type']],
  ['name=a&client=me', ['client']],
  ['type=&client=', ['name', 'client', 'type']],
])('%s is refused', (query, members) => {
  const read = readQuestion(new URLSearchParams(query));
  expect('faults' in read && read.faults.map(({ member }) => member)).toEqual(members);
});

test('the answer names what was asked', async () => {
  const answer: LookupAnswer = {
    Rcode: 'NOERROR',
    Answers: [],
    Milliseconds: 1,
    Matches: [],
    Record: { candidates: [] },
  };
  const response = await answerLookups(() => Promise.resolve(answer))(new URLSearchParams('name=a'));
  expect([response.status, JSON.parse(response.body)]).toEqual([
    200,
    { Name: 'a', Type: 'A', Client: '127.0.0.1', ...answer },
  ]);
  expect((await answerLookups(() => Promise.resolve(answer))(new URLSearchParams())).status).toBe(400);
});
