/** The files that derive from `bench/results.json`. */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { figureTexts, type FigureText } from '../figure-texts.ts';
import { readResults } from '../results.ts';
import { costsPage } from './costs-page.ts';
import { barChart } from './bar-chart.ts';
import { pictureFile, resultsPage } from './results-page.ts';

export interface Page {
  /** From the root of the project. */
  readonly path: string;
  text(): string;
}

export function benchPages(): readonly Page[] {
  return [
    { path: 'bench/RESULTS.md', text: () => resultsPage(readResults()) },
    { path: 'docs/costs.md', text: () => costsPage(readResults()) },
    ...figureTexts.flatMap(picturesOf),
  ];
}

/** Pictures of what is no longer measured go. */
export function writePages(): void {
  const root = join(import.meta.dirname, '../..');
  const pages = benchPages();
  for (const old of globSync('bench/pictures/*.svg', { cwd: root }))
    if (!pages.some(({ path }) => path === old)) rmSync(join(root, old));
  for (const { path, text } of pages) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text());
    console.log(path);
  }
}

function picturesOf({ name, pictures }: FigureText): Page[] {
  const result = readResults()[name];
  return pictures.flatMap((picture) => {
    const table = result?.tables.find(({ key }) => key === picture.table);
    const column = table?.columns.find(({ key }) => key === picture.column);
    if (table === undefined || column === undefined) return [];
    return [{ path: `bench/${pictureFile(name, picture)}`, text: () => barChart(picture.title, table, column) }];
  });
}
