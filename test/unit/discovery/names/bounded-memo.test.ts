/** What is made once, and how much of it is kept. */
import { expect, test } from 'vitest';
import { createBoundedMemo } from '../../../../sidecar/discovery/names/bounded-memo.ts';

test('each is made once, until there are more than may be: then all are made anew', () => {
  const memo = createBoundedMemo<string, { key: string }>(2);
  const made: string[] = [];
  const get = (key: string): string => memo.get(key, () => (made.push(key), { key })).key;
  expect(['a', 'b', 'a', 'b'].map(get)).toEqual(['a', 'b', 'a', 'b']);
  expect(made.join('')).toBe('ab');
  expect(['c', 'c', 'a'].map(get)).toEqual(['c', 'c', 'a']);
  expect(made.join('')).toBe('abca');
  memo.clear();
  get('a');
  expect(made.join('')).toBe('abcaa');
});
