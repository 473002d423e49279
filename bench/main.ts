/**
 * `npm run bench`: what the project costs, with others for the same purpose beside it in the same run. Keeps what it found in
 * `bench/results.json`, and writes the page, the pictures and docs/costs.md from it.
 */
import { readArguments, usage } from './arguments.ts';
import { closeBench, createBench, type Bench } from './bench.ts';
import { figureTexts, type FigureName } from './figure-texts.ts';
import { measurements } from './figures.ts';
import { resultSection } from './report/results-page.ts';
import { writePages } from './report/pages.ts';
import { keepResult } from './results.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const { figures, ...options } = readArguments(words);
  const bench = createBench(options);
  let failed = 0;
  for (const { name } of figureTexts.filter(({ name }) => figures.includes(name)))
    failed += await measure(bench, name).then(
      () => 0,
      (error: unknown) => {
        console.error(`${name}: not measured:`, error);
        return 1;
      },
    );
  closeBench(bench);
  if (!bench.quick) writePages();
  return failed === 0 ? 0 : 1;
}

async function measure(bench: Bench, name: FigureName): Promise<void> {
  const text = figureTexts.find((one) => one.name === name);
  if (text === undefined) return;
  console.log(`\n=== ${name}: ${text.title}`);
  const result = await measurements[name](bench);
  console.log(resultSection(text, result));
  // What a short run finds is no figure to keep.
  if (!bench.quick) keepResult(name, result);
}
