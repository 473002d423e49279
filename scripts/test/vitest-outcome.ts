/** Reads from vitest's report how many tests passed, failed and were skipped. */
import { outcome, type Outcome } from './outcome.ts';

/** The part of vitest's JSON report (Jest's format) that is counted. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * Counts a report. A file that failed without a failed test (it could not be loaded, or a hook failed) counts as one
 * failure; so does an exit code that nothing in the report explains, and a run without any test.
 */
export function vitestOutcome(report: VitestReport | undefined, exitCode: number | null): Outcome {
  if (!report) return outcome({ failed: 1, remarks: [`vitest ended with ${exitCode} and wrote no report`] });
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const named = (...statuses: string[]): string[] =>
    tests.filter(({ status }) => statuses.includes(status)).map(({ fullName }) => fullName);
  const failedTests = named('failed');
  const skippedTests = named('pending', 'skipped', 'todo', 'disabled');
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  const remarks = [
    ...failedTests.map((name) => `failed: ${name}`),
    ...brokenFiles.map(({ name, message }) => `failed: ${name}: ${(message ?? '').split('\n')[0]}`),
    ...skippedTests.map((name) => `skipped: ${name}`),
  ];
  let failed = failedTests.length + brokenFiles.length;
  if (failed === 0 && exitCode !== 0) {
    failed = 1;
    remarks.push(`failed: vitest ended with ${exitCode}, though no test failed`);
  }
  if (tests.length === 0 && failed === 0) {
    failed = 1;
    remarks.push('failed: no test was found');
  }
  return outcome({ passed: named('passed').length, failed, skipped: skippedTests.length, remarks });
}
