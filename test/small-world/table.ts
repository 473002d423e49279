/** The table in the repository: real glibc's outcome for every cell, one line of text for each row of a grid. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replyClasses, cells, grids, type Cell, type Grid } from './cells.ts';
import { formatEntry, parseEntry, type Entry } from './entry.ts';

export type Table = ReadonlyMap<Cell, Entry>;

export const tableFile = join(import.meta.dirname, 'glibc.table');

const legend = [
  'The outcome of getaddrinfo with AI_CANONNAME for every combination of reply classes.',
  'Written by `npm run small-world:record`; cells.ts says what the grids are.',
  '',
  'Rows and columns: the classes of the A and of the AAAA reply, or of the one that is asked for.',
  ...Object.entries(replyClasses).map(([letter, meaning]) => `  ${letter}  ${meaning}`),
  'Cells: outcome/seconds/queries.',
  '  no nd ag  EAI_NONAME, EAI_NODATA, EAI_AGAIN',
  '  1 2 =     addresses of entry or server 1, 2, or of the name as it is; then 4, 6 or * for A, AAAA or both',
  '  seconds   timeouts waited for; queries: datagrams sent, and questions over TCP',
];

function formatTable(table: Table, versions: readonly string[]): string {
  const head = [...versions.map((version) => `Recorded with ${version}`), '', ...legend];
  const lines = head.map((line) => `# ${line}`.trimEnd());
  for (const grid of grids) lines.push('', `[${grid.id}] ${grid.heading}`, ...gridLines(grid, table));
  return `${lines.join('\n')}\n`;
}

function gridLines(grid: Grid, table: Table): string[] {
  const own = cells.filter((cell) => cell.grid === grid);
  const texts = new Map(own.map((cell) => [`${cell.row} ${cell.column}`, textOf(cell, table)]));
  const width = Math.max(...[...texts.values()].map((text) => text.length));
  const line = (title: string, row: readonly string[]) =>
    [title.padEnd(2), ...row.map((text) => text.padEnd(width))].join(' ').trimEnd();
  return [
    line('', grid.columns),
    ...grid.rows.map((title, r) =>
      line(
        title,
        grid.columns.map((_, c) => texts.get(`${r} ${c}`) ?? ''),
      ),
    ),
  ];
}

function textOf(cell: Cell, table: Table): string {
  const entry = table.get(cell);
  if (entry === undefined) throw new Error(`nothing was observed for ${cell.label}`);
  return formatEntry(entry);
}

/** Fails when the file is not of the grids that there are now. */
function parseTable(text: string): Table {
  const table = new Map<Cell, Entry>();
  const lines = text.split('\n');
  for (const grid of grids) {
    const start = lines.indexOf(`[${grid.id}] ${grid.heading}`);
    if (start < 0) throw new Error(`the table has no grid ${grid.id}: record it again`);
    for (const cell of cells) {
      if (cell.grid !== grid) continue;
      const line = lines[start + 2 + cell.row] ?? '';
      const title = line.slice(0, 2).trim();
      const texts = line.slice(2).trim().split(/ +/);
      if (title !== grid.rows[cell.row]) throw new Error(`grid ${grid.id} has no row ${grid.rows[cell.row]}`);
      table.set(cell, parseEntry(texts[cell.column] ?? ''));
    }
  }
  return table;
}

export function readTable(): Table {
  return parseTable(readFileSync(tableFile, 'utf8'));
}

export function writeTable(table: Table, versions: readonly string[]): void {
  writeFileSync(tableFile, formatTable(table, versions));
}
