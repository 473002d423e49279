/** The tables of reasons. */
import { expect, test } from 'vitest';
import * as reasons from '../../../../shared/report/reasons.ts';

test.each(Object.entries(reasons))('%s: codes in kebab case, each with a sentence', (_name, table) => {
  for (const [code, sentence] of Object.entries(table)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
});

test('a reason says which verdict it is: skip, inject, refuse and warning share no code', () => {
  const codes = [reasons.skipReasons, reasons.injectReasons, reasons.refuseReasons, reasons.warningReasons].flatMap(
    (table) => Object.keys(table),
  );
  expect(new Set(codes).size).toBe(codes.length);
});
