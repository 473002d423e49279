/** What a page has its reader type. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../support/machine/paths.ts';

/** The lines of each shell block of a section of the second level; of what stands before them all, where there is no heading. */
export function shellBlocks(page: string, heading?: string): string[][] {
  const text = readFileSync(join(projectFolder, page), 'utf8');
  const [before = '', ...sections] = heading === undefined ? ['', text] : text.split(`\n## ${heading}\n`);
  if (before === text) throw new Error(`${page} has no section ${heading}`);
  const [section = ''] = sections;
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.trimEnd().split('\n'));
}
