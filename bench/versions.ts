/** Which version of what was measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../test/support/machine/paths.ts';

export function projectVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string };
  return version;
}
