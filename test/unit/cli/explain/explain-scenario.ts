/** `explain` with a scenario, as from the command line. */
import { explain } from '../../../../cli/explain/explain.ts';
import { readExplainOptions, type ExplainOptions } from '../../../../cli/explain/options.ts';
import type { Explanation } from '../../../../cli/report/explanation.ts';

export function readOptions(...args: string[]): ExplainOptions {
  const options = readExplainOptions(args);
  if (typeof options === 'string') throw new Error(options);
  return options;
}

export function explainScenario(args: readonly string[], file: string, folder: string): Promise<Explanation> {
  return explain(readOptions(...args, '--scenario', file), { folder, onDone: () => {} });
}
