/** The outcome of a step of the test run. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why something failed or was skipped, for the summary. */
  readonly remarks: readonly string[];
}

export function outcome(parts: Partial<Outcome> = {}): Outcome {
  return { passed: 0, failed: 0, skipped: 0, remarks: [], ...parts };
}

export function sum(outcomes: readonly Outcome[]): Outcome {
  return outcome({
    passed: outcomes.reduce((total, { passed }) => total + passed, 0),
    failed: outcomes.reduce((total, { failed }) => total + failed, 0),
    skipped: outcomes.reduce((total, { skipped }) => total + skipped, 0),
    remarks: outcomes.flatMap(({ remarks }) => remarks),
  });
}

/** The last line of a run. */
export function summaryLine({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Where everything must run, what was skipped has failed. */
export function withoutSkips(found: Outcome): Outcome {
  return { ...found, failed: found.failed + found.skipped, skipped: 0 };
}
