/** What an answer says of the names of a service. */
import { expect, test } from 'vitest';
import { serviceAnswer } from '../../../../sidecar/discovery/api/service-answer.ts';
import { someServices, web } from './requests.ts';

const names = [
  { Name: 'a.docker', From: 'container' },
  { Name: 'a.docker', From: 'image' },
  { Name: 'b.test', From: 'alias' },
];

test.each([
  ['of an entry that has no image, each name once', 'printer', names.slice(1)],
  ['of a container, each form', web, names],
])('%s', (_what, id, expected) => {
  expect(serviceAnswer(someServices(), id, () => names)?.Names).toEqual(expected);
});
