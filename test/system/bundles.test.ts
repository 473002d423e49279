/** The bundles as they are shipped: what they hold, and that they start alone. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundles } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

test.each(bundles.map(({ name }) => name))(
  'dist/%s.cjs runs by itself and tells the version of the package',
  (name) => {
    // From a folder without node_modules: the bundle must bring everything along.
    const output = execFileSync(process.execPath, [join(root, `dist/${name}.cjs`), '--version'], {
      cwd: '/',
      env: { NODE_PATH: '' },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(output.trim()).toBe(version);
  },
);
