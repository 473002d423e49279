import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from '../../../webhook/glob.ts';

test.each([
  ['', ''],
  ['abc', 'abc'],
  ['*', ''],
  ['*', 'abc'],
  ['a*c', 'ac'],
  ['a*c', 'abcabc'],
  ['**', 'a/b/c'],
  ['a/**', 'a/b/c'],
  ['**/c', 'a/b/c'],
  ['**/*-x', 'a/b/y-x'],
  ['a/*/c', 'a/b/c'],
  // The first place where the single star could stop is the wrong one.
  ['**a*c', 'a/a-c'],
  ['**ab*cd**ef', 'ab/abxcd/yef'],
  ['***', 'a/b'],
  ['*.example:5000/**', 'registry.example:5000/a/b'],
])('%j fits %j', (glob, text) => {
  expect(matchesGlob(glob, text)).toBe(true);
});

test.each([
  ['', 'a'],
  ['abc', 'abcd'],
  ['abc', 'ab'],
  ['*', 'a/b'],
  ['a/*', 'a/b/c'],
  ['*/c', 'a/b/c'],
  ['a*b', 'ba'],
  ['aba*aba', 'aba'],
  ['a/**/b', 'a/b'],
  ['a.c', 'abc'],
])('%j does not fit %j', (glob, text) => {
  expect(matchesGlob(glob, text)).toBe(false);
});

test('agrees with a regular expression on short texts', () => {
  const globs = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '**'), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
  fc.assert(
    fc.property(globs, texts, (glob, text) => {
      const expression = glob.replaceAll('**', '.').replaceAll('*', '[^/]*').replaceAll('.', '.*');
      expect(matchesGlob(glob, text)).toBe(new RegExp(`^${expression}$`).test(text));
    }),
    { numRuns: 2000 },
  );
});

test('a text that can be read in very many ways is read once', () => {
  const stars = '*a'.repeat(100);
  expect(matchesGlob(`${stars}*b`, `${'a'.repeat(380)}b`)).toBe(true);
  expect(matchesGlob(`**${stars}*c*b`, `${'a'.repeat(380)}b`)).toBe(false);
});
