/** Tables and pictures from results. */
import { expect, test } from 'vitest';
import { isReached, type FigureResult, type ResultTable } from '../results.ts';
import { spreadOf } from '../statistics.ts';
import { barChart } from './bar-chart.ts';
import { goalText, spreadText } from './numbers.ts';
import { resultSection } from './results-page.ts';

const column = { key: 'rate', title: 'Queries', unit: 'thousand', digits: 1 };
const table: ResultTable = {
  key: 'throughput',
  title: '',
  columns: [column],
  rows: [
    { label: 'we & co', kind: 'ours', values: { rate: spreadOf([50, 40, 60]) } },
    { label: 'other', kind: 'peer', values: { rate: spreadOf([100]) } },
    { label: 'absent', kind: 'peer', values: {} },
  ],
};

test.each([
  [spreadOf([1, 2, 3]), '2.0 (1.0 to 3.0)'],
  [spreadOf([1.01, 1.02]), '1.0'],
  [spreadOf([]), '–'],
  [undefined, '–'],
])('%j is written as %s', (spread, expected) => expect(spreadText(spread, column)).toBe(expected));

test.each([
  [{ found: 0.6, bound: 0.6, sense: 'at least' }, true],
  [{ found: 0.59, bound: 0.6, sense: 'at least' }, false],
  [{ found: 12, bound: 12, sense: 'at most' }, true],
  [{ found: 12.1, bound: 12, sense: 'at most' }, false],
  [{ bound: 12, sense: 'at most' }, undefined],
] as const)('goal %j: %s', (goal, reached) => expect(isReached({ text: '', unit: '', ...goal })).toBe(reached));

test('a goal that is missed stands in the page as it is', () => {
  expect(goalText({ text: 'ours', unit: 'MB', found: 39.46, bound: 28, sense: 'at most' })).toEqual([
    'ours',
    'at most 28 MB',
    '39.5 MB',
    '**no**',
  ]);
  expect(goalText({ text: 'ours', unit: '×', bound: 0.9, sense: 'at least' }).at(-1)).toBe('not measured');
});

test('a bar is as long as its median, the longest spread fills the picture, and rows without a value have none', () => {
  const picture = barChart('A < B', table, column);
  const lengths = [...picture.matchAll(/<rect class="(ours|peer)" .*? width="([\d.]+)"/g)].map(([, kind, length]) => [
    kind,
    Number(length),
  ]);
  expect(lengths).toEqual([
    ['peer', 440],
    ['ours', 220],
  ]);
  expect(picture).toContain('A &lt; B');
  expect(picture).toContain('we &amp; co');
  expect(picture).not.toContain('absent');
  expect(picture.match(/class="spread" d/g)).toHaveLength(1);
});

test('a section says with what, when, and beside which other load it was taken', () => {
  const result = (foreignPercent: number): FigureResult => ({
    taken: { date: '2026-11-29', quick: false, machine: '2 × x', versions: { other: '1.0' }, foreignPercent },
    tables: [table],
    goals: [],
    remarks: ['One was lost.'],
  });
  const text = { name: 'x', title: 'X', what: '', pictures: [] };
  const quiet = resultSection(text, result(1));
  expect(quiet).toContain('| **we & co** | 50.0 (40.0 to 60.0) |');
  expect(quiet).toContain('* One was lost.');
  expect(quiet).toContain('2026-11-29, one run: 2 × x');
  expect(quiet).toContain('other 1.0');
  expect(quiet).not.toContain('to be repeated');
  expect(resultSection(text, result(30))).toContain('30 % of the machine meanwhile: to be repeated');
});
