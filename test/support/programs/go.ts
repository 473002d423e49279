/** Go programs, with Go's own resolver or with libc's through cgo. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../machine/command.ts';
import { built } from './builds.ts';

export type GoBuild = 'netgo' | 'cgo-glibc' | 'cgo-musl';

const settings: Record<GoBuild, { args: string[]; env: Record<string, string> }> = {
  netgo: { args: ['-tags', 'netgo'], env: { CGO_ENABLED: '0' } },
  'cgo-glibc': { args: ['-tags', 'netcgo'], env: { CGO_ENABLED: '1', CC: 'gcc' } },
  'cgo-musl': {
    args: ['-tags', 'netcgo', '-ldflags', '-linkmode external'],
    env: { CGO_ENABLED: '1', CC: 'musl-gcc' },
  },
};

const program = 'lookup';

/** `source`: a folder with `main.go` and `go.mod`. */
export async function buildGo(build: GoBuild, source: string): Promise<string> {
  const texts = await Promise.all(['main.go', 'go.mod'].map((file) => readFile(join(source, file), 'utf8')));
  const version = await runCommand('go', ['version']);
  const { args, env } = settings[build];
  const folder = await built(`go-${build}`, [...texts, version, ...args], async (draft) => {
    for (const file of ['main.go', 'go.mod']) await copyFile(join(source, file), join(draft, file));
    const output = join(draft, program);
    await runCommand('go', ['build', '-trimpath', ...args, '-o', output, '.'], {
      cwd: draft,
      env: { ...env, GOFLAGS: '-mod=mod -buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    });
  });
  return join(folder, program);
}
