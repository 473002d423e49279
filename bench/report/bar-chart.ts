/** A picture of one column: a bar for each row, the median as its length, the runs' spread as a line over its end. */
import type { Column, ResultTable, Row, RowKind } from '../results.ts';
import { numberText } from './numbers.ts';

/** The SVG, readable on light and dark pages alike. */
export function barChart(title: string, { rows }: ResultTable, column: Column): string {
  const shown = rows.filter(({ values }) => (values[column.key]?.runs ?? 0) > 0);
  const ordered = shown.toSorted((one, other) => medianOf(other, column) - medianOf(one, column));
  const most = Math.max(...ordered.map(({ values }) => values[column.key]?.most ?? 0), Number.MIN_VALUE);
  const height = headHeight + ordered.length * rowHeight + footHeight;
  const scale = (value: number): number => (value / most) * barWidth;
  const bars = ordered.map((row, index) => bar(row, column, headHeight + index * rowHeight, scale));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 13px sans-serif; fill: #1f2328 }
.title { font-size: 15px; font-weight: bold }
.ours { fill: #1a7f37 } .peer { fill: #57789b } .floor { fill: #a8aeb6 }
.spread { stroke: #1f2328; stroke-width: 1.5 }
.page { fill: #fff }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .spread { stroke: #e6edf3 } .page { fill: #0d1117 } }
</style>
<rect class="page" width="${width}" height="${height}"/>
<text class="title" x="${margin}" y="24">${escaped(title)}</text>
${bars.join('\n')}
</svg>
`;
}

const width = 820;
const margin = 12;
const labelWidth = 290;
const barWidth = 440;
const headHeight = 40;
const rowHeight = 28;
const footHeight = 8;
const barHeight = 18;
const middle = 14;

function bar(row: Row, column: Column, top: number, scale: (value: number) => number): string {
  const { median = 0, least = 0, most = 0 } = row.values[column.key] ?? {};
  const at = (value: number): string => (labelWidth + scale(value)).toFixed(1);
  const line = top + barHeight / 2;
  const mark = `M${at(least)} ${line}H${at(most)}M${at(least)} ${line - 4}v8M${at(most)} ${line - 4}v8`;
  const value = numberText(median, column.digits);
  return [
    `<text x="${labelWidth - 8}" y="${top + middle}" text-anchor="end">${escaped(row.label)}</text>`,
    `<rect class="${row.kind satisfies RowKind}" x="${labelWidth}" y="${top}" width="${Math.max(1, scale(median)).toFixed(1)}" height="${barHeight}" rx="2"/>`,
    least === most ? '' : `<path class="spread" d="${mark}" fill="none"/>`,
    `<text x="${(labelWidth + scale(most) + 8).toFixed(1)}" y="${top + middle}">${value}</text>`,
  ].join('');
}

function medianOf({ values }: Row, { key }: Column): number {
  return values[key]?.median ?? 0;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
