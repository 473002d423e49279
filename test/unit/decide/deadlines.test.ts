/** Time for one server in one attempt, by glibc's `send_dg`: `retrans << index`, by the number of servers but for the first. */
import { expect, test } from 'vitest';
import { serverTimeoutMs } from '../../../sidecar/decide/search/timeouts.ts';

test.each<[rule: string, timeoutSeconds: number, expectedSeconds: readonly number[]]>([
  ['one server', 5, [5]],
  ['two: the second twice as long, halved', 5, [5, 5]],
  ['three: whole seconds', 5, [5, 3, 6]],
  ['rounded down', 4, [4, 2, 5]],
  ['never below a second', 1, [1, 1, 1]],
  ['also the first', 0, [1, 1]],
  ['the longest', 30, [30, 20, 40]],
])('%s, timeout:%i', (_, timeoutSeconds, expected) => {
  const count = expected.length;
  expect(expected.map((__, index) => serverTimeoutMs(timeoutSeconds, index, count))).toEqual(
    expected.map((seconds) => seconds * 1000),
  );
});
