/** `bench/RESULTS.md`: every figure with its runs, its peers, its goals and its pictures. */
import { generatedFrom, table } from '../../scripts/generate/markdown.ts';
import { figureTexts, type FigureText, type Picture } from '../figure-texts.ts';
import type { Column, FigureResult, ResultTable, Results, Taken } from '../results.ts';
import { goalText, quietPercent, spreadText } from './numbers.ts';

export function resultsPage(results: Results): string {
  const sections = figureTexts.map((text) => {
    const result = results[text.name];
    return `## ${text.title}\n\n${text.what}\n\n${result === undefined ? 'Not measured yet.' : resultSection(text, result)}`;
  });
  return `${generatedFrom('bench/results.json')}
# Results of \`npm run bench\`

Each number is the median of its runs, with the least and the most of them in parentheses; the servers took turns in the same
run. One processor is the server's, and one is that of load and upstream. Goals that are not reached stand here as they are.
\`npm run bench -- NAME\` measures one figure again; NAME stands at its end. What it means for a pod: [what it costs](../docs/costs.md).

${sections.join('\n\n')}
`;
}

/** Tables, pictures, goals, remarks and conditions of one figure. */
export function resultSection({ name, pictures }: FigureText, result: FigureResult): string {
  const { tables, goals, remarks, taken } = result;
  const parts = [
    ...tables.map((one) => [one.title === '' ? '' : `**${one.title}**\n\n`, resultTable(one)].join('')),
    ...pictures
      .filter((picture) => tables.some(({ key }) => key === picture.table))
      .map((picture) => `![${picture.title}](${pictureFile(name, picture)})`),
    ...(goals.length === 0 ? [] : [table(['Goal', 'Wanted', 'Found', 'Reached'], goals.map(goalText))]),
    ...(remarks.length === 0 ? [] : [remarks.map((remark) => `* ${remark}`).join('\n')]),
    takenText(name, taken, runsOf(tables)),
  ];
  return parts.join('\n\n');
}

/** From the folder `bench`. */
export function pictureFile(name: string, { table, column }: Picture): string {
  return `pictures/${name}-${table}-${column}.svg`;
}

function resultTable({ columns, rows }: ResultTable): string {
  const header = ['', ...columns.map(columnTitle)];
  return table(
    header,
    rows.map(({ label, kind, values }) => [
      kind === 'ours' ? `**${label}**` : label,
      ...columns.map((column) => spreadText(values[column.key], column)),
    ]),
  );
}

function columnTitle({ title, unit }: Column): string {
  return unit === '' ? title : `${title}, ${unit}`;
}

function takenText(name: string, { date, quick, machine, versions, foreignPercent }: Taken, runs: number): string {
  const list = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  const short = quick ? 'A short run, which shows only that it works. ' : '';
  return `\`${name}\`, ${date}, ${runs === 1 ? 'one run' : `${runs} runs`}: ${machine}. ${othersText(foreignPercent)}${short}${list.join('; ')}.`;
}

/** The least that any number rests on. */
function runsOf(tables: readonly ResultTable[]): number {
  const spreads = tables.flatMap(({ rows }) => rows.flatMap(({ values }) => Object.values(values)));
  return Math.min(...spreads.map(({ runs }) => runs).filter((runs) => runs > 0));
}

function othersText(percent: number | undefined): string {
  if (percent === undefined) return '';
  const again = percent > quietPercent ? ': to be repeated on a quiet one' : '';
  return `Other programs took ${percent} % of the machine meanwhile${again}. `;
}
