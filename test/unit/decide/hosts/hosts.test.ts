/** The hosts file, as glibc reads it. */
import { describe, expect, test } from 'vitest';
import { findHosts, lookupHostsPointer, type HostsAnswering } from '../../../../sidecar/decide/hosts/hosts.ts';
import type { HostsQuestion } from '../../../../sidecar/decide/hosts/hosts-address.ts';
import { emptyHosts, isEmpty, parseHosts } from '../../../../sidecar/decide/hosts/hosts-table.ts';
import { lookupHosts } from '../../../support/cases/hosts-answer.ts';
import { formatAddressBytes } from '../../../../shared/values/address-bytes.ts';
import { encodeName, formatName, type WireName } from '../../../../sidecar/wire/name.ts';

const wire = (text: string): WireName => encodeName(text) ?? new Uint8Array();

/** Canonical name, then addresses; `undefined` when the file does not answer. */
function find(hosts: string, name: string, question: HostsQuestion = 'PAIR'): string | undefined {
  const found = lookupHosts(parseHosts(hosts), wire(name), question);
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
  const table = () =>
    parseHosts('::ffff:192.0.2.1 first x\n192.0.2.1 second\n2001:db8::1 six\n::1 loop\n127.0.0.1 four\n');
  const sixOf = (last: string) => `${last}.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`;

  test.each([
    ['1.2.0.192.in-addr.arpa', 'first'],
    ['1.2.0.192.IN-ADDR.Arpa', 'first'],
    ['1.0.0.127.in-addr.arpa', 'loop'],
    [sixOf('1'), 'six'],
    [`1.${'0.'.repeat(31)}ip6.arpa`, 'loop'],
  ])('%s is %s', (name, found) => {
    const names = lookupHostsPointer(table(), wire(name));
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
    expect(lookupHostsPointer(table(), wire(name))).toBeUndefined();
  });
});

test('an address without a name names nothing, and hides no line behind it', () => {
  const { reverse } = parseHosts('192.0.2.1\n192.0.2.1 named\n');
  expect(reverse.get('192.0.2.1')?.names).toEqual(['named']);
});

test('no file: no line', () => {
  expect(emptyHosts).toEqual({ lines: new Map(), wildcards: new Map(), reverse: new Map(), issues: [], ignored: [] });
  expect(isEmpty(emptyHosts)).toBe(true);
  expect(isEmpty(parseHosts('192.0.2.1 a'))).toBe(false);
  expect(isEmpty(parseHosts('192.0.2.1 *.a', { wildcards: true }))).toBe(false);
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
    expect(lookupHosts(table, wire(`host-${count - 1}`), 'A')).toBeDefined();
    expect(lookupHosts(table, wire(`host-${count}`), 'A')).toBeUndefined();
  });
});

describe('several files', () => {
  const files = [
    { path: '/etc/hosts', text: '192.0.2.1 first x\n' },
    { path: '/etc/more', text: '192.0.2.2 second x\n192.0.2.1 again\n' },
  ];

  test('all lines of a name count, those of the first file first', () => {
    const found = lookupHosts(parseHosts(files), wire('x'), 'PAIR');
    expect(found?.canonicalName && formatName(found.canonicalName)).toBe('first');
    expect(found?.ipv4.map(formatAddressBytes)).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(parseHosts(files).reverse.get('192.0.2.1')?.names).toEqual(['first', 'x']);
  });

  test('what is too large is reported with file and line', () => {
    expect(parseHosts(files, { budgetBytes: 1000 }).issues).toEqual([
      'the hosts files are too large for the 1000 bytes it may take: ignored from line 1 of /etc/more on',
    ]);
  });
});

describe('what has no effect', () => {
  const ignored = (text: string) =>
    parseHosts(text).ignored.map(({ line, text: part, why }) => `${line} ${part}: ${why}`);

  test.each([
    ['10.1 foo', '1 10.1 foo: not an IP address at the beginning'],
    ['\n fe80::1%eth0 foo # comment', '2 fe80::1%eth0 foo: not an IP address at the beginning'],
    ['foo', '1 foo: not an IP address at the beginning'],
    ['192.0.2.1', '1 192.0.2.1: no name behind the address'],
    ['192.0.2.1 # comment', '1 192.0.2.1: no name behind the address'],
    ['192.0.2.1 a b. c', '1 b.: a final dot, which no query has'],
    ['192.0.2.1 .a', '1 .a: an empty label'],
    ['192.0.2.1 a..b', '1 a..b: an empty label'],
    [`192.0.2.1 ${'x'.repeat(64)}.a`, `1 ${'x'.repeat(64)}.a: a label of more than 63 characters`],
    [`192.0.2.1 ${'x.'.repeat(130)}a`, `1 ${'x.'.repeat(100)}: longer than any name`],
  ])('%o', (text, told) => {
    expect(ignored(text)).toEqual([told]);
  });

  test.each([
    '',
    '# 10.1 foo',
    ' \t\r',
    '192.0.2.1 a b',
    `192.0.2.1 ${'x'.repeat(63)}`,
    '0.0.0.0 blocked',
    'fe80::1 a',
    '192.0.2.1 *.a',
  ])('%o has', (text) => {
    expect(parseHosts(text)).toMatchObject({ ignored: [], issues: [] });
  });

  test('of many the first twenty are named, and how many more there are', () => {
    const { ignored, issues } = parseHosts([
      { path: '/a', text: 'x\n'.repeat(15) },
      { path: '/b', text: 'y\n'.repeat(15) },
    ]);
    expect(ignored).toHaveLength(20);
    expect(ignored.at(-1)).toMatchObject({ path: '/b', line: 5 });
    expect(issues).toEqual(['10 more entries of the hosts files have no effect']);
    expect(parseHosts('x\n'.repeat(20)).issues).toEqual([]);
  });

  test('a long line is not shown whole', () => {
    expect(parseHosts(`x${'y'.repeat(500)}`).ignored[0]?.text).toHaveLength(200);
  });
});

describe('wildcards', () => {
  const text = `192.0.2.1 *.dev.test
192.0.2.2 *.deep.dev.test also
192.0.2.3 own.dev.test
2001:db8::3 *.own.dev.test *.six.test
192.0.2.4 *. * *x.test x*.test
192.0.2.5 plain *.with.test
`;
  const table = () => parseHosts(text, { wildcards: true });
  const lookup = (name: string, question: HostsQuestion = 'PAIR'): string | undefined => {
    const found = lookupHosts(table(), wire(name), question);
    return found && [...found.ipv4, ...found.ipv6].map(formatAddressBytes).join();
  };

  test.each([
    ['a.dev.test', '192.0.2.1'],
    ['A.DEV.Test', '192.0.2.1'],
    ['a.b.c.dev.test', '192.0.2.1'],
    ['a.deep.dev.test', '192.0.2.2'],
    ['b.a.deep.dev.test', '192.0.2.2'],
    ['deep.dev.test', '192.0.2.1'],
    ['own.dev.test', '192.0.2.3'],
    ['a.own.dev.test', '2001:db8::3'],
    ['a.six.test', '2001:db8::3'],
    ['also', '192.0.2.2'],
    ['plain', '192.0.2.5'],
    ['a.with.test', '192.0.2.5'],
    ['*x.test', '192.0.2.4'],
  ])('%s is %s', (name, found) => {
    expect(lookup(name)).toBe(found);
  });

  test.each(['dev.test', 'x.ain', 'xdev.test', 'test', 'ax.test', 'xa.test', 'own', String.raw`a\.dev.test`])(
    '%s is not there',
    (name) => {
      expect(lookup(name)).toBeUndefined();
    },
  );

  test('a name of its own is not completed by a wildcard', () => {
    expect(lookup('own.dev.test', 'AAAA')).toBeUndefined();
  });

  test('the canonical name is what was asked for; of an address, the first name without a star', () => {
    const { reverse } = table();
    expect(lookupHosts(table(), wire('a.dev.test'), 'A')?.canonicalName).toBeUndefined();
    expect(reverse.get('192.0.2.1')).toBeUndefined();
    expect(reverse.get('192.0.2.2')?.names).toEqual(['also']);
    // A star with nothing behind its dot is a letter.
    expect(reverse.get('192.0.2.4')?.names).toEqual(['*.', '*', '*x.test', 'x*.test']);
  });

  test('without the setting a star is a letter', () => {
    const plain = parseHosts(text);
    expect(lookupHosts(plain, wire('a.dev.test'), 'A')).toBeUndefined();
    expect(lookupHosts(plain, wire('*.dev.test'), 'A')?.ipv4).toEqual([Uint8Array.of(192, 0, 2, 1)]);
  });
});

describe('answers', () => {
  const lookup = (text: string, question: HostsQuestion, answering: Partial<HostsAnswering>): string | undefined => {
    const found = lookupHosts(parseHosts(text), wire('a'), question, {
      authoritative: false,
      turn: 0,
      ...answering,
    });
    const canonical = found?.canonicalName && formatName(found.canonicalName);
    return found && [canonical, ...[...found.ipv4, ...found.ipv6].map(formatAddressBytes)].join(' ');
  };
  const four = '192.0.2.1 c a\n192.0.2.2 a\n192.0.2.3 a\n';

  test('a family that the name lacks has no data with the last word alone', () => {
    expect(lookup(four, 'AAAA', {})).toBeUndefined();
    expect(lookup(four, 'AAAA', { authoritative: true })).toBe('c');
    expect(lookup('2001:db8::1 a', 'A', { authoritative: true })).toBe('a');
    expect(lookup('192.0.2.1 b', 'A', { authoritative: true })).toBeUndefined();
  });

  test.each([
    [0, 'c 192.0.2.1 192.0.2.2 192.0.2.3'],
    [1, 'c 192.0.2.2 192.0.2.3 192.0.2.1'],
    [2, 'c 192.0.2.3 192.0.2.1 192.0.2.2'],
    [3, 'c 192.0.2.1 192.0.2.2 192.0.2.3'],
    [7, 'c 192.0.2.2 192.0.2.3 192.0.2.1'],
  ])('turn %i', (turn, found) => {
    expect(lookup(four, 'A', { turn })).toBe(found);
    expect(lookup(`${four}2001:db8::1 a\n2001:db8::2 a\n`, 'AAAA', { turn })).toBe(
      turn % 2 === 0 ? 'a 2001:db8::1 2001:db8::2' : 'a 2001:db8::2 2001:db8::1',
    );
  });

  test('names of one letter are names', () => {
    expect(lookup('192.0.2.1 a', 'A', {})).toBe('a 192.0.2.1');
  });

  test.each([false, true])('names are told apart in any letter case, with wildcards %o', (wildcards) => {
    const text = '192.0.2.1 a Long.Name bb É.test\n192.0.2.2 *.below\n192.0.2.3 x.y\n';
    const table = parseHosts(text, { wildcards });
    const names = [
      'a',
      'A',
      'b',
      'bb',
      'BB',
      'ab',
      'long.name',
      'LONG.NAME',
      'long.nama',
      'x.y',
      'x.z',
      'c.below',
      '.',
    ];
    expect(names.filter((name) => findHosts(table, wire(name)) !== undefined).join(' ')).toBe(
      `a A bb BB long.name LONG.NAME x.y${wildcards ? ' c.below' : ''}`,
    );
  });

  test('lines are the same object each time, by which their turns are counted', () => {
    const table = parseHosts('192.0.2.1 a\n192.0.2.2 *.b\n', { wildcards: true });
    for (const name of ['a', 'x.b']) {
      const lines = findHosts(table, wire(name));
      expect(lines).toBeDefined();
      expect(findHosts(table, wire(name))).toBe(lines);
    }
  });
});
