/** The options of `check` for tests. */
import { readCheckOptions, type CheckOptions } from '../../../../cli/check/options.ts';

/** As from the command line. */
export function readOptions(...args: string[]): CheckOptions {
  const options = readCheckOptions(args);
  if (typeof options === 'string') throw new Error(options);
  return options;
}
