/** The demo's table of lookups, in every width. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isSameResult, type Lookup, type NameLookups } from '../../../cli/report/comparison.ts';
import { lookupTable, outcomeText, summaryText, timeText } from '../../../cli/report/lookup-table.ts';
import { present } from '../../support/present.ts';

const found = (...addresses: string[]): Lookup => ({ outcome: 'OK', addresses, queries: 2, elapsedMs: 1.2 });
const failed = (outcome: 'NONAME' | 'NODATA' | 'AGAIN', elapsedMs = 5000): Lookup => ({
  outcome,
  addresses: [],
  queries: 12,
  elapsedMs,
});

const titles = { musl: 'musl 1.2.5 alone', glibc: 'glibc', injected: 'musl + sidecar' };
const rows: NameLookups[] = [
  { name: 'cart', musl: found('10.0.0.1'), glibc: found('10.0.0.1'), injected: found('10.0.0.1') },
  {
    name: 'db.corp',
    musl: failed('AGAIN'),
    glibc: found('10.0.0.2', '2001:db8::2'),
    injected: found('2001:db8::2', '10.0.0.2'),
  },
  {
    name: 'a-name-that-is-longer-than-its-column',
    musl: failed('NODATA', 0.4),
    glibc: failed('NONAME'),
    injected: found('10.0.0.3'),
  },
];
const plain = (lines: readonly string[]) => lines.map((line) => stripVTControlCharacters(line).trimEnd());
const none = () => [];

describe('the table in the width that there is', () => {
  const remarks = ({ name }: NameLookups) =>
    name === 'db.corp' ? ['because of what happened, told in many words'] : [];

  test('100 columns', () => {
    expect(plain(lookupTable(rows, titles, remarks, 100))).toEqual([
      '                         musl 1.2.5 alone          glibc                     musl + sidecar',
      '                         result          q  time   result          q  time   result          q  time',
      '  cart                   10.0.0.1        2 1.2ms   10.0.0.1        2 1.2ms ✓ 10.0.0.1        2 1.2ms',
      '  db.corp              ✗ temp. fail.    12  5.0s   10.0.0.2 +1     2 1.2ms ✓ 10.0.0.2 +1     2 1.2ms',
      '    └ because of what happened, told in many words',
      '  a-name-that-is-longer-than-its-column',
      '                         no address     12 0.4ms   not found      12  5.0s ≠ 10.0.0.3        2 1.2ms',
    ]);
  });

  test('80 columns', () => {
    expect(plain(lookupTable(rows, titles, remarks, 80))).toEqual([
      '                 musl 1.2.5 alone      glibc                 musl + sidecar',
      '                 result         time   result         time   result         time',
      '  cart           10.0.0.1      1.2ms   10.0.0.1      1.2ms ✓ 10.0.0.1      1.2ms',
      '  db.corp      ✗ temp. fail.    5.0s   10.0.0.2 +1   1.2ms ✓ 10.0.0.2 +1   1.2ms',
      '    └ because of what happened, told in many words',
      '  a-name-that-is-longer-than-its-column',
      '                 no address    0.4ms   not found      5.0s ≠ 10.0.0.3      1.2ms',
    ]);
  });

  test('60 columns', () => {
    expect(plain(lookupTable(rows, titles, remarks, 60))).toEqual([
      '   musl 1.2.5 alone    glibc               musl + sidecar',
      '   result       time   result       time   result       time',
      '  cart',
      '   10.0.0.1    1.2ms   10.0.0.1    1.2ms ✓ 10.0.0.1    1.2ms',
      '  db.corp',
      ' ✗ temp. fail.  5.0s   10.0.0.2 +1 1.2ms ✓ 10.0.0.2 +1 1.2ms',
      '    └ because of what happened, told in many words',
      '  a-name-that-is-longer-than-its-column',
      '   no address  0.4ms   not found    5.0s ≠ 10.0.0.3    1.2ms',
    ]);
  });

  test.each([60, 70, 79, 80, 99, 100, 113, 120])('no line is wider than %d columns', (columns) => {
    const long = found(
      '2001:db8:1234:5678:9abc:def0:1234:5678',
      ...Array.from({ length: 47 }, (_, i) => `2001:db8::${i}`),
    );
    const wide = [...rows, { name: 'x'.repeat(150), musl: long, glibc: failed('AGAIN', 12_345), injected: long }];
    const lines = [
      ...lookupTable(wide, titles, () => ['word '.repeat(50), 'x'.repeat(200)], columns),
      ...summaryText(wide, columns),
    ];
    expect(Math.max(...plain(lines).map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test('control characters of a name stay out', () => {
    const hostile = { ...present(rows[0]), name: 'a\u001b[2Jb' };
    expect(lookupTable([hostile], titles, () => ['\u001b[2J'], 80).join('')).not.toContain('\u001b');
  });
});

describe('marks', () => {
  const ok = found('10.0.0.1');
  const other = { ...found('10.0.0.9'), canonicalName: 'cdn.test' };
  test.each([
    ['found alike', ok, ok, '✓'],
    ['fails alike', failed('NONAME', 1), failed('NONAME', 1), '='],
    ['fails in two permanent ways', failed('NODATA', 1), failed('NONAME', 1), '='],
    ['fails temporarily alike, but later', failed('AGAIN', 10_000), failed('AGAIN', 5), '!'],
    ['found alike, but later', { ...ok, elapsedMs: 700 }, ok, '!'],
    ['found alike, sooner', ok, { ...ok, elapsedMs: 5000 }, '✓'],
    ['found alike, not noticeably later', { ...ok, elapsedMs: 400 }, ok, '✓'],
    ['other addresses of the same name', { ...found('10.0.0.8'), canonicalName: 'CDN.test' }, other, '≈'],
    ['other addresses of another name', { ...found('10.0.0.8'), canonicalName: 'x.test' }, other, '≠'],
    ['fewer addresses of the same name', other, { ...found('10.0.0.1', '10.0.0.2'), canonicalName: 'cdn.test' }, '≠'],
    ['fails otherwise', failed('AGAIN', 1), failed('NONAME', 1), '≠'],
  ])('%s', (_what, injected, glibc, sign) => {
    const lines = plain(lookupTable([{ name: 'a', musl: glibc, glibc, injected }], titles, none, 80));
    expect(
      lines
        .at(-1)
        ?.slice(14 + 2 * 22)
        .trim()
        .charAt(0),
    ).toBe(sign);
    expect(plain(summaryText([{ name: 'a', musl: glibc, glibc, injected }], 80)).join(' ')).toContain(`${sign} `);
  });
});

describe('the summary', () => {
  const ofRows = (count: number) => plain(summaryText(rows.slice(0, count), 100));

  test('counts', () => {
    expect(ofRows(3)).toEqual([
      '',
      '  Alpine alone resolves 1 of 3 otherwise than Debian.',
      '  Through the sidecar 1 of 3 still differ; docs/residual-divergences.md lists what remains.',
      '  ✗ otherwise than glibc; ✓ found as by glibc; ≠ not as glibc; q: queries that the program itself',
      '  sends',
    ]);
    expect(ofRows(1).slice(1, 3)).toEqual([
      '  Alpine alone resolves it as Debian does.',
      '  Through the sidecar it is as on Debian.',
    ]);
    expect(ofRows(2)[2]).toBe('  Through the sidecar both are as on Debian.');
  });

  test('what is later is said', () => {
    const slow = { name: 'a', musl: failed('AGAIN'), glibc: failed('AGAIN', 5), injected: failed('AGAIN', 10_000) };
    expect(plain(summaryText([slow], 80))[2]).toBe('  Through the sidecar it is as on Debian, but later.');
    expect(plain(summaryText([slow, ...rows.slice(0, 2)], 80))[2]).toBe(
      '  Through the sidecar all 3 are as on Debian, 1 of 3 later.',
    );
  });

  test('no nameserver answered: nothing is compared', () => {
    const unanswered = { ...failed('AGAIN'), timeline: { candidates: [] } };
    const row = { name: 'a', musl: unanswered, glibc: unanswered, injected: unanswered };
    expect(plain(summaryText([row], 80))).toEqual([
      '',
      '  No nameserver answered: there is nothing to compare.',
      '  = fails as with glibc',
    ]);
  });
});

describe('isSameResult', () => {
  test.each([
    [found('10.0.0.1', '10.0.0.2'), found('10.0.0.2', '10.0.0.1'), true],
    [found('10.0.0.1'), found('10.0.0.1', '10.0.0.2'), false],
    [failed('NONAME'), failed('NODATA'), true],
    [failed('NONAME'), failed('AGAIN'), false],
    [failed('NODATA'), found('10.0.0.1'), false],
  ])('%#', (a, b, same) => {
    expect(isSameResult(a, b)).toBe(same);
    expect(isSameResult(b, a)).toBe(same);
  });
});

test.each([
  [found('2001:db8::1', '10.0.0.1'), '10.0.0.1 +1'],
  [found('2001:db8:1234:5678::1'), '2001:db8:123…'],
  [found('255.255.255.255', ...Array.from({ length: 47 }, (_, i) => `10.0.0.${i}`)), '255.255.… +47'],
])('%#: an address in 13 columns', (lookup, text) => {
  expect(outcomeText(lookup, 13)).toBe(text);
});

test.each([
  [0.04, '0.0ms'],
  [9.94, '9.9ms'],
  [9.96, '10ms'],
  [999.4, '999ms'],
  [999.6, '1.0s'],
  [12_345, '12.3s'],
])('%d ms: %s', (elapsedMs, text) => {
  expect(timeText(elapsedMs)).toBe(text);
});
