/** Whatever Go writes as a quoted string is read back. */
import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { unquoteGo } from '../../sidecar/decide/configuration/go-quoted.ts';

test('what strconv.Quote writes is read back', () => {
  assert(
    property(string({ unit: 'grapheme' }), string({ unit: 'binary' }), (some, other) => {
      expect(unquoteGo(quoteGo(some + other))).toBe(some + other);
    }),
  );
});

/** strconv.Quote: printable characters stand for themselves. */
function quoteGo(text: string): string {
  const simple: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\' };
  const quoted = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (simple[character] !== undefined) return simple[character];
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (/\p{L}|\p{N}|[ -~]/u.test(character)) return character;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${quoted.join('')}"`;
}
