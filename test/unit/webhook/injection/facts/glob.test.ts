/** Patterns of image names. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob, readGlob } from '../../../../../webhook/injection/facts/glob.ts';

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
  expect(matchesGlob(readGlob(glob), text)).toBe(true);
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
  expect(matchesGlob(readGlob(glob), text)).toBe(false);
});

test('agrees with a regular expression on short texts', () => {
  const globs = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '**'), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
  fc.assert(
    fc.property(globs, texts, (glob, text) => {
      const expression = glob.replaceAll('**', '.').replaceAll('*', '[^/]*').replaceAll('.', '.*');
      expect(matchesGlob(readGlob(glob), text)).toBe(new RegExp(`^${expression}$`).test(text));
    }),
    { numRuns: 2000 },
  );
});

test('the longest glob, over words of places, in a text that can be read in very many ways', () => {
  const stars = '*a'.repeat(100);
  const matches = (glob: string, text: string) => matchesGlob(readGlob(glob), text);
  expect(matches(`${stars}*b`, `${'a'.repeat(380)}b`)).toBe(true);
  expect(matches(`${stars}*b`, `${'a'.repeat(99)}b`)).toBe(false);
  expect(matches(`**${stars}*c*b`, `${'a'.repeat(380)}b`)).toBe(false);
  for (const length of [31, 32, 33, 63, 64, 65, 255]) {
    expect(matches('a'.repeat(length), 'a'.repeat(length))).toBe(true);
    expect(matches('a'.repeat(length), 'a'.repeat(length + 1))).toBe(false);
    expect(matches('a'.repeat(length), 'a'.repeat(length - 1))).toBe(false);
    expect(matches(`${'a'.repeat(length)}*`, `${'a'.repeat(length)}bc`)).toBe(true);
    expect(matches(`${'a'.repeat(length)}*c`, `${'a'.repeat(length)}b/c`)).toBe(false);
    expect(matches(`${'a'.repeat(length)}**c`, `${'a'.repeat(length)}b/c`)).toBe(true);
  }
});
