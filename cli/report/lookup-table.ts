/** The table of lookups: outcome, queries and time, three ways, in the width that there is. */
import { padded, paddedLeft, printable, shortened, styled, wrapped, type Style } from '../terminal/output.ts';
import { likeness, noticeableDelay, wasAnswered, type Lookup, type NameLookups } from './comparison.ts';

export interface TableTitles {
  readonly musl: string;
  readonly glibc: string;
  readonly injected: string;
}

interface Layout {
  /** 0: the name stands on a line of its own. */
  readonly name: number;
  readonly mark: number;
  readonly outcome: number;
  /** 0: without the count of queries. */
  readonly queries: number;
  readonly time: number;
}

const wideColumns = 100;
const middleColumns = 80;
const maxNameColumns = 34;

/** Wide: a row on one line, with the queries; narrow: the name on a line of its own. */
function layoutOf(columns: number): Layout {
  if (columns >= wideColumns) {
    const name = Math.min(maxNameColumns, 22 + Math.floor((columns - wideColumns) / 2));
    return { name, mark: 3, outcome: Math.floor((columns - name) / 3) - 12, queries: 3, time: 6 };
  }
  if (columns >= middleColumns) {
    const name = 14 + (columns - middleColumns);
    return { name, mark: 3, outcome: 13, queries: 0, time: 6 };
  }
  return { name: 0, mark: 3, outcome: Math.floor(columns / 3) - 9, queries: 0, time: 6 };
}

/** As gai_strerror has them, but short. */
export const failureTexts = { NONAME: 'not found', NODATA: 'no address', AGAIN: 'temp. fail.' } as const;

interface Mark {
  readonly sign: string;
  readonly style: Style | undefined;
  readonly meaning: string;
}

/** What the signs say; only those that a table has are explained below it. */
const marks = {
  otherwise: { sign: '✗', style: 'red', meaning: 'otherwise than glibc' },
  found: { sign: '✓', style: 'green', meaning: 'found as by glibc' },
  failed: { sign: '=', style: undefined, meaning: 'fails as with glibc' },
  slow: { sign: '!', style: 'yellow', meaning: 'as with glibc, but later' },
  addresses: { sign: '≈', style: undefined, meaning: 'same name, other addresses this time' },
  differs: { sign: '≠', style: 'yellow', meaning: 'not as glibc' },
  none: { sign: '', style: undefined, meaning: '' },
} as const satisfies Readonly<Record<string, Mark>>;

/** @param remarksOf what to say below a name */
export function lookupTable(
  rows: readonly NameLookups[],
  titles: TableTitles,
  remarksOf: (row: NameLookups) => readonly string[],
  columns: number,
): string[] {
  const layout = layoutOf(columns);
  const cellColumns = layout.mark + layout.outcome + layout.queries + layout.time;
  const left = ' '.repeat(layout.name);
  const caption = [
    ' '.repeat(layout.mark) + padded('result', layout.outcome),
    layout.queries > 0 ? paddedLeft('q', layout.queries) : '',
    paddedLeft('time', layout.time),
  ].join('');
  const title = (text: string) =>
    styled('bold', padded(' '.repeat(layout.mark) + shortened(text, cellColumns - layout.mark), cellColumns));
  return [
    `${left}${title(titles.musl)}${title(titles.glibc)}${title(titles.injected)}`.trimEnd(),
    styled('dim', `${left}${caption.repeat(3)}`.trimEnd()),
    ...rows.flatMap((row) => [
      ...tableRow(row, layout, columns),
      ...remarksOf(row).flatMap((text) =>
        wrapped(printable(text), columns, '    └ ', '      ').map((line) => styled('dim', line)),
      ),
    ]),
  ];
}

/** What the table shows, in words. */
export function summaryText(rows: readonly NameLookups[], columns: number): string[] {
  const text = (line: string, style?: Style) =>
    wrapped(line, columns, '  ').map((part) => (style === undefined ? part : styled(style, part)));
  if (rows.every(({ musl, glibc }) => !wasAnswered(musl) && !wasAnswered(glibc)))
    return ['', ...text('No nameserver answered: there is nothing to compare.', 'yellow'), ...legend(rows, columns)];
  const muslDiffers = rows.filter(({ musl, glibc }) => likeness(musl, glibc) === 'different').length;
  const injectedDiffers = rows.filter(({ injected, glibc }) => likeness(injected, glibc) === 'different').length;
  const slow = rows.filter(
    ({ injected, glibc }) => likeness(injected, glibc) !== 'different' && noticeableDelay(injected, glibc) > 0,
  ).length;
  const isGood = injectedDiffers === 0 && slow === 0;
  const good = rows.some(isFound) ? 'green' : undefined;
  return [
    '',
    ...text(aloneText(muslDiffers, rows.length), muslDiffers > 0 ? 'red' : undefined),
    ...text(throughText(injectedDiffers, slow, rows.length), isGood ? good : 'yellow'),
    ...legend(rows, columns),
  ];
}

function aloneText(differs: number, total: number): string {
  return differs === 0
    ? `Alpine alone resolves ${allOf(total)} as Debian does.`
    : `Alpine alone resolves ${someOf(differs, total)} otherwise than Debian.`;
}

function throughText(differs: number, slow: number, total: number): string {
  const isOne = total === 1;
  if (differs > 0)
    return `Through the sidecar ${someOf(differs, total)} still ${isOne ? 'differs' : 'differ'}; docs/residual-divergences.md lists what remains.`;
  const later = slow > 0 ? `, ${isOne ? 'but' : someOf(slow, total)} later` : '';
  return `Through the sidecar ${allOf(total)} ${isOne ? 'is' : 'are'} as on Debian${later}.`;
}

function allOf(total: number): string {
  if (total === 1) return 'it';
  return total === 2 ? 'both' : `all ${total}`;
}

function someOf(count: number, total: number): string {
  return total === 1 ? 'it' : `${count} of ${total}`;
}

function isFound({ injected }: NameLookups): boolean {
  return injected.outcome === 'OK';
}

function legend(rows: readonly NameLookups[], columns: number): string[] {
  const used = new Set<Mark>(rows.flatMap((row) => [muslMark(row), injectedMark(row)]));
  const meanings = Object.values(marks)
    .filter((mark) => mark.sign !== '' && used.has(mark))
    .map(({ sign, meaning }) => `${sign} ${meaning}`);
  if (layoutOf(columns).queries > 0) meanings.push('q: queries that the program itself sends');
  if (meanings.length === 0) return [];
  return wrapped(meanings.join('; '), columns, '  ').map((line) => styled('dim', line));
}

function muslMark({ musl, glibc }: NameLookups): Mark {
  const like = likeness(musl, glibc);
  return like === 'different' ? marks.otherwise : marks.none;
}

function injectedMark({ injected, glibc }: NameLookups): Mark {
  const like = likeness(injected, glibc);
  if (like === 'different') return marks.differs;
  if (noticeableDelay(injected, glibc) > 0) return marks.slow;
  if (like === 'other-addresses') return marks.addresses;
  return injected.outcome === 'OK' ? marks.found : marks.failed;
}

function tableRow(row: NameLookups, layout: Layout, columns: number): string[] {
  const cells = [
    cell(row.musl, muslMark(row), layout),
    cell(row.glibc, marks.none, layout),
    cell(row.injected, injectedMark(row), layout),
  ].join('');
  const name = printable(row.name);
  if (layout.name > 0 && name.length <= layout.name - 2) return [padded(`  ${name}`, layout.name) + cells];
  return [`  ${shortened(name, columns - 2)}`, `${' '.repeat(layout.name)}${cells}`];
}

function cell(lookup: Lookup, { sign, style }: Mark, layout: Layout): string {
  const text = padded(` ${sign}`, layout.mark) + padded(outcomeText(lookup, layout.outcome), layout.outcome);
  const queries = layout.queries > 0 ? paddedLeft(String(lookup.queries), layout.queries) : '';
  const numbers = queries + paddedLeft(timeText(lookup.elapsedMs), layout.time);
  return (style === undefined ? text : styled(style, text)) + styled('dim', numbers);
}

/** The first IPv4 address, else the first, and how many more there are. */
export function outcomeText({ outcome, addresses }: Pick<Lookup, 'outcome' | 'addresses'>, columns: number): string {
  if (outcome !== 'OK') return failureTexts[outcome];
  const first = addresses.find((address) => !address.includes(':')) ?? addresses[0] ?? '';
  const more = addresses.length > 1 ? ` +${addresses.length - 1}` : '';
  return shortened(first, columns - more.length) + more;
}

/** Three digits are enough: `0.8ms`, `12ms`, `5.0s`. */
export function timeText(elapsedMs: number): string {
  if (elapsedMs < 9.95) return `${elapsedMs.toFixed(1)}ms`;
  if (elapsedMs < 999.5) return `${Math.round(elapsedMs)}ms`;
  return `${(elapsedMs / 1000).toFixed(1)}s`;
}

/** In simulated time what takes no time takes none. */
export function clockText(ms: number): string {
  return ms === 0 ? '0ms' : timeText(ms);
}
