import { expect, test } from 'vitest';
import { createShortCache } from '../../../sidecar/lookups/short-cache.ts';

test('what is remembered is forgotten when its time is over', () => {
  const memory = createShortCache<string>(1000, 10);
  memory.set('a', 'A', 0);
  expect(memory.get('a', 999)).toBe('A');
  expect(memory.get('a', 1000)).toBe(undefined);
  expect(memory.size).toBe(0);
});

test('the oldest go first when the weight is too much', () => {
  const memory = createShortCache<number>(1000, 10, (value) => value);
  memory.set('a', 4, 0);
  memory.set('b', 4, 1);
  memory.set('c', 4, 2);
  expect(['a', 'b', 'c'].map((key) => memory.get(key, 3))).toEqual([undefined, 4, 4]);
});

test('a value that is set again counts once, and one above the capacity is kept alone', () => {
  const memory = createShortCache<number>(1000, 10, (value) => value);
  for (let time = 0; time < 5; time += 1) memory.set('a', 5, time);
  memory.set('b', 5, 5);
  expect(memory.size).toBe(2);
  memory.set('c', 11, 6);
  expect([memory.get('c', 7), memory.size]).toEqual([11, 1]);
  memory.set('d', 1, 8);
  expect([memory.get('d', 9), memory.size]).toEqual([1, 1]);
});
