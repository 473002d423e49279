/** What the failures of nameservers come to, as a table for each group of pods. */
import { muslTitle } from '../models/musl-choice.ts';
import type { LookupResult } from '../models/lookup.ts';
import { padded, printable, shortened, styled, wrapped } from '../terminal/output.ts';
import type { LossRow, WhatIfGroup, WhatIfRow } from './what-if.ts';
import type { LossEnd } from './what-if-loss.ts';

/** On a narrow terminal the names give way. */
const nameColumns = 22;
/** `not found 20.0s`, and a space. */
const cellColumns = 16;

/** @param isAll rows in which all come to the same end, too */
export function whatIfText(groups: readonly WhatIfGroup[], isAll: boolean, columns: number): string[] {
  if (groups.length === 0) return [];
  return [
    styled('bold', 'What if'),
    ...wrapped(
      'Assumed: Services that are known exist, and other names are of the world outside. Times are played, not measured.',
      columns,
      '  ',
    ),
    ...groups.flatMap((group) => ['', ...groupText(group, isAll, columns)]),
  ];
}

function groupText(group: WhatIfGroup, isAll: boolean, columns: number): string[] {
  const { workloads, musl, hasSidecar, rows, losses, unplayedNames } = group;
  const shown = [...rows, ...losses].filter(({ isDifferent }) => isAll || isDifferent);
  const [first = '', ...more] = workloads;
  const title = `${first}${more.length > 0 ? ` and ${more.length} like it` : ''}: ${muslTitle(musl.members, musl)}${hasSidecar ? ', with the sidecar' : ', without the sidecar'}`;
  const widths = widthsIn(columns);
  const [head = ''] = lineTexts('', ['glibc', 'musl', 'musl + sidecar'], widths);
  const byScenario = Map.groupBy(shown, ({ scenario }) => scenario);
  return [
    ...wrapped(printable(title), columns).map((line) => styled('bold', line)),
    ...(shown.length === 0 ? ['  In all of it musl comes to the same end as glibc.'] : [styled('dim', head)]),
    ...[...byScenario].flatMap(([scenario, own]) => [
      `  ${scenario}`,
      ...alikeRows(own).flatMap((alike) => rowText(alike, widths)),
    ]),
    ...(unplayedNames > 0
      ? wrapped(`Not played: ${unplayedNames} names more, none of them like these.`, columns, '  ')
      : []),
  ];
}

type ShownRow = WhatIfRow | LossRow;

/** Names that come to the same ends share a line. */
function alikeRows(rows: readonly ShownRow[]): ShownRow[][] {
  return [...Map.groupBy(rows, (row) => cellsOf(row).join('|')).values()];
}

function cellsOf({ glibc, musl, sidecar }: ShownRow): [string, string, string] {
  const measure = 'share' in glibc ? 0 : glibc.addresses.length;
  return [cellText([glibc], measure), cellText(musl, measure), cellText(sidecar, measure)];
}

interface Widths {
  readonly name: number;
  /** Of glibc, musl, and musl with the sidecar; in each but the last one a space is behind the words. */
  readonly cells: readonly [number, number, number];
}

function widthsIn(columns: number): Widths {
  const musl = Math.max(cellColumns, columns - 2 - nameColumns - 2 * cellColumns);
  return { name: columns - 2 - musl - 2 * cellColumns, cells: [cellColumns, musl, cellColumns] };
}

function rowText(rows: readonly ShownRow[], widths: Widths): string[] {
  const [first] = rows;
  const [shownName] = first?.names ?? [];
  if (first === undefined || shownName === undefined) return [];
  const more = rows.reduce((sum, { names }) => sum + names.length, -1);
  const others = more > 0 ? ` +${more}` : '';
  const name = `${shortened(printable(shownName), widths.name - 3 - others.length)}${others}`;
  return lineTexts(name, cellsOf(first), widths);
}

/** As many lines as the longest cell needs. */
function lineTexts(name: string, cells: readonly string[], widths: Widths): string[] {
  const parts = cells.map((cell, i) => cellLines(cell, (widths.cells[i] ?? 0) - (i + 1 < cells.length ? 1 : 0)));
  const count = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: count }, (_, line) => {
    const text = parts.map((lines, i) => padded(lines[line] ?? '', widths.cells[i] ?? 0)).join('');
    return `    ${padded(line === 0 ? name : '', widths.name - 2)}${text}`.trimEnd();
  });
}

/** An end is broken only where it alone is too long. */
function cellLines(cell: string, columns: number): string[] {
  const ends = cell.split(between);
  const lines: string[] = [];
  for (const part of ends.flatMap((end, i) => wrapped(i + 1 < ends.length ? `${end} /` : end, columns))) {
    const last = lines.at(-1);
    const isRoom = last !== undefined && last.length + 1 + part.length <= columns;
    lines.push(isRoom ? `${lines.pop()} ${part}` : part);
  }
  return lines;
}

const between = ' / ';

/** `ok 5.0s`, `fails 10.0s`, `not found`, with losses `99.2% 5.0s`; where releases of musl differ, each. */
export function cellText(ends: readonly (LookupResult | LossEnd)[], measure: number): string {
  return [...new Set(ends.map((end) => ('share' in end ? lossText(end) : lookupText(end, measure))))].join(between);
}

/** `100%` is all of them. */
function lossText({ share, p99Ms }: LossEnd): string {
  return `${share === 1 ? '100' : (share * 100).toFixed(1)}% ${(p99Ms / 1000).toFixed(1)}s`;
}

/** Shorter is not felt. */
const shownMs = 100;

function lookupText({ outcome, addresses, elapsedMs }: LookupResult, measure: number): string {
  const time = elapsedMs < shownMs ? '' : ` ${(elapsedMs / 1000).toFixed(1)}s`;
  if (outcome === 'AGAIN') return `fails${time}`;
  if (outcome !== 'OK') return `not found${time}`;
  return `ok${addresses.length < measure ? ` ${addresses.length}/${measure}` : ''}${time}`;
}
