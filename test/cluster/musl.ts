/** The musl that plays Alpine: Debian's packages of any release of that generation, and a compiler that builds for it. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../support/machine/command.ts';
import { unpackedPackages } from '../support/machine/debian.ts';
import { machineName, programsFolder } from '../support/machine/paths.ts';

export interface Musl {
  readonly version: string;
  readonly loader: string;
  readonly include: string;
  readonly lib: string;
}

/** trixie has musl 1.2.5, as Alpine 3.20 to 3.22. */
export const muslSuite = 'trixie';

/** The first that reads a reply as a whole. */
const firstVersion = [1, 2, 5] as const;

export async function fetchMusl(): Promise<Musl> {
  const { folder, versions } = await unpackedPackages(muslSuite, ['musl', 'musl-dev']);
  const version = /^\d+\.\d+\.\d+/.exec(versions['musl'] ?? '')?.[0] ?? '';
  if (isOlder(version, firstVersion)) {
    throw new Error(
      `Debian ${muslSuite} gives musl ${version || 'of no version'}, ${firstVersion.join('.')} or later is needed`,
    );
  }
  const lib = join(folder, 'usr/lib', `${machineName}-linux-musl`);
  return {
    version,
    lib,
    include: join(folder, 'usr/include', `${machineName}-linux-musl`),
    loader: join(lib, 'libc.so'),
  };
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const index = than.findIndex((part, at) => parts[at] !== part);
  return index >= 0 && (parts[index] ?? -1) < (than[index] ?? 0);
}

/** gcc with musl's headers, start files and library instead of glibc's. */
export async function writeMuslCompiler(musl: Musl): Promise<string> {
  const compiler = join(programsFolder, `musl-${musl.version}-gcc`);
  const gccInclude = (await run('gcc', ['-print-file-name=include'])).stdout.trim();
  await mkdir(programsFolder, { recursive: true });
  await writeFile(
    compiler,
    `#!/bin/sh
compile="-nostdinc -isystem ${musl.include} -isystem ${gccInclude} -fno-pie -fno-stack-protector -U_FORTIFY_SOURCE"
for word in "$@"; do case "$word" in -c|-E|-S|-M|-MM|-r) exec gcc $compile "$@";; esac; done
exec gcc $compile -no-pie -nostdlib -nostartfiles -L${musl.lib} -Wl,-dynamic-linker,/lib/ld-musl-${machineName}.so.1 \\
  ${musl.lib}/crt1.o ${musl.lib}/crti.o "$@" -lc -lgcc ${musl.lib}/crtn.o
`,
  );
  await chmod(compiler, 0o755);
  return compiler;
}
