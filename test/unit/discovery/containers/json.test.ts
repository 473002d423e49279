/** Reads of JSON that may be anything. */
import { expect, test } from 'vitest';
import { entriesOf, listOf, member, numberOf, textOf, textsOf } from '../../../../sidecar/discovery/containers/json.ts';

test('what is asked for is given where it is of its kind, else nothing', () => {
  expect([numberOf(7), numberOf('7'), numberOf(Number.NaN), numberOf(undefined)]).toEqual([
    7,
    undefined,
    undefined,
    undefined,
  ]);
  expect([textOf('a'), textOf(7), textOf(undefined)]).toEqual(['a', '', '']);
  expect([listOf([7]), listOf({ length: 1 }), listOf('a')]).toEqual([[7], [], []]);
  expect(textsOf(['a', '', 7, null, 'b'])).toEqual(['a', 'b']);
  expect([entriesOf({ a: 7 }), entriesOf(null), entriesOf(['a']), entriesOf('a')]).toEqual([[['a', 7]], [], [], []]);
});

test('a member is one of the value itself, at any depth', () => {
  const value = { a: { b: [7] } };
  expect([member(value), member(value, 'a', 'b'), member(value, 'a', 'b', '0')]).toEqual([value, [7], 7]);
  expect([member(value, 'toString'), member(value, 'a', 'c', 'd'), member(null, 'a'), member('a', 'length')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
