/** Programs, tests and pages use the words of docs/architecture.md, in names and comments alike. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** This file names the words, the changelog what had such a name before, and the protocol of browsers has sessions. */
const exempt = ['test/unit/layers/words.test.ts', 'CHANGELOG.md', 'test/support/machine/browser.ts'];
const folders = '{sidecar,webhook,shared,cli,scripts,bench,test}/**/*.ts';
const paths = globSync([folders, '*.md', '{docs,test}/**/*.md'], { cwd: root }).filter(
  (path) => !exempt.includes(path),
);

/** Words that mean other things besides, so that a reader has to judge: of a language, of a certificate, of a machine. */
const ambiguous = ['run', 'try', 'round', 'cap', 'side', 'result', 'memory', 'expired'];

/** The last column of the table of words. */
function forbiddenWords(page: string): string[] {
  const [, table = ''] = page.split('| Word | Means | Not |\n|---|---|---|\n');
  const rows = table.split('\n\n')[0]?.split('\n') ?? [];
  return rows.flatMap((row) => (row.split('|')[3] ?? '').split(',').map((word) => word.trim())).filter(Boolean);
}

/** Text with names taken apart into their words: `maxWalks` has the word `walks`. */
function wordsOf(text: string): string {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}

function uses(text: string, word: string): boolean {
  return usedIn(text, [word]).length > 0;
}

function usedIn(text: string, judged: readonly string[]): string[] {
  const words = wordsOf(text);
  return judged.filter((word) => new RegExp(`(?<![a-z])${word}(s|ed|ing)?(?![a-z])`).test(words));
}

const forbidden = forbiddenWords(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));

test('no module uses a word of the column "Not"', () => {
  expect(forbidden).toEqual(expect.arrayContaining(['session', 'walk', 'patience', ...ambiguous]));
  const judged = forbidden.filter((word) => !ambiguous.includes(word));
  const found = paths.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8').split('| Word | Means | Not |')[0] ?? '';
    return usedIn(text, judged).map((word) => `${path}: ${word}`);
  });
  expect(found).toEqual([]);
});

test.each([
  ['const maxWalks = 1;', 'walk'],
  ['/** A look-up under way. */', 'look-up'],
  ['const SOFT_RCODES = [];', 'soft'],
  ['startSession(query)', 'session'],
])('%s is found', (text, word) => {
  expect(uses(text, word)).toBe(true);
});

test.each([
  ['a software of the microsoft', 'soft'],
  ['slots', 'lot'],
])('%s is no %s', (text, word) => {
  expect(uses(text, word)).toBe(false);
});
