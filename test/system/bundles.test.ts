/** The bundles as they are shipped: what they hold, and that they start alone. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundles } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** What only a Docker host needs is required by the sidecar: it is no program. */
const programs = bundles.map(({ name }) => name).filter((name) => name !== 'discovery');

test.each(programs)('dist/%s.cjs runs by itself and tells the version of the package', (name) => {
  // From a folder without node_modules: the bundle must bring everything along.
  const output = execFileSync(process.execPath, [join(root, `dist/${name}.cjs`), '--version'], {
    cwd: '/',
    env: { NODE_PATH: '' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(output.trim()).toBe(version);
});
