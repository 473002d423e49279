/**
 * `npm start`: bundles the programs, of which one hears only when that fails, and runs the demo in this same process,
 * so that who ends it ends all of it.
 */
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ancestors } from '../cli/terminal/ancestors.ts';
import { mayMoveCursor } from '../cli/terminal/output.ts';
import { startProgress } from '../cli/terminal/progress.ts';
import { buildAll } from './build.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const begun = ancestors();
const progress = mayMoveCursor() ? startProgress('  bundling the programs, a few seconds …') : undefined;
const failures = await buildAll();
progress?.end();
// Whoever began it may be gone by now.
if (ancestors() !== begun) process.exit();
if (failures.length > 0) {
  for (const failure of failures) console.error(failure);
  process.exitCode = 1;
} else {
  const cli = resolve(root, 'dist/cli.cjs');
  process.argv = [process.execPath, cli, 'demo', ...process.argv.slice(2)];
  createRequire(import.meta.url)(cli);
}
