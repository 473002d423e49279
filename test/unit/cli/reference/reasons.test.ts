/** Reasons as the command line explains them. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { explainedCodes, readCompletionOptions, readReasonsOptions } from '../../../../cli/reference/options.ts';
import { allReasonsText, explainedReason, reasonsDocument, reasonText } from '../../../../cli/reference/reasons.ts';
import { reasonRemedies } from '../../../../shared/report/reason-remedies.ts';

test.each(explainedCodes)('%s is explained at 80 columns', (code) => {
  const lines = reasonText(explainedReason(code), 80);
  expect(lines[0]).toBe(code);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.filter((line) => line.length > 80 || line.includes('`'))).toStrictEqual([]);
});

test('one of them', async () => {
  await expect(`${reasonText(explainedReason('time-limit'), 80).join('\n')}\n`).toMatchFileSnapshot(
    'expected/time-limit.txt',
  );
});

test('all of them', () => {
  const lines = allReasonsText(80);
  expect(lines.filter((line) => line.length > 80)).toStrictEqual([]);
  for (const code of explainedCodes) expect(lines.some((line) => line.startsWith(`  ${code} `))).toBe(true);
});

test('a document has the one that was asked for, or all', () => {
  expect(reasonsDocument('M3')).toMatchObject({ kind: 'Reasons', reasons: [{ code: 'M3' }] });
  expect((reasonsDocument(undefined) as { reasons: unknown[] }).reasons).toHaveLength(explainedCodes.length);
});

test('a document keeps to its schema', () => {
  const schema = JSON.parse(readFileSync('docs/schemas/reasons-v1.schema.json', 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
  for (const code of [undefined, 'M3', 'not-alpine', 'time-limit'])
    expect([validate(JSON.parse(JSON.stringify(reasonsDocument(code)))), validate.errors]).toEqual([true, null]);
  expect(validate({ ...reasonsDocument('M3'), more: 1 })).toBe(false);
});

test('a remedy is that of a reason', () => {
  expect(Object.keys(reasonRemedies).filter((code) => !explainedCodes.includes(code))).toStrictEqual([]);
});

test.each<[() => unknown, string]>([
  [() => readReasonsOptions(['not-alpin']), 'not-alpin: there is no such reason, did you mean not-alpine?'],
  [() => readReasonsOptions(['xyzzy']), 'xyzzy: there is no such reason; alpine-resolver reasons has all'],
  [() => readReasonsOptions(['M1', 'M2']), 'M2: reasons does not take it'],
  [() => readCompletionOptions([]), 'completion needs a shell: bash, zsh, fish'],
  [() => readCompletionOptions(['csh']), 'completion needs a shell: bash, zsh, fish'],
])('wrong use %#', (read, message) => {
  expect(read).toThrow(message);
});

test('a code in any letter case', () => {
  expect(readReasonsOptions(['m3'])).toStrictEqual({ code: 'M3', output: 'table' });
});
