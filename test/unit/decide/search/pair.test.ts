/** Which half a question is, of which type a half is, and which question is its sibling. */
import { expect, test } from 'vitest';
import {
  addressTypeOf,
  bothHalves,
  familyOf,
  halfOfType,
  otherHalf,
  siblingType,
  withHalf,
} from '../../../../sidecar/decide/search/pair.ts';

test.each([
  ['A', 1, 0, 28],
  ['AAAA', 28, 1, 1],
  ['TXT', 16, 0, undefined],
])('a question for %s', (_, type, half, sibling) => {
  expect(halfOfType(type)).toBe(half);
  expect(siblingType(type)).toBe(sibling);
});

test.each([
  [0, 1, 'ipv4', 1, ['new', 'two']],
  [1, 28, 'ipv6', 0, ['one', 'new']],
] as const)('half %d', (half, type, family, other, halves) => {
  expect(addressTypeOf(half)).toBe(type);
  expect(familyOf(half)).toBe(family);
  expect(otherHalf(half)).toBe(other);
  expect(withHalf(['one', 'two'], half, 'new')).toEqual(halves);
});

test('there are two', () => {
  expect(bothHalves).toEqual([0, 1]);
});
