/** Exceptions from the lint rules (.oxlintrc.json): each is one line with its reason, and none is a way round a limit. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const paths = globSync('{sidecar,webhook,cli,shared,scripts,bench,test}/**/*.{ts,mjs}', { cwd: root });

/** For factories, which close over state and are else as long as the rest. */
const longestException = 120;

const exceptionForm = /(?:\/\/|\/\*)\s*(?:oxlint|eslint)-(disable\S*)\s+(.*?)(?:\s+-- (.*))?$/;

interface Exception {
  readonly place: string;
  readonly rules: string;
  readonly reason: string;
  /** Of the function that begins below it, if it is one of a module. */
  readonly functionLines: number;
}

function exceptionsIn(path: string, text: string): Exception[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index): Exception[] => {
    const [, kind, rules = '', reason = ''] = exceptionForm.exec(line) ?? [];
    if (kind === undefined) return [];
    const functionLines = lines.slice(index + 1).indexOf('}') + 1;
    return [{ place: `${path}:${index + 1} ${kind}`, rules: rules.trim(), reason, functionLines }];
  });
}

function faultsIn(path: string, text: string): string[] {
  return exceptionsIn(path, text).flatMap(({ place, rules, reason, functionLines }) => [
    ...(place.endsWith(' disable-next-line') ? [] : [`${place}: not for one line`]),
    ...(/\w+ \w+/.test(reason) ? [] : [`${place}: no reason`]),
    ...(rules === 'max-lines-per-function' && functionLines > longestException
      ? [`${place}: a function of ${functionLines} lines`]
      : []),
  ]);
}

test('each exception is for one line and has its reason; what is long has at most 120 lines', () => {
  const texts = paths.map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
  expect(texts.flatMap(([path, text]) => exceptionsIn(path, text)).length).toBeGreaterThan(3);
  expect(texts.flatMap(([path, text]) => faultsIn(path, text))).toEqual([]);
});

test.each([
  ['-disable-next-line no-eval -- it is a test', []],
  ['-disable-next-line no-eval', ['a.ts:1 disable-next-line: no reason']],
  ['-disable-next-line no-eval -- because', ['a.ts:1 disable-next-line: no reason']],
  ['-disable-line no-eval -- it is a test', ['a.ts:1 disable-line: not for one line']],
  ['-disable no-eval -- it is a test', ['a.ts:1 disable: not for one line']],
  [
    `-disable-next-line max-lines-per-function -- a factory that closes over state\nfunction f() {${'\n'.repeat(120)}}`,
    ['a.ts:1 disable-next-line: a function of 121 lines'],
  ],
  [
    `-disable-next-line max-lines-per-function -- a factory that closes over state\nfunction f() {${'\n'.repeat(119)}}`,
    [],
  ],
])('%j', (comment, faults) => {
  expect(faultsIn('a.ts', `// oxlint${comment}`)).toEqual(faults);
});
