/** Generates docs/reasons.md and a page for each reason from the tables. */
import { allReasons, meaningsOf, reasonGroups } from '../../shared/report/reason-groups.ts';
import { reasonRemedies } from '../../shared/report/reason-remedies.ts';
import { generatedFrom, table } from './markdown.ts';

const source = 'shared/report/reasons.ts';

/** docs/reasons.md */
export function reasonsPage(): string {
  return `${generatedFrom(source)}
# Reasons

The same codes stand in [log lines](log-events.md), events, [metric labels](metrics.md) and admission warnings. Each has a page;
\`alpine-resolver reasons CODE\` says the same without a network.

${reasonGroups
  .map(({ title, introduction, codes }) =>
    [`## ${title}`, ...(introduction === undefined ? [] : [introduction]), reasonTable(codes)].join('\n\n'),
  )
  .join('\n\n')}
`;
}

/** docs/reasons/CODE.md */
export const reasonPages = allReasons.map((code) => ({
  path: `docs/reasons/${code}.md`,
  text: () => reasonPage(code),
}));

function reasonTable(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes).map(([reason, sentence]) => [`[\`${reason}\`](reasons/${reason}.md)`, sentence]);
  return table(['Code', 'Meaning'], rows);
}

function reasonPage(code: string): string {
  const remedies: Readonly<Record<string, string>> = reasonRemedies;
  const remedy = Object.hasOwn(remedies, code) ? remedies[code] : undefined;
  const meanings = meaningsOf(code).map(
    ({ group, sentence }) => `## ${group.title}\n\n${sentence}\n\nSeen in: ${group.seen}.\n`,
  );
  return [
    generatedFrom(source),
    `# \`${code}\`\n`,
    ...meanings,
    ...(remedy === undefined ? [] : [`## What to do\n\n${remedy}\n`]),
    '[All reasons](../reasons.md)\n',
  ].join('\n');
}
