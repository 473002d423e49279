/** What is said of several runs. */
import { expect, test } from 'vitest';
import { quantile, ratio, spreadOf } from './statistics.ts';

test.each([
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 2, 3], 0.5, 2.5],
  [[0, 10], 0.99, 9.9],
  [[7], 0.99, 7],
])('of %j the quantile %d is %d', (values, part, expected) => expect(quantile(values, part)).toBeCloseTo(expected));

test('a spread holds the outermost runs', () => {
  expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5, runs: 3 });
  expect(spreadOf([])).toEqual({ median: 0, least: 0, most: 0, runs: 0 });
});

test('a ratio compares runs of the same round', () => {
  // The machine was half as fast in the second round: the ratio of the medians would be another one.
  expect(ratio([10, 5, 30], [20, 10, 20])).toBe(0.5);
});
