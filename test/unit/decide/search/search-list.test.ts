/** The search list in wire form. */
import { expect, test } from 'vitest';
import { parseResolvConf } from '../../../../shared/resolv-conf/resolv-conf.ts';
import { wireSearchEntries } from '../../../../sidecar/decide/search/search-list.ts';
import { searchConfiguration } from '../../../../sidecar/decide/configuration/search-configuration.ts';
import { formatName } from '../../../../sidecar/wire/name.ts';

test.each([
  ['a.test', 'a.test'],
  ['A.Test.', 'A.Test'],
  ['.a.test', 'a.test'],
  [String.raw`a\.b.c`, String.raw`a\.b.c`],
  ['b\u00fc.test', String.raw`b\195\188.test`],
  ['a.test\r', String.raw`a.test\013`],
])('entry %o appends %o', (text, name) => {
  const [entry] = wireSearchEntries([text]);
  expect(entry).toMatchObject({ text, root: false });
  expect(entry?.name && formatName(entry.name)).toBe(name);
});

test.each(['.', ''])('entry %o is the root', (text) => {
  expect(wireSearchEntries([text])).toEqual([{ text, name: Uint8Array.of(0), root: true }]);
});

test.each(['..', '..a.test', 'a..b', 'x'.repeat(64), `${'x'.repeat(63)}.`.repeat(4), 'a\\'])(
  'no candidate with %o can be encoded',
  (text) => {
    expect(wireSearchEntries([text])).toEqual([{ text, name: undefined, root: false }]);
  },
);

test('a search gets the servers, the list and the options', () => {
  const text =
    'nameserver 192.0.2.1\nnameserver 2001:db8::1\nsearch a.test .\noptions ndots:5 timeout:3 attempts:1 rotate no-reload\nnope\n';
  expect(searchConfiguration(parseResolvConf(text, { hostName: 'pod' }), 5353)).toEqual({
    servers: [
      { address: { family: 4, address: '192.0.2.1' }, key: '192.0.2.1:5353', name: '192.0.2.1', timeoutMs: 3000 },
      {
        address: { family: 6, address: '2001:db8::1' },
        key: '[2001:db8::1]:5353',
        name: '2001:db8::1',
        timeoutMs: 3000,
      },
    ],
    search: wireSearchEntries(['a.test', '.']),
    ndots: 5,
    timeoutSeconds: 3,
    attempts: 1,
    rotate: true,
    useVc: false,
    singleRequest: false,
    singleRequestReopen: false,
    noAaaa: false,
    noTldQuery: false,
    edns0: false,
    trustAd: false,
    strictError: false,
  });
});
