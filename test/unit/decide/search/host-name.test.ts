/** Which names glibc takes for host names. */
import { expect, test } from 'vitest';
import { isHostName } from '../../../../sidecar/decide/search/host-name.ts';
import { encodeName } from '../../../../sidecar/wire/name.ts';

const check = (text: string) => isHostName(encodeName(text) ?? new Uint8Array());

test.each(['a', 'foo.bar', 'foo_bar.test', 'a-', 'a.-b', '_x._tcp.foo', 'A9.Z0', '0', '.', 'x'.repeat(63)])(
  '%o is a host name',
  (text) => {
    expect(check(text)).toBe(true);
  },
);

test.each([
  '-a',
  '--',
  '-',
  'foo*bar.test',
  'a.b c',
  'a@b',
  'a.[',
  'a.`',
  'a.{',
  'a/b',
  'a:b',
  'b\u00fccher.test',
  '*',
  'a\\.b',
  'a.\\000',
])('%o is none', (text) => {
  expect(check(text)).toBe(false);
});
