/** The name that was probably meant. */
import { expect, test } from 'vitest';
import { editDistance, suggestName } from '../../../../shared/values/suggest-name.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
])('%j to %j takes %i', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
});

test('the nearest name wins, and none when all are far', () => {
  const known = ['ndots', 'nameservers', 'searches'];
  expect(suggestName('serches', known)).toBe('searches');
  expect(suggestName('ndost', known)).toBe('ndots');
  expect(suggestName('timeout', known)).toBeUndefined();
  expect(suggestName('x', [])).toBeUndefined();
});
