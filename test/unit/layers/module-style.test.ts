/** What all modules have alike: they open with what they are for, then comes what they export, then what that needs. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const paths = globSync('{sidecar,webhook,shared,cli,scripts,bench,test}/**/*.{ts,mjs}', { cwd: root });
const modules = paths.map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);

/** The doc comment in front of everything else, without its marks; a `#!` line may come first. */
function headOf(text: string): string | undefined {
  const match = /^(?:#!.*\n)?\/\*\*((?:(?!\*\/).)*)\*\//s.exec(text);
  return match?.[1]?.replaceAll(/^\s*\* ?/gm, '').trim();
}

test('every module begins with a doc comment that is a text', () => {
  expect(modules.length).toBeGreaterThan(250);
  const headless = modules.filter(([, text]) => !/^\S.{14,}/s.test(headOf(text) ?? ''));
  expect(headless.map(([path]) => path)).toEqual([]);
});

/** Private functions and classes in front of the first export, where a module has one. */
function privateFirst(text: string): string[] {
  const [before = '', ...rest] = text.split(/^export (?=(?:async )?(?:function|const|class|interface|type)\b)/m);
  if (rest.length === 0) return [];
  return [...before.matchAll(/^(?:async )?(?:function|class) (\w+)/gm)].map(([, name = '']) => name);
}

test('what a module exports stands before its private functions', () => {
  expect(modules.flatMap(([path, text]) => privateFirst(text).map((name) => `${path}: ${name}`))).toEqual([]);
  expect(privateFirst('const a = 1;\nfunction helper() {}\nexport function main() {}\n')).toEqual(['helper']);
});

/** Constants in capitals, where all others are written as any other name. */
function capitals(text: string): string[] {
  return [...text.matchAll(/^\s*(?:export )?const ([A-Z][A-Z\d_]+)\b/gm)].map(([, name = '']) => name);
}

test('constants have one style', () => {
  expect(modules.flatMap(([path, text]) => capitals(text).map((name) => `${path}: ${name}`))).toEqual([]);
  expect(capitals('export const MAX_BYTES = 1;\nconst maxBytes = 2;\n')).toEqual(['MAX_BYTES']);
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
