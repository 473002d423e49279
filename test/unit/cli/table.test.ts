import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isSameResult, type Lookup, type NameLookups } from '../../../cli/demo/lookups.ts';
import { lookupTable, outcomeText, summaryText, timeText } from '../../../cli/report/lookup-table.ts';

const found = (...addresses: string[]): Lookup => ({ outcome: 'OK', addresses, queries: 2, elapsedMs: 1.2 });
const failed = (outcome: 'NONAME' | 'NODATA' | 'AGAIN', elapsedMs = 5000): Lookup => ({
  outcome,
  addresses: [],
  queries: 12,
  elapsedMs,
});

const titles = { musl: 'musl 1.2.5 alone', glibc: 'glibc', injected: 'musl 1.2.5 + sidecar' };
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

test('marks, reasons, and 100 columns', () => {
  const lines = plain(lookupTable(rows, titles, (name) => (name === 'cart' ? 'never shown' : 'because')));
  expect(lines).toEqual([
    '                         musl 1.2.5 alone          glibc                     musl 1.2.5 + sidecar',
    '                         result          q  time   result          q  time   result          q  time',
    '  cart                   10.0.0.1        2 1.2ms   10.0.0.1        2 1.2ms ✓ 10.0.0.1        2 1.2ms',
    '  db.corp              ✗ temp. failure  12  5.0s   10.0.0.2 +1     2 1.2ms ✓ 10.0.0.2 +1     2 1.2ms',
    '    └ because',
    '  a-name-that-is-longer-than-its-column',
    '                         no address     12 0.4ms   not found      12  5.0s ≠ 10.0.0.3        2 1.2ms',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('the summary counts', () => {
  expect(plain(summaryText(rows))).toEqual([
    '',
    '  Alpine alone resolves 1 of 3 otherwise than Debian.',
    '  Through the sidecar 1 of 3 still differ; docs/residual-divergences.md says why.',
    '  q: queries that the program itself sends',
  ]);
  expect(plain(summaryText(rows.slice(0, 1)))[1]).toBe('  Alpine alone resolves it as Debian does.');
  expect(plain(summaryText(rows.slice(0, 2)))[2]).toBe('  Through the sidecar both are as on Debian.');
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
  expect(outcomeText(lookup)).toBe(text);
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
