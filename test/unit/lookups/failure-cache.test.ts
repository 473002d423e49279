/** Failures that are kept for repeats. */
import { expect, test } from 'vitest';
import { createFailureCache } from '../../../sidecar/lookups/failure-cache.ts';

test('a failure is remembered for a second', () => {
  const memory = createFailureCache(10);
  memory.note({}, 'A', 0);
  expect(memory.has(['A'], 999)).toBe(true);
  memory.note({}, 'B', 2000);
  expect(memory.has(['B'], 3000)).toBe(false);
});

test('any of the keys will do', () => {
  const memory = createFailureCache(10);
  memory.note({}, 'A', 0);
  expect(memory.has(['other', 'A'], 1)).toBe(true);
  expect(memory.has(['other'], 1)).toBe(false);
});

test('the sibling of a repeat that was answered in the last moment is answered too', () => {
  const memory = createFailureCache(10);
  const pair = {};
  memory.note(pair, 'A', 0);
  memory.note(pair, 'AAAA', 0);
  expect(memory.has(['A'], 999.9)).toBe(true);
  expect(memory.has(['AAAA'], 1000.1)).toBe(true);
});

test('a pair is forgotten at once, whenever its halves were noted', () => {
  const memory = createFailureCache(10);
  const pair = {};
  memory.note(pair, 'A', 0);
  memory.note(pair, 'AAAA', 5);
  expect(memory.has(['A'], 1004)).toBe(true);
  expect(memory.has(['A'], 1060)).toBe(false);
  expect(memory.has(['AAAA'], 1060)).toBe(false);
});

test('repeats do not keep a failure for ever', () => {
  const memory = createFailureCache(10);
  memory.note({}, 'A', 0);
  const hitsMs = Array.from({ length: 200 }, (_, i) => i * 10).filter((atMs) => memory.has(['A'], atMs));
  expect(hitsMs.at(-1)).toBe(1040);
});
