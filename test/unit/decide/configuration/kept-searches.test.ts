/** Search domains behind the marker, and what a client may have searched for before. */
import { expect, test } from 'vitest';
import { domainsBehindMarker, searchedBefore } from '../../../../sidecar/decide/configuration/kept-searches.ts';
import { encodeName, formatName, rootName } from '../../../../sidecar/wire/name.ts';

const marker = 'glibc.internal';

test.each<[search: readonly string[], domains: readonly string[]]>([
  [[marker], []],
  [[], []],
  [['a.test', 'b.test'], []],
  [
    [marker, 'a.test', 'b.test'],
    ['a.test', 'b.test'],
  ],
  [['before.test', 'GLIBC.internal.', 'a.test.'], ['a.test']],
  [
    [marker, '.', '', 'a..test', '.b.test', 'c.test\r'],
    ['b.test', 'c.test'],
  ],
])('%j', (search, domains) => {
  expect(domainsBehindMarker(search, marker).map(formatName)).toEqual(domains);
});

test.each<[name: string, before: readonly string[]]>([
  ['foo.svc.test', ['foo', 'foo.svc']],
  ['foo.SVC.test', ['foo', 'foo.SVC']],
  ['svc.test', ['svc']],
  ['test', []],
  ['foo.other', []],
])('%s', (name, before) => {
  const domains = domainsBehindMarker([marker, 'svc.test', 'test'], marker);
  expect([...searchedBefore(encodeName(name) ?? rootName, domains)].map(formatName)).toEqual(before);
});
