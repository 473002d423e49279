import { describe, expect, test } from 'vitest';
import { property, assert, record, array, constantFrom, integer, boolean } from 'fast-check';
import { parseResolvConf } from '../../../sidecar/decide/resolv-conf.ts';
import { defaultOptions } from '../../../sidecar/decide/resolv-options.ts';
import { formatResolvConf } from '../../parts/resolv-conf-text.ts';

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
  test('the first three usable ones count, the others are told', () => {
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

  test('what a later line replaces is told', () => {
    expect(parse('search a.test\ndomain b.test\n').ignored).toEqual([
      { line: 1, text: 'search a.test', why: 'replaced by line 2' },
    ]);
  });
});

test('faults are told with line and text, comments and empty lines are none', () => {
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

  test('reads back as the same configuration', () => {
    const lines = constantFrom(
      ...['nameserver 192.0.2.1', 'nameserver ::ffff:10.1.1.1', 'nameserver fe80::1%7', 'nameserver 0x7f.1', 'nope'],
      ...[
        'search a.test b.test',
        'search .',
        'search .x. y\r',
        'domain d.test',
        'search',
        'options',
        'options -rotate',
      ],
    );
    const options = record({ ndots: integer(), timeout: integer(), attempts: integer(), flag: boolean() }).map(
      ({ ndots, timeout, attempts, flag }) =>
        `options ndots:${ndots} timeout:${timeout} attempts:${attempts}${flag ? ' rotate edns0 trust-ad no-aaaa' : ''}`,
    );
    assert(
      property(array(lines), array(options), (some, others) => {
        const { ignored: _, ...conf } = parse([...some, ...others].join('\n'), 'pod.h.test');
        expect(parse(formatResolvConf({ ...conf, ignored: [] }), 'pod.h.test')).toEqual({ ...conf, ignored: [] });
      }),
    );
  });
});
