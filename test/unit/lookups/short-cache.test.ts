/** The store behind the failure cache and the ends of searches: time and weight bound it. */
import { expect, test } from 'vitest';
import { createShortCache } from '../../../sidecar/lookups/short-cache.ts';

test('what is remembered is forgotten when its time is over', () => {
  const cache = createShortCache<string>(1000, 10);
  cache.set('a', 'A', 0);
  expect(cache.get('a', 999)).toBe('A');
  expect(cache.get('a', 1000)).toBe(undefined);
  expect(cache.size).toBe(0);
});

test('the oldest go first when the weight is too much', () => {
  const cache = createShortCache<number>(1000, 10, (value) => value);
  cache.set('a', 4, 0);
  cache.set('b', 4, 1);
  cache.set('c', 4, 2);
  expect(['a', 'b', 'c'].map((key) => cache.get(key, 3))).toEqual([undefined, 4, 4]);
});

test('a value that is set again counts once, and one above the capacity is kept alone', () => {
  const cache = createShortCache<number>(1000, 10, (value) => value);
  for (let time = 0; time < 5; time += 1) cache.set('a', 5, time);
  cache.set('b', 5, 5);
  expect(cache.size).toBe(2);
  cache.set('c', 11, 6);
  expect([cache.get('c', 7), cache.size]).toEqual([11, 1]);
  cache.set('d', 1, 8);
  expect([cache.get('d', 9), cache.size]).toEqual([1, 1]);
});
