/** The table of lookups: outcome, queries and time, three ways. */
import { outputColumns, padded, paddedLeft, shortened, styled, type Style } from '../terminal/output.ts';
import { isSameResult, type Lookup, type NameLookups } from '../demo/lookups.ts';

export interface TableTitles {
  readonly musl: string;
  readonly glibc: string;
  readonly injected: string;
}

const NAME_COLUMNS = 22;
const MARK_COLUMNS = 3;
const OUTCOME_COLUMNS = 14;
const QUERY_COLUMNS = 3;
const TIME_COLUMNS = 6;
const CELL_COLUMNS = MARK_COLUMNS + OUTCOME_COLUMNS + QUERY_COLUMNS + TIME_COLUMNS;

/** As gai_strerror has them, but short. */
const FAILURES = { NONAME: 'not found', NODATA: 'no address', AGAIN: 'temp. failure' } as const;

/** @param whyOf what to say below a name that musl alone resolves differently */
export function lookupTable(
  rows: readonly NameLookups[],
  titles: TableTitles,
  whyOf: (name: string) => string,
): string[] {
  const captions = `${' '.repeat(MARK_COLUMNS)}${padded('result', OUTCOME_COLUMNS)}${paddedLeft('q', QUERY_COLUMNS)}${paddedLeft('time', TIME_COLUMNS)}`;
  const title = (text: string) => styled('bold', padded(`${' '.repeat(MARK_COLUMNS)}${text}`, CELL_COLUMNS));
  return [
    `${' '.repeat(NAME_COLUMNS)}${title(titles.musl)}${title(titles.glibc)}${title(titles.injected)}`.trimEnd(),
    styled('dim', `${' '.repeat(NAME_COLUMNS)}${captions.repeat(3)}`),
    ...rows.flatMap((row) => tableRow(row, whyOf(row.name))),
  ];
}

/** What the table shows, in words. */
export function summaryText(rows: readonly NameLookups[]): string[] {
  const muslDiffers = rows.filter(({ musl, glibc }) => !isSameResult(musl, glibc)).length;
  const injectedDiffers = rows.filter(({ injected, glibc }) => !isSameResult(injected, glibc)).length;
  const alone =
    muslDiffers === 0
      ? `Alpine alone resolves ${rows.length === 1 ? 'it' : rows.length === 2 ? 'both' : 'all of them'} as Debian does.`
      : `Alpine alone resolves ${styled('red', `${muslDiffers} of ${rows.length}`)} otherwise than Debian.`;
  const through =
    injectedDiffers === 0
      ? `Through the sidecar ${styled('green', rows.length === 1 ? 'it is' : rows.length === 2 ? 'both are' : `all ${rows.length} are`)} as on Debian.`
      : `Through the sidecar ${styled('yellow', `${injectedDiffers} of ${rows.length}`)} still differ; docs/residual-divergences.md says why.`;
  return ['', `  ${alone}`, `  ${through}`, styled('dim', '  q: queries that the program itself sends')];
}

function tableRow({ name, musl, glibc, injected }: NameLookups, why: string): string[] {
  const muslDiffers = !isSameResult(musl, glibc);
  const cells = [
    cell(musl, muslDiffers ? { mark: '✗', style: 'red' } : {}),
    cell(glibc, {}),
    cell(injected, isSameResult(injected, glibc) ? { mark: '✓', style: 'green' } : { mark: '≠', style: 'yellow' }),
  ].join('');
  const isLong = name.length > NAME_COLUMNS - 2;
  const first = isLong
    ? [`  ${shortened(name, outputColumns() - 2)}`, `${' '.repeat(NAME_COLUMNS)}${cells}`]
    : [padded(`  ${name}`, NAME_COLUMNS) + cells];
  return muslDiffers && why !== '' ? [...first, styled('dim', shortened(`    └ ${why}`, outputColumns()))] : first;
}

function cell(lookup: Lookup, { mark = '', style }: { readonly mark?: string; readonly style?: Style }): string {
  const text = padded(` ${mark}`, MARK_COLUMNS) + padded(outcomeText(lookup), OUTCOME_COLUMNS);
  const numbers =
    paddedLeft(String(lookup.queries), QUERY_COLUMNS) + paddedLeft(timeText(lookup.elapsedMs), TIME_COLUMNS);
  return (style === undefined ? text : styled(style, text)) + styled('dim', numbers);
}

export function outcomeText({ outcome, addresses }: Pick<Lookup, 'outcome' | 'addresses'>): string {
  if (outcome !== 'OK') return FAILURES[outcome];
  const first = addresses.find((address) => !address.includes(':')) ?? addresses[0] ?? '';
  const more = addresses.length > 1 ? ` +${addresses.length - 1}` : '';
  return shortened(first, OUTCOME_COLUMNS - 1 - more.length) + more;
}

/** Three digits are enough: `0.8ms`, `12ms`, `5.0s`. */
export function timeText(elapsedMs: number): string {
  if (elapsedMs < 9.95) return `${elapsedMs.toFixed(1)}ms`;
  if (elapsedMs < 999.5) return `${Math.round(elapsedMs)}ms`;
  return `${(elapsedMs / 1000).toFixed(1)}s`;
}
