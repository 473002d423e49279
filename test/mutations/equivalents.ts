/**
 * Mutants that no test can tell from the code, each with the reason. `npm run test:mutations` fails
 * when one of them dies or is gone, so that the list stays true.
 */
export interface Equivalent {
  /** From the root of the project. */
  readonly file: string;
  /** The line on which the mutant begins, without its indentation. */
  readonly line: string;
  /** The code that is replaced, and by what; white space is one space. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export const equivalents: readonly Equivalent[] = [];
