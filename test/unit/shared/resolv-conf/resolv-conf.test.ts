/** The resolv.conf parser, by glibc's rules. */
import { describe, expect, test } from 'vitest';
import { parseResolvConf } from '../../../../shared/resolv-conf/resolv-conf.ts';
import { defaultOptions } from '../../../../shared/resolv-conf/option-table.ts';
import { formatResolvConf } from '../../../support/machine/resolv-conf-text.ts';

const parse = (text: string, hostName = 'pod') => parseResolvConf(text, { hostName });
const addresses = (text: string) =>
  parse(text).servers.map(({ address, scope }) => (scope ? `${address}%${scope}` : address));

describe('nothing given', () => {
  test.each([
    ['an empty file', ''],
    ['comments only', '# nameserver 192.0.2.1\n; search a.test\n'],
    ['unusable lines only', ' nameserver 192.0.2.1\nnameserver\nsearch \ndomain\t\nnameserver host.test\n'],
  ])('%s is glibc’s defaults', (_, text) => {
    expect(parse(text)).toMatchObject({
      ...defaultOptions,
      servers: [{ family: 4, address: '127.0.0.1' }],
      search: [],
      hasNameserver: false,
      hasSearch: false,
    });
  });

  test.each([
    ['pod', []],
    ['pod.h.test', ['h.test']],
    ['a.b', ['b']],
    ['pod.', ['']],
    ['', []],
  ])('host name %o gives the search list %o', (hostName, search) => {
    expect(parse('nameserver 192.0.2.1\n', hostName)).toMatchObject({ search, hasSearch: false, hasNameserver: true });
  });
});

describe('nameserver', () => {
  test('the first three usable ones count, the others are reported', () => {
    const text = 'nameserver 192.0.2.1\nnameserver x\nnameserver ::1\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n';
    expect(addresses(text)).toEqual(['192.0.2.1', '::1', '192.0.2.3']);
    expect(parse(text).ignored).toEqual([
      { line: 2, text: 'nameserver x', why: 'not an IP address' },
      { line: 5, text: 'nameserver 192.0.2.4', why: 'more than 3 nameservers' },
    ]);
  });

  test.each([
    ['nameserver 192.0.2.1 trailing words', '192.0.2.1'],
    ['nameserver\t192.0.2.1\t', '192.0.2.1'],
    ['nameserver 10.1', '10.0.0.1'],
    ['nameserver 192.0.2.1', '192.0.2.1'],
    ['nameserver fe80::1%eth0 x', 'fe80::1%eth0'],
    ['nameserver 192.0.2.1\0.5', '192.0.2.1'],
  ])('%o', (line, address) => {
    expect(addresses(line)).toEqual([address]);
    expect(addresses(`${line}\n`)).toEqual([address]);
  });

  test.each(['nameserver 192.0.2.1\r', 'nameserver 192.0.2.1:53', 'Nameserver 192.0.2.1', 'nameserver:192.0.2.1'])(
    '%o is no nameserver',
    (line) => {
      expect(parse(line)).toMatchObject({ hasNameserver: false, ignored: [{ line: 1, text: line }] });
    },
  );
});

describe('search and domain', () => {
  test.each([
    ['search a.test\tb.test  c.test ', ['a.test', 'b.test', 'c.test']],
    ['domain a.test b.test', ['a.test']],
    ['search a.test\ndomain b.test', ['b.test']],
    ['domain a.test\nsearch b.test c.test', ['b.test', 'c.test']],
    ['search a.test\nsearch', ['a.test']],
    ['search a.test\nsearch \ndomain \t', ['a.test']],
    ['search a.test # b.test', ['a.test', '#', 'b.test']],
    ['search a.test b.test\r', ['a.test', 'b.test\r']],
    ['search . .a.test A.Test', ['.', '.a.test', 'A.Test']],
    [`search ${'x.test '.repeat(100)}`, Array.from({ length: 100 }, () => 'x.test')],
  ])('%o', (text, search) => {
    expect(parse(text, 'pod.h.test')).toMatchObject({ search, hasSearch: true });
  });

  test('what a later line replaces is reported', () => {
    expect(parse('search a.test\ndomain b.test\n').ignored).toEqual([
      { line: 1, text: 'search a.test', why: 'replaced by line 2' },
    ]);
  });
});

test('faults are reported with line and text, comments and empty lines are none', () => {
  const text =
    '# x\n\nlookup file\n\toptions rotate\noptions rotate foo ndots:2 bar\nsortlist 192.0.2.0\nsearch\n \t\n';
  expect(parse(text).ignored).toEqual([
    { line: 3, text: 'lookup file', why: 'unknown keyword' },
    { line: 4, text: '\toptions rotate', why: 'blank before the keyword' },
    { line: 5, text: 'foo', why: 'unknown option' },
    { line: 5, text: 'bar', why: 'unknown option' },
    { line: 6, text: 'sortlist 192.0.2.0', why: 'sortlist is not emulated' },
    { line: 7, text: 'search', why: 'no value' },
  ]);
});

test('a file of nonsense does not fill the log', () => {
  const { ignored } = parse(`${'y'.repeat(1000)}\n`.repeat(1000));
  expect(ignored).toHaveLength(20);
  expect(ignored[19]).toEqual({ line: 20, text: 'y'.repeat(200), why: 'unknown keyword' });
});

describe('behind twenty faults', () => {
  const faults = 'nope\n'.repeat(25);

  test('no more are reported, of any kind', () => {
    const { ignored } = parse(`${faults}options nope\nnameserver nope\nsortlist x\n`);
    expect(ignored).toHaveLength(20);
  });

  test('what has a meaning is read all the same', () => {
    const text = `${faults}nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4
search a.test\noptions ndots:3\n`;
    expect(parse(text)).toMatchObject({ servers: { length: 3 }, search: ['a.test'], ndots: 3 });
  });
});

test.each([
  ['nothing behind a NUL', 'options ndots:2\0 timeout:9', { ndots: 2, timeoutSeconds: 5, ignored: [] }],
  ['nothing of an empty line', '\n \n\t\n', { hasNameserver: false, hasSearch: false }],
  ['nor a line that begins with one', '\0search a.test', { hasSearch: false, ignored: [] }],
])('%s is read', (_, text, found) => {
  expect(parse(text)).toMatchObject(found);
});

test('a keyword without a value is reported, with blanks behind it, too', () => {
  expect(parse('search \t\n').ignored).toEqual([{ line: 1, text: 'search \t', why: 'no value' }]);
});

test('a host name that begins with a dot', () => {
  expect(parse('', '.h.test').search).toEqual(['h.test']);
});

describe('the canonical text', () => {
  test('has what differs from the defaults', () => {
    const text = `options use-vc ndots:5 timeout:5\nsearch b.test\nnameserver 10.1\ndomain a.test
options single-request-reopen no_tld_query attempts:0\nnameserver FE80:0::1%eth0\n# end`;
    expect(formatResolvConf(parse(text))).toBe(
      'nameserver 10.0.0.1\nnameserver fe80::1%eth0\nsearch a.test\noptions ndots:5 attempts:0 single-request-reopen no-tld-query use-vc\n',
    );
  });

  test('does not write down what came from nowhere', () => {
    expect(formatResolvConf(parse('', 'pod.h.test'))).toBe('');
  });
});
