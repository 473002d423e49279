/** What the sidecar's image has under `/app/dist`, made here as its build makes it. */
import { copyFileSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.ts';
import { imageEnvironment, imageNodeArguments } from './image-environment.ts';
import { projectFolder } from './paths.ts';
import { sidecarBundle } from './sidecar-process.ts';

/** Of the built bundles, in a new folder below `parent`; gives the program to start. */
export async function stageSidecar(parent: string): Promise<string> {
  const folder = mkdtempSync(join(parent, 'staged-'));
  const [bundle, start] = ['sidecar.cjs', 'start.cjs'].map((name) => {
    const path = join(folder, name);
    copyFileSync(join(dirname(sidecarBundle), name), path);
    return path;
  });
  const script = join(projectFolder, 'scripts/code-cache.ts');
  await run(process.execPath, [...imageNodeArguments('sidecar'), script, bundle ?? '', join(folder, 'sidecar.code')], {
    env: imageEnvironment('sidecar'),
  });
  return start ?? '';
}
