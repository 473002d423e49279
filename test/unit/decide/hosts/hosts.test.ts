import { describe, expect, test } from 'vitest';
import {
  emptyHosts,
  lookupHosts,
  lookupHostsPointer,
  parseHosts,
  type HostsQuestion,
} from '../../../../sidecar/decide/hosts/hosts.ts';
import { formatAddressBytes } from '../../../../shared/values/address-bytes.ts';
import { encodeName, formatName, nameKey, type WireName } from '../../../../sidecar/wire/name.ts';

const wire = (text: string): WireName => encodeName(text) ?? new Uint8Array();

/** Canonical name, then addresses; `undefined` when the file does not answer. */
function find(hosts: string, name: string, question: HostsQuestion = 'PAIR'): string | undefined {
  const found = lookupHosts(parseHosts(hosts), nameKey(wire(name)), question);
  if (found === undefined) return undefined;
  const canonical = found.canonicalName ? formatName(found.canonicalName) : '?';
  return [canonical, ...[...found.ipv4, ...found.ipv6].map(formatAddressBytes)].join(' ');
}

describe('the file', () => {
  test.each([
    ['192.0.2.1 foo', 'foo', 'foo 192.0.2.1'],
    [' \t192.0.2.1\v \f foo\r\n', 'foo', 'foo 192.0.2.1'],
    ['192.0.2.1 foo bar baz', 'baz', 'foo 192.0.2.1'],
    ['192.0.2.1 Foo.Test', 'fOO.tEST', 'Foo.Test 192.0.2.1'],
    ['2001:DB8::0:1 foo', 'foo', 'foo 2001:db8::1'],
    ['192.0.2.1 foo#bar', 'foo', 'foo 192.0.2.1'],
    ['192.0.2.1 b\u00fccher.test', 'B\u00fcCHER.test', String.raw`b\195\188cher.test 192.0.2.1`],
    [String.raw`192.0.2.1 back\slash`, String.raw`back\\slash`, String.raw`back\\slash 192.0.2.1`],
    ['192.0.2.1 star* -dash', '-dash', 'star* 192.0.2.1'],
    ['192.0.2.1 dot. foo', 'foo', 'dot 192.0.2.1'],
    ['192.0.2.1 a..b foo', 'foo', '? 192.0.2.1'],
    ['192.0.2.1 . foo', 'foo', '? 192.0.2.1'],
    [`192.0.2.1 ${'\u00fc'.repeat(300_000)} foo`, 'foo', '? 192.0.2.1'],
    [`192.0.2.1 ${'x '.repeat(10_000)} foo`, 'foo', 'x 192.0.2.1'],
  ])('%o', (hosts, name, found) => {
    expect(find(hosts, name)).toBe(found);
    expect(find(`# comment\n\n${hosts}\n192.0.2.9 other\n`, name)).toBe(found);
  });

  test.each([
    ['192.0.2.1 foo', 'bar'],
    ['192.0.2.1 foo#bar', 'bar'],
    ['192.0.2.1 foo # bar', 'bar'],
    ['192.0.2.1 foo\0 bar', 'bar'],
    ['#192.0.2.1 foo', 'foo'],
    ['192.0.2.1 foo.', 'foo'],
    ['192.0.2.1 a.b', String.raw`a\.b`],
    ['10.1 foo', 'foo'],
    ['010.0.0.1 foo', 'foo'],
    ['fe80::1%eth0 foo', 'foo'],
    ['foo 192.0.2.1', 'foo'],
    ['192.0.2.1', ''],
    ['192.0.2.1 . ..', ''],
    ['192.0.2.1 __proto__', 'constructor'],
  ])('%o does not know %o', (hosts, name) => {
    expect(find(hosts, name)).toBeUndefined();
  });
});

describe('families', () => {
  const hosts = `192.0.2.1 four both
2001:db8::1 six both
192.0.2.2 second both four
::ffff:192.0.2.3 mapped both
::1 loop both
192.0.2.1 again both
::ffff:9 last
`;

  test.each<[string, HostsQuestion, string | undefined]>([
    ['both', 'PAIR', 'four 192.0.2.1 192.0.2.2 2001:db8::1 ::ffff:192.0.2.3 ::1'],
    ['both', 'A', 'four 192.0.2.1 192.0.2.2 192.0.2.3 127.0.0.1'],
    ['both', 'AAAA', 'six 2001:db8::1 ::ffff:192.0.2.3 ::1'],
    ['four', 'PAIR', 'four 192.0.2.1 192.0.2.2'],
    ['four', 'AAAA', undefined],
    ['six', 'A', undefined],
    ['six', 'AAAA', 'six 2001:db8::1'],
    ['loop', 'PAIR', 'loop ::1'],
    ['loop', 'A', 'loop 127.0.0.1'],
    ['mapped', 'A', 'mapped 192.0.2.3'],
    ['mapped', 'AAAA', 'mapped ::ffff:192.0.2.3'],
    ['last', 'A', undefined],
    ['last', 'AAAA', 'last ::ffff:9'],
  ])('%s, %s: %s', (name, question, found) => {
    expect(find(hosts, name, question)).toBe(found);
  });
});

describe('addresses', () => {
  const table = parseHosts('::ffff:192.0.2.1 first x\n192.0.2.1 second\n2001:db8::1 six\n::1 loop\n127.0.0.1 four\n');
  const sixOf = (last: string) => `${last}.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`;

  test.each([
    ['1.2.0.192.in-addr.arpa', 'first'],
    ['1.2.0.192.IN-ADDR.Arpa', 'first'],
    ['1.0.0.127.in-addr.arpa', 'loop'],
    [sixOf('1'), 'six'],
    [`1.${'0.'.repeat(31)}ip6.arpa`, 'loop'],
  ])('%s is %s', (name, found) => {
    const names = lookupHostsPointer(table, wire(name));
    expect(names?.canonicalName && formatName(names.canonicalName)).toBe(found);
  });

  test.each([
    ...['2.2.0.192.in-addr.arpa', '2.0.192.in-addr.arpa', '0.1.2.0.192.in-addr.arpa', '01.2.0.192.in-addr.arpa'],
    ...[
      '257.2.0.192.in-addr.arpa',
      '1.2.0.192.in-addr.test',
      '1.2.0.192',
      'in-addr.arpa',
      sixOf('2'),
      sixOf('11'),
      sixOf('g'),
      '.',
    ],
  ])('%s is not there', (name) => {
    expect(lookupHostsPointer(table, wire(name))).toBeUndefined();
  });
});

test('an address without a name names nothing, and hides no line behind it', () => {
  const { reverse } = parseHosts('192.0.2.1\n192.0.2.1 named\n');
  expect(reverse.get('192.0.2.1')?.names).toEqual(['named']);
});

test('no file: no line', () => {
  expect(emptyHosts).toEqual({ lines: new Map(), reverse: new Map(), issues: [] });
});

test('a file that begins with an empty line', () => {
  expect(find('\n192.0.2.1 foo\n', 'foo')).toBe('foo 192.0.2.1');
});

test('a mapped address of many digits, for IPv4 alone', () => {
  expect(find('::ffff:110.120.130.140 foo', 'foo', 'A')).toBe('foo 110.120.130.140');
});

test('nothing is kept of what nobody can ask for', () => {
  const { lines, reverse } = parseHosts(`2001:db8::1 six ${'x'.repeat(300)}\n`);
  expect([...lines.keys()]).toEqual(['six']);
  expect([...reverse.keys()]).toEqual(['2001:db8::1']);
});

describe('the budget', () => {
  test.each([
    ['192.0.2.1 abc', 320 + 170 + 3],
    ['192.0.2.1 abc de', 320 + 170 + 3 + 170 + 2],
    ['# a comment\n\n192.0.2.1 abc', 320 + 170 + 3],
    ['192.0.2.1\n192.0.2.1 abc\n192.0.2.2 d', 2 * (320 + 170) + 4],
  ])('%o takes %i bytes', (text, bytes) => {
    const whole = parseHosts(text);
    expect(parseHosts(text, { budgetBytes: bytes })).toEqual(whole);
    expect(parseHosts(text, { budgetBytes: bytes - 1 }).issues).toHaveLength(1);
  });

  const hosts = Array.from({ length: 10_000 }, (_, index) => `10.0.${index >> 8}.${index & 255} host-${index}`).join(
    '\n',
  );

  test('a file within it has no issue', () => {
    const { issues, lines } = parseHosts(hosts, { budgetBytes: 10_000_000 });
    expect(issues).toEqual([]);
    expect(lines.size).toBe(10_000);
  });

  test('beyond it lines are ignored, and the issue names the first of them', () => {
    const table = parseHosts(hosts, { budgetBytes: 100_000 });
    const count = table.lines.size;
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThan(1000);
    expect(table.issues).toEqual([
      `the hosts file is too large for the 100000 bytes it may take: ignored from line ${count + 1} on`,
    ]);
    expect(lookupHosts(table, nameKey(wire(`host-${count - 1}`)), 'A')).toBeDefined();
    expect(lookupHosts(table, nameKey(wire(`host-${count}`)), 'A')).toBeUndefined();
  });
});
