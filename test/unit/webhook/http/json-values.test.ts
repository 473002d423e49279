/** The number of values in a body, before it is parsed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueCounter } from '../../../../webhook/http/json-values.ts';

test.each([
  ['', 0],
  ['1', 0],
  ['[]', 1],
  ['[{},{}]', 4],
  ['{"a":1,"b":[2,3]}', 4],
  ['{"[,{":",[{"}', 1],
  [String.raw`["\"[,", "\\", "{"]`, 3],
])('%s: %i', (text, values) => {
  expect(valueCounter()(Buffer.from(text))).toBe(values);
});

test('it is at least the number of values but one, and does not depend on where the chunks end', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.nat(), (value, first, second) => {
      const bytes = Buffer.from(JSON.stringify(value));
      const values = valueCounter()(bytes);
      expect(values + 1).toBeGreaterThanOrEqual(countOf(value));
      const [from = 0, to = 0] = [first % (bytes.length + 1), second % (bytes.length + 1)].toSorted((a, b) => a - b);
      const count = valueCounter();
      const chunks = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
      expect(chunks.reduce((sum, chunk) => sum + count(chunk), 0)).toBe(values);
    }),
  );
});

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, member) => sum + countOf(member), 1);
}
