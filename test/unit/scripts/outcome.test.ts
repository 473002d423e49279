/** How `npm test` counts what its parts report. */
import { describe, expect, test } from 'vitest';
import { outcome, sum, summaryLine, withoutSkips } from '../../../scripts/test/outcome.ts';
import { vitestOutcome, type VitestReport } from '../../../scripts/test/vitest-outcome.ts';

const report = (...files: { status: string; message?: string; tests: string[] }[]): VitestReport => ({
  testResults: files.map(({ tests, ...file }, index) => ({
    name: `file-${index}`,
    ...file,
    assertionResults: tests.map((status, number) => ({ fullName: `test ${index}.${number}`, status })),
  })),
});

describe('a report of vitest', () => {
  test('is counted by test', () => {
    const found = vitestOutcome(report({ status: 'passed', tests: ['passed', 'passed', 'pending', 'todo'] }), 0);
    expect(found).toMatchObject({ passed: 2, failed: 0, skipped: 2 });
    expect(found.remarks).toEqual(['skipped: test 0.2', 'skipped: test 0.3']);
  });

  test('names what failed', () => {
    const found = vitestOutcome(report({ status: 'failed', tests: ['passed', 'failed'] }), 1);
    expect(found).toMatchObject({ passed: 1, failed: 1, remarks: ['failed: test 0.1'] });
  });

  test('of a file that could not be loaded is a failure', () => {
    const found = vitestOutcome(report({ status: 'failed', message: 'no module\nstack', tests: [] }), 1);
    expect(found).toMatchObject({ passed: 0, failed: 1, remarks: ['failed: file-0: no module'] });
  });

  test('of a file whose hook failed is a failure, though its tests passed or were skipped', () => {
    const found = vitestOutcome(report({ status: 'failed', message: 'hook', tests: ['passed', 'skipped'] }), 1);
    expect(found).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
  });

  test('never hides an exit code', () => {
    expect(vitestOutcome(report({ status: 'passed', tests: ['passed'] }), 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(vitestOutcome(report({ status: 'passed', tests: ['passed'] }), null)).toMatchObject({ failed: 1 });
  });

  test('that is missing or empty is a failure', () => {
    expect(vitestOutcome(undefined, 0)).toMatchObject({ failed: 1 });
    expect(vitestOutcome(report(), 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});

test('the last line is the sum', () => {
  const total = sum([
    outcome({ passed: 2 }),
    outcome({ passed: 1, failed: 1, remarks: ['a'] }),
    outcome({ skipped: 4 }),
  ]);
  expect(total).toEqual({ passed: 3, failed: 1, skipped: 4, remarks: ['a'] });
  expect(summaryLine(total)).toBe('3 passed, 1 failed, 4 skipped');
  expect(summaryLine(withoutSkips(total))).toBe('3 passed, 5 failed');
  expect(summaryLine(outcome())).toBe('0 passed, 0 failed');
});
