/** Which tests look for a mutant first. */
import { expect, test } from 'vitest';
import { nearestFirst } from './nearest-first.ts';

const tests = [
  'test/unit/decide/query/admit.test.ts > slow',
  'test/unit/decide/query/admit.test.ts > quick',
  'test/unit/decide/hosts/reverse-name.test.ts > any',
  'test/unit/decide/hosts/hosts.test.ts > slow',
  'test/unit/decide/hosts/hosts.test.ts > quick',
].map((id) => ({ id }));
const timesMs = new Map(tests.map(({ id }) => [id, id.endsWith('slow') ? 5 : 1]));

test.each([
  ['sidecar/decide/hosts/hosts.ts', '4 3 2 1 0'],
  ['sidecar/decide/hosts/hosts-table.ts', '2 4 3 1 0'],
  ['sidecar/decide/query/admit.ts', '1 0 2 4 3'],
  ['sidecar/decide/search/search.ts', '1 2 4 0 3'],
])('a mutant of %s', (file, order) => {
  const sorted = nearestFirst(tests, file, timesMs);
  expect(sorted.map((one) => tests.indexOf(one)).join(' ')).toBe(order);
});
