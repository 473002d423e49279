/** Names of the hosts file, as glibc compares them: the bytes of the file, letters of ASCII in any case. */
import { describe, expect, test } from 'vitest';
import { encodeHostsName, keyOfName, keyOfText } from '../../../../sidecar/decide/hosts/hosts-name.ts';
import { encodeName, nameKey } from '../../../../sidecar/wire/name.ts';

describe('the key of a text', () => {
  test.each([
    ['Foo.Test', 'foo.test'],
    [String.raw`a\.b`, String.raw`a\.b`],
    ['X\u00c9Y', 'x\u00c3\u0089y'],
    ['\u00c9', '\u00c3\u0089'],
    ['dot.', 'dot.'],
  ])('%o: %o', (text, key) => {
    expect(keyOfText(text)).toBe(key);
  });

  test('what is longer than any name has none', () => {
    expect(keyOfText('x'.repeat(255))).toBe('x'.repeat(255));
    expect(keyOfText('x'.repeat(256))).toBeUndefined();
  });
});

describe('the key of a query', () => {
  const keyOf = (text: string) => keyOfName(nameKey(encodeName(text) ?? new Uint8Array()));

  test.each([
    ['Foo.Test', 'foo.test'],
    ['X\u00c9Y', 'x\u00c3\u0089y'],
    [String.raw`a\\b.c`, String.raw`a\b.c`],
  ])('%s: %o', (text, key) => {
    expect(keyOf(text)).toBe(key);
  });

  test.each([String.raw`a\.b`, String.raw`a\.b.c`, String.raw`a.b\.c`])('no text stands for %s', (text) => {
    expect(keyOf(text)).toBeUndefined();
  });
});

describe('in wire form', () => {
  test.each([
    ['Foo.test', 'Foo.test'],
    ['foo.', 'foo'],
    [String.raw`a\.b`, String.raw`a\\.b`],
  ])('%s', (text, name) => {
    expect(encodeHostsName(text)).toEqual(encodeName(name));
  });

  // What is longer than any name is not cut to one, wherever its dots are.
  const long = Array.from({ length: 6 }, (_, index) => `${'a.'.repeat(124 + index)}${'b'.repeat(60)}`);

  test.each(['.', 'a..b', 'x'.repeat(64), 'x'.repeat(1000), ...long, ...long.map((text) => `b${text}`)])(
    '%s is nothing',
    (text) => {
      expect(encodeHostsName(text)).toBeUndefined();
    },
  );
});
