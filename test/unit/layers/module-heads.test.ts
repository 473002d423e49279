import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Each module opens with what it is for, so that a reader of a folder need not guess it from the code. */

const root = join(import.meta.dirname, '../../..');
const modules = globSync('{sidecar,webhook,shared,cli,scripts,bench}/**/*.{ts,mjs}', { cwd: root });

/** The doc comment in front of everything else, without its marks; a `#!` line may come first. */
function headOf(text: string): string | undefined {
  const match = /^(?:#!.*\n)?\/\*\*((?:(?!\*\/).)*)\*\//s.exec(text);
  return match?.[1]?.replaceAll(/^\s*\* ?/gm, '').trim();
}

test('every module begins with a doc comment that is a text', () => {
  const heads = modules.map((path) => [path, headOf(readFileSync(join(root, path), 'utf8'))] as const);
  expect(heads.length).toBeGreaterThan(250);
  expect(heads.filter(([, head]) => head === undefined || !/^\S.{14,}/s.test(head)).map(([path]) => path)).toEqual([]);
});

describe('what is no head is found', () => {
  test.each([
    ['an import first', "import { a } from './a.ts';\n/** What it is for. */\n"],
    ['a comment that is no doc comment', '/* What it is for. */\n'],
    ['nothing', ''],
  ])('%s', (_what, text) => expect(headOf(text)).toBeUndefined());

  test('and a head is read over its lines', () => {
    expect(headOf('/**\n * One line\n * and another.\n */\nimport x;\n')).toBe('One line\nand another.');
  });
});
