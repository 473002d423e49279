/** The index of decisions, and the form of each. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDecision } from '../../../scripts/generate/decisions-index.ts';

const folder = join(import.meta.dirname, '../../../docs/decisions');

test('the index names every page, with its date and status', () => {
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  const pages = globSync('**/*.md', { cwd: folder }).filter((path) => path !== 'README.md');
  const rows = pages.map((path) => {
    const { title, status, since, revised } = readDecision(path, readFileSync(join(folder, path), 'utf8'));
    return `| [${title}](${path}) | ${status} | ${since} | ${revised} |`;
  });
  expect(rows.length).toBeGreaterThan(10);
  expect(index.split('\n').filter((line) => line.startsWith('| ['))).toEqual(
    rows.toSorted((a, b) => a.localeCompare(b, 'en')),
  );
});

test.each([
  ['in force since 2026-11-21.', { status: 'in force', since: '2026-11-21', revised: '' }],
  [
    'in force since 2026-11-21, revised 2026-11-29.',
    { status: 'in force', since: '2026-11-21', revised: '2026-11-29' },
  ],
  ['replaced by [other](other.md) since 2026-11-29.', { status: 'replaced by [other](other.md)', since: '2026-11-29' }],
])('Status: %s', (status, expected) => {
  expect(readDecision('a.md', `# A title\n\nStatus: ${status}\n\nText.\n`)).toMatchObject({
    title: 'A title',
    ...expected,
  });
});

test.each([
  '# A title\n\nText.\n',
  '# A title\n\nStatus: in force.\n\nText.\n',
  '# A title\n\nStatus: in force since today.\n\nText.\n',
  '# A title\n\nStatus: perhaps since 2026-11-29.\n\nText.\n',
  '# A title\nStatus: in force since 2026-11-29.\n\nText.\n',
  'Status: in force since 2026-11-29.\n\nText.\n',
])('%j is no decision', (text) => {
  expect(() => readDecision('a.md', text)).toThrow('docs/decisions/a.md must begin with');
});
