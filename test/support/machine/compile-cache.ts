/** The compile cache of the sidecar's image, made here as its build makes it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { imageEnvironment, imageNodeArguments } from './image-environment.ts';
import { projectFolder } from './paths.ts';

/** For the built bundle and the user of this process; a folder of its own. */
export async function bakeCompileCache(bundle: string, parent = tmpdir()): Promise<string> {
  const folder = mkdtempSync(join(parent, 'compile-cache-'));
  const script = join(projectFolder, 'scripts/compile-cache.ts');
  const user = String(process.getuid?.() ?? 0);
  await run(process.execPath, [...imageNodeArguments('sidecar'), script, bundle, folder, user], {
    env: imageEnvironment('sidecar'),
  });
  return folder;
}
