/** Generates docs/decisions/README.md from the decisions beside it. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { generatedFrom, table } from './markdown.ts';

const folder = join(import.meta.dirname, '../../docs/decisions');

/** docs/decisions/README.md */
export function decisionsIndex(): string {
  const paths = globSync('*.md', { cwd: folder }).filter((path) => path !== 'README.md');
  const decisions = paths.map((path) => readDecision(path, readFileSync(join(folder, path), 'utf8')));
  const rows = decisions
    .toSorted((left, right) => left.title.localeCompare(right.title, 'en'))
    .map(({ path, title, status, since, revised }) => [`[${title}](${path})`, status, since, revised]);
  return `${generatedFrom('the title and the status line of each page of docs/decisions')}
# Decisions

Why it is as it is, where another way was possible. One page each: what was decided, what it costs, and what was not chosen. A
decision that no longer holds stays, and says what has taken its place.

${table(['Decision', 'Status', 'Since', 'Revised'], rows)}

A new page begins with its title and, below it, \`Status: in force since YYYY-MM-DD.\`; \`npm run generate\` puts it into the table.
`;
}

export interface Decision {
  readonly path: string;
  readonly title: string;
  readonly status: string;
  /** ISO dates; the second may be empty. */
  readonly since: string;
  readonly revised: string;
}

const form =
  /^# (.+)\n\nStatus: (in force|replaced by \[.+\]\(.+\)) since (\d{4}-\d\d-\d\d)(?:, revised (\d{4}-\d\d-\d\d))?\.\n\n/;

/** Throws where the page does not begin as it should. */
export function readDecision(path: string, text: string): Decision {
  const [, title, status, since, revised = ''] = form.exec(text) ?? [];
  if (title === undefined || status === undefined || since === undefined)
    throw new Error(
      `docs/decisions/${basename(path)} must begin with "# Title", an empty line and "Status: in force since YYYY-MM-DD." ` +
        'or "Status: replaced by [page](page.md) since YYYY-MM-DD."; ", revised YYYY-MM-DD" may follow the date',
    );
  return { path, title, status, since, revised };
}
